"""The transport of older clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_mcp.http.sse_transport import not_here, sse_transport

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server

    from server.http.conftest import Asking


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "OPTIONS"])
async def test_only_get_opens_a_stream(ask: Asking, server: Server[Any], method: str) -> None:
    """A client of both transports posts first, and takes a refusal for a server of this one."""
    stream, _ = sse_transport(server)
    answer = await ask(stream, method=method, path="/sse")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("query", ["", "?session_id=zz", f"?session_id={'0' * 32}"])
async def test_a_message_without_a_stream_is_refused(ask: Asking, server: Server[Any], query: str) -> None:
    _, messages = sse_transport(server)
    headers = ("content-type", "application/json")
    answer = await ask(messages, headers, method="POST", path=f"/messages/{query}", content=b"{}")
    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["next"]


@pytest.mark.parametrize("media", ["text/plain", "", "application/x-www-form-urlencoded"])
async def test_a_message_that_is_not_said_to_be_json_is_refused_in_json(
    ask: Asking, server: Server[Any], media: str
) -> None:
    _, messages = sse_transport(server)
    answer = await ask(messages, ("content-type", media), method="POST", path="/messages/", content=b"{}")
    assert (answer.status_code, answer.json()["error"]["kind"]) == (415, "not_json")


async def test_where_no_sessions_are_kept_it_says_what_to_use(ask: Asking) -> None:
    answer = await ask(not_here, path="/sse")
    assert answer.status_code == 404
    assert "/mcp" in answer.json()["error"]["next"]
