"""The line that each request leaves in the log, and what is not in it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_mcp.http.access_log import TEMPLATE, AccessLog

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

SECRET = "sk-a-private-key-1234"


@pytest.fixture(autouse=True)
def told(caplog: pytest.LogCaptureFixture) -> None:
    """Hear what is told of requests."""
    caplog.set_level(logging.INFO, "vapi_sessions_mcp.http.access_log")


def fields(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return what each line has."""
    return [getattr(record, "fields", {}) for record in caplog.records]


async def test_a_request_leaves_where_it_went_and_how_it_ended(
    ask: Any, innermost: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await ask(AccessLog(innermost), method="POST", path="/mcp/", content=b"{}")
    (line,) = fields(caplog)
    assert line.pop("ms") >= 0
    assert line == {"method": "POST", "path": "/mcp", "status": 200}


async def test_nothing_that_a_client_made_up_is_in_it(
    ask: Any, innermost: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = AccessLog(innermost)
    await ask(app, ("authorization", f"Bearer {SECRET}"), path=f"/mcp?key={SECRET}", content=SECRET.encode())
    await ask(app, ("host", SECRET), ("mcp-session-id", SECRET), path=f"/{SECRET}", method="SECRET")
    first, second = fields(caplog)
    assert first["path"] == "/mcp"
    assert (second["method"], second["path"]) == ("other", "other")
    assert SECRET not in str([record.__dict__ for record in caplog.records])


async def test_of_a_path_that_names_something_the_template_is_in_it(
    ask: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def answering(scope: Scope, _receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})[TEMPLATE] = "/v1/things/{id}"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    await ask(AccessLog(answering), path=f"/v1/things/{SECRET}")
    assert fields(caplog)[0]["path"] == "/v1/things/{id}"
    assert SECRET not in str([record.__dict__ for record in caplog.records])


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_probes_that_are_content_leave_none(
    ask: Any, innermost: Any, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    await ask(AccessLog(innermost), path=path)
    assert not caplog.records


async def test_a_request_that_fails_leaves_one_too(caplog: pytest.LogCaptureFixture, ask: Any) -> None:
    async def failing(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ValueError(SECRET)

    with pytest.raises(ValueError, match=SECRET):
        await ask(AccessLog(failing))
    (line,) = fields(caplog)
    assert line["status"] == 0
