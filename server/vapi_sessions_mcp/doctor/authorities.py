"""Whom TLS trusts here, and what to do when that is not whom it should."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from vapi_sessions_mcp.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTHORITY_NEXT = (
    "If a proxy or firewall inspects TLS here, set SSL_CERT_FILE to the file with its CA certificate (PEM) "
    "and restart the server; in a client's configuration, put it beside the key."
)
ADD_NEXT = (
    "If a proxy or firewall inspects TLS here, add its CA certificate to the file that SSL_CERT_FILE names: "
    "only what is in that file is trusted."
)
FILE_NEXT = "Set SSL_CERT_FILE to a file of CA certificates (PEM), or leave it and SSL_CERT_DIR out."
_OTHERS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""What other programs read for the same purpose: where one is set, it likely names the right file."""


def trust(environment: Mapping[str, str]) -> tuple[ssl.SSLContext | None, Finding]:
    """Return what TLS connections are opened with, and what is found of it.

    Args:
        environment: The variables.
    """
    import httpx

    source = _source(environment)
    try:
        context = httpx.create_ssl_context()
    except (OSError, ValueError) as error:
        reason = "it holds no certificate (PEM)"
        if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):
            reason = error.strerror or type(error).__name__
        return None, _untrusting(f"{source} cannot be used: {reason}")
    if not context.get_ca_certs() and not _has_files(environment.get("SSL_CERT_DIR", "")):
        return context, _untrusting(f"{source} holds no certificate of an authority")
    return context, Finding("network", "authorities", "ok", f"certificates are checked with {source}")


def authority_next(environment: Mapping[str, str]) -> str:
    """Return the way out of a certificate whose issuer is not trusted.

    Args:
        environment: The variables.
    """
    if environment.get("SSL_CERT_FILE"):
        return ADD_NEXT
    for name in _OTHERS:
        path = environment.get(name, "")
        if path and Path(path).is_file():
            return f"{AUTHORITY_NEXT} {name} names {path}, which may be the file."
    return AUTHORITY_NEXT


def _untrusting(found: str) -> Finding:
    return Finding("network", "authorities", "problem", found, FILE_NEXT)


def _source(environment: Mapping[str, str]) -> str:
    if file := environment.get("SSL_CERT_FILE"):
        return f"SSL_CERT_FILE ({file})"
    if folder := environment.get("SSL_CERT_DIR"):
        return f"SSL_CERT_DIR ({folder})"
    import certifi

    return f"the authorities that came with the installation ({certifi.where()})"


def _has_files(folders: str) -> bool:
    """Whether there is any file in folders of authorities, which are read only when they are needed."""
    return any(any(Path(folder).glob("*")) for folder in folders.split(os.pathsep) if folder)
