"""How TLS began, or why it did not: told so that a person knows what to do."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vapi_sessions_mcp.doctor.authorities import authority_next
from vapi_sessions_mcp.doctor.certificate import read_certificate
from vapi_sessions_mcp.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_mcp.doctor.certificate import Certificate

_EXPIRES_SOON = 14
"""Days."""

_NOT_YET, _EXPIRED = 9, 10
_WRONG_NAME = frozenset({62, 63, 64})
_UNKNOWN_ISSUER = frozenset({2, 18, 19, 20, 21, 27})
"""What OpenSSL calls the ways in which a certificate is not right (x509_vfy.h)."""

_NOT_TLS_NEXT = (
    "Check the base URL (VAPI_BASE_URL) and its port, and whether a proxy or firewall is in the way."
)
_NAME_NEXT = "Check the base URL (VAPI_BASE_URL): what answers there is another host."


def secured(connection: ssl.SSLObject, milliseconds: int) -> Finding:
    """Return what is told of TLS that began.

    Args:
        connection: The connection.
        milliseconds: How long it took to open.
    """
    certificate = read_certificate(connection.getpeercert(binary_form=True) or b"")
    version = connection.version() or "TLS"
    if certificate is None:
        return Finding("network", "TLS", "ok", version, milliseconds=milliseconds)
    days = (certificate.ends - datetime.now(UTC)).days
    found = f"{version}; certificate by {certificate.issuer}, {days} days left"
    if days < _EXPIRES_SOON:
        way_out = "Whoever runs that host has to renew it soon."
        return Finding("network", "TLS", "warning", found, way_out, milliseconds=milliseconds)
    return Finding("network", "TLS", "ok", found, milliseconds=milliseconds)


def refused(error: OSError, der: bytes | None, host: str, environment: Mapping[str, str]) -> Finding:
    """Return what is told of TLS that did not begin.

    Args:
        error: Why.
        der: The certificate of the other end, where there was one.
        host: The other end.
        environment: The variables.
    """
    if not isinstance(error, ssl.SSLCertVerificationError):
        reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
        found = f"{host} does not speak TLS as it should: {reason}"
        return Finding("network", "TLS", "problem", found, _NOT_TLS_NEXT)
    certificate = read_certificate(der or b"")
    issuer = f" (issued by {certificate.issuer})" if certificate else ""
    code, reason = error.verify_code, error.verify_message
    found = f"the certificate of {host} is refused: {reason}{issuer}"
    return Finding("network", "TLS", "problem", found, _way_out(code, certificate, environment))


def _way_out(code: int, certificate: Certificate | None, environment: Mapping[str, str]) -> str:
    if code in (_NOT_YET, _EXPIRED):
        now = datetime.now(UTC)
        stated = (
            f" The certificate is for {certificate.begins:%F} to {certificate.ends:%F}."
            if certificate
            else ""
        )
        return f"Check this machine's clock: it says {now:%F %H:%M} UTC.{stated}"
    if code in _WRONG_NAME:
        return _NAME_NEXT
    if code in _UNKNOWN_ISSUER:
        return authority_next(environment)
    return f"{_NOT_TLS_NEXT} {authority_next(environment)}"
