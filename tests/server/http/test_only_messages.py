"""Responses of the SDK: invalid messages are refused as over stdio, a stream of one answer becomes JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from server.http.conftest import respond
from vapi_sessions_mcp.http.json_answers import JsonAnswers
from vapi_sessions_mcp.http.only_messages import only_messages

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from server.http.conftest import Asking, Innermost

REPORT = b'{"jsonrpc":"2.0","id":null,"error":{"code":-32602,"message":"Validation error: a report"}}'
MISSING = b'{"error":{"message":"Missing session ID"}}'
PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
ANSWER = '{"jsonrpc":"2.0","id":1,"result":{}}'


@pytest.mark.parametrize(
    ("posted", "status", "body", "words"),
    [
        (b'{"id": 5}', 400, REPORT, "not a JSON-RPC 2.0 request"),
        (b' [{"id": 5}]', 400, REPORT, "one message at a time"),
        (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', 202, b"", "the id must be a string or an integer"),
        (b'{"jsonrpc":"2.0","method":"notifications/initialized"}', 202, b"", None),
        (ANSWER.encode(), 202, b"", None),
        (PING, 400, MISSING, None),
        (PING, 200, REPORT, None),
        (PING, 400, REPORT, None),
    ],
)
async def test_invalid_message_is_refused_and_other_responses_are_left_alone(
    ask: Asking, posted: bytes, status: int, body: bytes, words: str | None
) -> None:
    sdk = respond(status, body, (b"content-length", str(len(body)).encode()), (b"mcp-session-id", b"s"))
    answer = await ask(only_messages(sdk), method="POST", content=posted)
    assert answer.headers["mcp-session-id"] == "s"
    if words is None:
        assert (answer.status_code, answer.content) == (status, body)
        return
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/json")
    assert answer.json()["error"]["code"] == -32600
    assert words in answer.json()["error"]["message"]


async def test_responses_to_other_methods_are_left_alone(ask: Asking) -> None:
    assert (await ask(only_messages(respond(400, REPORT)), method="DELETE")).content == REPORT


def event(message: str) -> bytes:
    return f"event: message\r\ndata: {message}\r\n\r\n".encode()


def streaming(*parts: bytes) -> ASGIApp:
    """Return an application that responds with a stream, as the SDK does."""

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


@pytest.mark.parametrize("request_id", [0, 7, -1, "a", '"quoted" \\ \n'], ids=ascii)
@pytest.mark.parametrize("outcome", ["result", "error"])
async def test_stream_of_one_answer_becomes_json(ask: Asking, request_id: Any, outcome: str) -> None:
    message = {"jsonrpc": "2.0", "id": request_id, outcome: {"text": "f\xfcr"}}
    text = json.dumps(message, separators=(",", ":"), ensure_ascii=False)
    answer = await ask(JsonAnswers(streaming(event(text))), method="POST")
    assert answer.json() == message
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-length"] == str(len(text.encode()))
    assert answer.headers["x-kept"] == "1"
    assert "cache-control" not in answer.headers


@pytest.mark.parametrize(
    ("method", "first"),
    [
        ("POST", event('{"jsonrpc":"2.0","method":"notifications/progress","params":{}}')),
        ("POST", event('{"jsonrpc":"2.0","id":1,"method":"elicitation/create","params":{}}')),
        ("POST", event('{"jsonrpc":"2.0","id":"a","method":"ping","result":{}}')),
        ("POST", b": ping\r\n\r\n"),
        ("GET", b""),
    ],
)
async def test_stream_of_more_than_one_answer_and_that_of_get_stay_streams(
    ask: Asking, method: str, first: bytes
) -> None:
    answer = await ask(JsonAnswers(streaming(first, event(ANSWER))), method=method)
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.content == first + event(ANSWER)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_invisible_characters_are_escaped(ask: Asking, method: str) -> None:
    text = '{"jsonrpc":"2.0","id":1,"result":{"text":"a\u202eb\U000e0041"}}'
    answer = await ask(JsonAnswers(streaming(event(text))), method=method)
    assert "\u202e" not in answer.text
    assert "\\u202e" in answer.text


async def test_last_event_id_is_not_passed_on(ask: Asking, innermost: Innermost) -> None:
    await ask(JsonAnswers(innermost), ("last-event-id", "7"))
    assert b"last-event-id" not in dict(innermost.scopes[0]["headers"])
