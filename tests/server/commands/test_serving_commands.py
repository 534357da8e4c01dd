"""`stdio` and `http` in this process: what they prepare before they serve."""

from __future__ import annotations

import gc
import logging
from typing import TYPE_CHECKING, Any

import pytest

from in_process import run_main
from server_process import KEY
from vapi_sessions_mcp.commands import http_command, stdio_command
from vapi_sessions_mcp.http.http_settings import HttpFlags, resolve_http
from vapi_sessions_mcp.settings import Flags, resolve

if TYPE_CHECKING:
    from collections.abc import Generator
    from socket import socket


@pytest.fixture
def frozen() -> Generator[None]:
    """Give the collector back what a command sets aside."""
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("frozen")
def test_stdio_serves_with_garbage_collection_and_lets_calls_finish(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[float, bool, bool]] = []

    async def serve(_server: object, *, drain: float) -> int:
        served.append((drain, gc.isenabled(), gc.get_freeze_count() > 0))
        return 7

    monkeypatch.setattr(stdio_command, "serve_stdio", serve)
    assert run_main("--sandbox", "--timeout", "3").status == 7
    assert served == [(8.0, True, True)]


@pytest.mark.parametrize(
    ("flags", "older", "rest"),
    [({}, True, False), ({"stateless": True}, False, False), ({"rest": True}, True, True)],
)
def test_http_logs_where_it_listens_before_it_serves(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    flags: dict[str, bool],
    *,
    older: bool,
    rest: bool,
) -> None:
    listening: list[int] = []

    def serve(_settings: object, _http: object, listener: socket) -> None:
        listening.append(listener.getsockname()[1])

    monkeypatch.setattr(http_command, "serve", serve)
    settings = resolve(Flags(sandbox=True), {"VAPI_API_KEY": KEY})
    given: dict[str, Any] = {"port": "0", **flags}
    http = resolve_http(HttpFlags(**given), {}, settings, terminal=False)
    logging.getLogger("vapi_sessions_mcp").setLevel(logging.ERROR)
    assert http_command.run(settings, http) == 0
    (port,) = listening
    logged = [record.getMessage() for record in caplog.records]
    assert logged[0].startswith(f"MCP at http://127.0.0.1:{port}/mcp")
    assert (f"http://127.0.0.1:{port}/sse" in logged[0]) is older
    assert (f"plain JSON at http://127.0.0.1:{port}/v1" in "".join(logged)) is rest
