"""The line that each request leaves in the log, and what is not in it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from server.http.conftest import respond
from vapi_sessions_mcp.http.access_log import TEMPLATE, AccessLog

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from server.http.conftest import Asking, Innermost

SECRET = "sk-a-private-key-1234"


@pytest.fixture(autouse=True)
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "vapi_sessions_mcp.http.access_log")
    return caplog


def lines(log: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return the fields of each line; no secret may be in them."""
    assert SECRET not in str([record.__dict__ for record in log.records])
    return [getattr(record, "fields", {}) for record in log.records]


async def test_request_leaves_its_method_path_status_and_time(
    ask: Asking, innermost: Innermost, log: pytest.LogCaptureFixture
) -> None:
    await ask(AccessLog(innermost), method="POST", path="/mcp/", content=b"{}")
    (line,) = lines(log)
    assert line.pop("ms") >= 0
    assert line == {"method": "POST", "path": "/mcp", "status": 200}


async def test_line_contains_nothing_that_a_client_made_up(
    ask: Asking, innermost: Innermost, log: pytest.LogCaptureFixture
) -> None:
    app = AccessLog(innermost)
    await ask(app, ("authorization", f"Bearer {SECRET}"), path=f"/mcp?key={SECRET}", content=SECRET.encode())
    await ask(app, ("host", SECRET), ("mcp-session-id", SECRET), path=f"/{SECRET}", method="SECRET")
    first, second = lines(log)
    assert first["path"] == "/mcp"
    assert (second["method"], second["path"]) == ("other", "other")


async def test_path_with_a_name_is_logged_as_its_template(ask: Asking, log: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})[TEMPLATE] = "/v1/things/{id}"
        await respond(200)(scope, receive, send)

    await ask(AccessLog(app), path=f"/v1/things/{SECRET}")
    assert lines(log)[0]["path"] == "/v1/things/{id}"


async def test_successful_probes_leave_no_line(
    ask: Asking, innermost: Innermost, log: pytest.LogCaptureFixture
) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        await ask(AccessLog(innermost), path=path)
    assert lines(log) == []
    await ask(AccessLog(respond(503)), path="/readyz")
    assert lines(log)[0]["status"] == 503


async def test_failed_request_leaves_a_line(ask: Asking, log: pytest.LogCaptureFixture) -> None:
    async def failing(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await ask(AccessLog(failing))
    assert lines(log)[0]["status"] == 0
