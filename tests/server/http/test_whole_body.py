"""Bodies: whole before they are looked at, bounded in size and in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import pytest

from vapi_sessions_mcp.http.whole_body import WholeBody

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from server.http.conftest import Asking, Innermost

LARGEST = 10


async def in_parts(*parts: bytes) -> AsyncGenerator[bytes]:
    """Give a body piece by piece; its length is not told before."""
    for part in parts:
        yield part


async def test_it_is_given_in_one_piece(ask: Asking, innermost: Innermost) -> None:
    body = in_parts(b"abc", b"", b"def")
    assert (await ask(WholeBody(innermost), method="POST", content=body)).status_code == 200
    assert innermost.bodies == [b"abcdef"]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"a" * LARGEST, 200),
        (b"a" * (LARGEST + 1), 413),
        ([b"a" * LARGEST], 200),
        ([b"a" * LARGEST, b"a"], 413),
        (b"", 200),
    ],
)
async def test_it_is_so_large_at_most(
    ask: Asking, innermost: Innermost, content: bytes | list[bytes], status: int
) -> None:
    sent = in_parts(*content) if isinstance(content, list) else content
    answer = await ask(WholeBody(innermost, LARGEST), method="POST", content=sent)
    assert answer.status_code == status
    assert len(innermost.scopes) == (status == 200)


@pytest.mark.parametrize(
    ("content", "status"), [(b"[" + b"{}," * 60_000 + b"{}]", 413), (b'["' + b"{}," * 60_000 + b'"]', 200)]
)
async def test_it_holds_so_many_values_at_most(
    ask: Asking, innermost: Innermost, content: bytes, status: int
) -> None:
    answer = await ask(WholeBody(innermost), method="POST", content=content)
    assert answer.status_code == status
    if status == 413:
        assert "25,000 JSON values" in answer.json()["error"]["message"]


async def test_it_comes_in_time_or_the_connection_is_ended(ask: Asking, innermost: Innermost) -> None:
    async def never() -> AsyncGenerator[bytes]:
        yield b"a"
        await anyio.sleep_forever()

    answer = await ask(WholeBody(innermost, slowest=0.01), method="POST", content=never())
    assert answer.status_code == 408
    assert answer.headers["connection"] == "close"
    assert answer.json()["error"]["message"] == "The request's body had not come after 0.01 s."
    assert innermost.scopes == []


async def test_of_a_client_that_is_gone_nothing_is_carried_out(innermost: Innermost) -> None:
    sent: list[Any] = []
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    await WholeBody(innermost)({"type": "http", "headers": []}, receive, send)
    assert (innermost.scopes, sent) == ([], [])


async def test_what_comes_after_the_body_is_passed_on() -> None:
    seen: list[str] = []

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        seen.extend([(await receive())["type"], (await receive())["type"]])

    messages: list[dict[str, Any]] = [{"type": "http.request", "body": b"a"}, {"type": "http.disconnect"}]

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(_message: Any) -> None: ...

    await WholeBody(app)({"type": "http", "headers": []}, receive, send)
    assert seen == ["http.request", "http.disconnect"]
