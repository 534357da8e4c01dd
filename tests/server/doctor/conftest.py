"""Fixtures of the doctor's tests: an empty environment, long limits and a private authority."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from vapi_sessions_mcp.doctor.limits import Limits

if TYPE_CHECKING:
    from vapi_sessions_mcp.doctor.finding import Finding

_UNWANTED = ("VAPI_", "SSL_CERT", "REQUESTS_CA", "CURL_CA", "NODE_EXTRA", "HTTP_PROXY", "HTTPS_PROXY")
_resolve: Any = socket.getaddrinfo


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide this machine's settings, and know that no name under `.invalid` has an address."""
    for name in list(os.environ):
        if name.upper().startswith((*_UNWANTED, "ALL_PROXY", "NO_PROXY")):
            monkeypatch.delenv(name)

    def resolve(host: Any, *arguments: Any, **keywords: Any) -> Any:
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return _resolve(host, *arguments, **keywords)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.fixture
def findings() -> list[Finding]:
    """The findings of a check."""
    return []


@pytest.fixture
def long() -> Limits:
    """Limits that no check reaches."""
    return Limits(*[120.0] * 7)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority that is not trusted by default."""
    return trustme.CA(organization_name="Acme Inspection")
