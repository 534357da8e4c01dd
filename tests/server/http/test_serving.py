"""Settings of the HTTP server that no client may change."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import uvicorn

from server_process import KEY
from vapi_sessions_mcp.http.http_settings import HttpSettings
from vapi_sessions_mcp.http.serving import serve
from vapi_sessions_mcp.settings import Flags, resolve

if TYPE_CHECKING:
    import pytest


def test_forwarded_headers_are_not_trusted_and_idle_connections_outlive_those_of_load_balancers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configs: list[uvicorn.Config] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: configs.append(self.config))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serve(resolve(Flags(sandbox=True), {"VAPI_API_KEY": KEY}), HttpSettings(), listener)
    (config,) = configs
    assert not config.proxy_headers
    assert not config.server_header
    assert config.timeout_keep_alive > 60
