"""What is posted is one message, or is refused as over every transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.http.only_messages import only_messages

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from server.http.conftest import Asking

REPORT = b'{"jsonrpc":"2.0","id":null,"error":{"code":-32602,"message":"Validation error: a report"}}'
NO_MESSAGE = "Invalid Request: not a JSON-RPC 2.0 request, notification or response"
NO_ID = "Invalid Request: the id must be a string or an integer"


def answering(status: int, body: bytes) -> ASGIApp:
    """Return an application that answers as the SDK does."""

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        headers = [(b"content-length", str(len(body)).encode()), (b"mcp-session-id", b"s")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


@pytest.mark.parametrize(
    ("posted", "answer", "request_id", "words"),
    [
        (b'{"id": 5}', (400, REPORT), 5, NO_MESSAGE),
        (b"5", (400, REPORT), None, NO_MESSAGE),
        (b' [{"id": 5}]', (400, REPORT), None, "batches are not supported; send one message at a time"),
        (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', (202, b""), None, NO_ID),
        (b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}', (202, b""), None, NO_ID),
    ],
)
async def test_what_is_none_is_refused(
    ask: Asking, posted: bytes, answer: tuple[int, bytes], request_id: int | None, words: str
) -> None:
    changed = await ask(only_messages(answering(*answer)), method="POST", content=posted)
    assert changed.status_code == 400
    assert changed.headers["mcp-session-id"] == "s"
    assert changed.headers["content-type"] == "application/json"
    assert changed.json()["id"] == request_id
    assert changed.json()["error"]["code"] == -32600
    assert words in changed.json()["error"]["message"]


@pytest.mark.parametrize(
    ("posted", "status", "told"),
    [
        (b'{"jsonrpc":"2.0","method":"notifications/initialized"}', 202, b""),
        (b'{"jsonrpc":"2.0","id":1,"result":{}}', 202, b""),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping"}', 400, b'{"error":{"message":"Missing session ID"}}'),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping"}', 200, REPORT),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping"}', 400, REPORT),
    ],
)
async def test_every_other_answer_is_left_as_it_is(
    ask: Asking, posted: bytes, status: int, told: bytes
) -> None:
    answer = await ask(only_messages(answering(status, told)), method="POST", content=posted)
    assert (answer.status_code, answer.content) == (status, told)


async def test_only_what_is_posted_is_looked_at(ask: Asking) -> None:
    assert (await ask(only_messages(answering(400, REPORT)), method="DELETE")).content == REPORT
