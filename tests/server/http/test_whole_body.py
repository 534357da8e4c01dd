"""Bodies and heads of requests are bounded in size and time, and drained when a request is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import pytest

from vapi_sessions_mcp.http.connection import LARGEST_HEAD
from vapi_sessions_mcp.http.refusal import refusal, refuse
from vapi_sessions_mcp.http.trimming import MOST_HEADERS, trimmed
from vapi_sessions_mcp.http.whole_body import WholeBody

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from server.http.conftest import Asking, Innermost

LARGEST = 10


@pytest.mark.parametrize(
    ("content", "status"),
    [
        *((b"a" * LARGEST, 200), (b"a" * (LARGEST + 1), 413), (b"", 200)),
        *(([b"abc", b"", b"def"], 200), ([b"a" * LARGEST], 200), ([b"a" * LARGEST, b"a"], 413)),
    ],
)
async def test_body_is_passed_on_in_one_piece_or_is_too_large(
    ask: Asking, innermost: Innermost, content: bytes | list[bytes], status: int
) -> None:
    async def in_parts() -> AsyncGenerator[bytes]:
        for part in content if isinstance(content, list) else []:
            yield part

    sent = in_parts() if isinstance(content, list) else content
    answer = await ask(WholeBody(innermost, LARGEST), method="POST", content=sent)
    assert answer.status_code == status
    body = b"".join(content) if isinstance(content, list) else content
    assert innermost.bodies == [body][: status == 200]
    assert status == 413 or innermost.scopes[0]["state"]["body_size"] == len(body)


@pytest.mark.parametrize(("sign", "status"), [(b"", 413), (b'"', 200)])
async def test_body_of_too_many_values_is_refused(
    ask: Asking, innermost: Innermost, sign: bytes, status: int
) -> None:
    content = b"[" + sign + b"{}," * 60_000 + b"{}" + sign + b"]"
    answer = await ask(WholeBody(innermost), method="POST", content=content)
    assert answer.status_code == status
    if status == 413:
        assert "25,000 JSON values" in answer.json()["error"]["message"]


async def test_body_that_is_late_ends_the_connection(ask: Asking, innermost: Innermost) -> None:
    async def never() -> AsyncGenerator[bytes]:
        yield b"a"
        await anyio.sleep_forever()

    answer = await ask(WholeBody(innermost, slowest=0.01), method="POST", content=never())
    assert (answer.status_code, answer.headers["connection"]) == (408, "close")
    assert "0.01 s" in answer.json()["error"]["message"]
    assert innermost.scopes == []


class Messages:
    """ASGI messages that a server gives, and those that it is sent."""

    def __init__(self, *given: dict[str, Any]) -> None:
        self.given = list(given)
        self.sent: list[Any] = []

    async def receive(self) -> dict[str, Any]:
        return self.given.pop(0)

    async def send(self, message: Any) -> None:
        self.sent.append(message)


GONE = {"type": "http.disconnect"}


async def test_request_of_a_disconnected_client_is_dropped(innermost: Innermost) -> None:
    messages = Messages({"type": "http.request", "body": b"a", "more_body": True}, GONE)
    await WholeBody(innermost)({"type": "http", "headers": []}, messages.receive, messages.send)
    assert (innermost.scopes, messages.sent) == ([], [])


async def test_messages_after_the_body_are_passed_on() -> None:
    seen: list[str] = []

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        seen.extend([(await receive())["type"], (await receive())["type"]])

    messages = Messages({"type": "http.request", "body": b"a"}, GONE)
    await WholeBody(app)({"type": "http", "headers": []}, messages.receive, messages.send)
    assert seen == ["http.request", "http.disconnect"]


def body_of(size: int, parts: int) -> Callable[[int], dict[str, Any]]:
    return lambda part: {"type": "http.request", "body": bytes(size), "more_body": part < parts}


@pytest.mark.parametrize(
    ("message", "read", "closed"),
    [(body_of(1024, 5), 5, False), (body_of(1 << 20, 1_000), 17, True), (lambda _part: GONE, 1, False)],
    ids=["short", "endless", "gone"],
)
async def test_refusal_drains_the_body_or_closes_the_connection(
    message: Callable[[int], dict[str, Any]], read: int, *, closed: bool
) -> None:
    parts, messages = 0, Messages()

    async def receive() -> dict[str, Any]:
        nonlocal parts
        parts += 1
        return message(parts)

    answer = refusal(418, "teapot", "This is a teapot.", "Ask for tea.", {"x-leaves": "green"})
    await refuse(answer, {"type": "http"}, receive, messages.send)
    start, body = messages.sent
    headers = dict(start["headers"])
    assert (start["status"], headers[b"x-leaves"]) == (418, b"green")
    assert body["body"] == b'{"error":{"kind":"teapot","message":"This is a teapot.","next":"Ask for tea."}}'
    assert (b"connection" in headers) is closed
    assert parts == read


async def test_space_around_a_header_is_removed(ask: Asking, innermost: Innermost) -> None:
    await ask(trimmed(innermost), ("x-a", " \t a b \t "))
    assert (b"x-a", b"a b") in innermost.scopes[0]["headers"]


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ([("x", "a")] * (MOST_HEADERS + 1), "/"),
        ([("x", "a" * LARGEST_HEAD)], "/"),
        ([("x", "a" * 6_000)], "/" + "a" * 60_000),
        ([("x", "a" * 6_000)], "/?" + "a" * 60_000),
    ],
    ids=["many", "large", "path", "query"],
)
async def test_head_that_is_too_large_is_refused(
    ask: Asking, innermost: Innermost, headers: list[tuple[str, str]], path: str
) -> None:
    answer = await ask(trimmed(innermost), *headers, path=path)
    assert (answer.status_code, answer.json()["error"]["kind"]) == (431, "head_too_large")
    assert innermost.scopes == []
