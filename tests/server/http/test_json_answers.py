"""Answers as JSON wherever a call does not stream."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_mcp.http.json_answers import JsonAnswers

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from server.http.conftest import Asking


def event(message: str, name: str = "message") -> bytes:
    """Return an event of a stream."""
    return f"event: {name}\r\ndata: {message}\r\n\r\n".encode()


def streaming(*parts: bytes) -> ASGIApp:
    """Return an application that answers with a stream, as the SDK does."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-cache"),
            (b"x-kept", b"1"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


@pytest.mark.parametrize("request_id", [0, 7, -1, "a", '"quoted" \\ \n'])
@pytest.mark.parametrize("outcome", ["result", "error"])
async def test_the_only_answer_is_json(ask: Asking, request_id: Any, outcome: str) -> None:
    told = {"jsonrpc": "2.0", "id": request_id, outcome: {"text": "f\xfcr"}}
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    answer = await ask(JsonAnswers(streaming(event(text))), method="POST")
    assert answer.json() == told
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-length"] == str(len(text.encode()))
    assert answer.headers["x-kept"] == "1"
    assert "cache-control" not in answer.headers


@pytest.mark.parametrize(
    "first",
    [
        '{"jsonrpc":"2.0","method":"notifications/progress","params":{}}',
        '{"jsonrpc":"2.0","id":1,"method":"elicitation/create","params":{}}',
        '{"jsonrpc":"2.0","id":"a","method":"ping","result":{}}',
    ],
)
async def test_what_begins_with_something_else_stays_a_stream(ask: Asking, first: str) -> None:
    last = '{"jsonrpc":"2.0","id":1,"result":{}}'
    answer = await ask(JsonAnswers(streaming(event(first), event(last))), method="POST")
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.content == event(first) + event(last)


async def test_a_stream_that_was_asked_for_stays_one(ask: Asking) -> None:
    only = event('{"jsonrpc":"2.0","id":1,"result":{}}')
    answer = await ask(JsonAnswers(streaming(only)), method="GET")
    assert answer.content == only


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_nothing_unseen_gets_out(ask: Asking, method: str) -> None:
    text = '{"jsonrpc":"2.0","id":1,"result":{"text":"a\u202eb\U000e0041"}}'
    answer = await ask(JsonAnswers(streaming(event(text))), method=method)
    assert "\u202e" not in answer.text
    assert "\\u202e" in answer.text


async def test_no_stream_goes_on_where_another_ended(ask: Asking, innermost: Any) -> None:
    await ask(JsonAnswers(innermost), ("last-event-id", "7"))
    assert b"last-event-id" not in dict(innermost.scopes[0]["headers"])
