"""What the doctor's tests share: an environment that says nothing, and little patience."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

from vapi_sessions_mcp.doctor.limits import Limits

if TYPE_CHECKING:
    from vapi_sessions_mcp.doctor.finding import Finding

_UNWANTED = ("VAPI_", "SSL_CERT", "REQUESTS_CA", "CURL_CA", "NODE_EXTRA", "HTTP_PROXY", "HTTPS_PROXY")


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing of this machine's own settings be found."""
    for name in list(os.environ):
        if name.upper().startswith((*_UNWANTED, "ALL_PROXY", "NO_PROXY")):
            monkeypatch.delenv(name)


@pytest.fixture
def told() -> list[Finding]:
    """Takes what is found."""
    return []


@pytest.fixture
def short() -> Limits:
    """Limits of a test."""
    return Limits(total=20, reading=5, resolving=5, connecting=5, call=5, document=0.5, start=20)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """An authority that nobody trusts unless told to."""
    return trustme.CA(organization_name="Acme Inspection")


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    """TLS of a server with a certificate of that authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]
    return context
