"""Streams that clients hold open end when the server closes them."""

from __future__ import annotations

from typing import Any

import anyio
import anyio.lowlevel
import pytest

from vapi_sessions_mcp.http.streams import Streams


@pytest.mark.parametrize("parts", [0, 1, 3])
async def test_closed_stream_is_ended_if_it_has_begun(parts: int) -> None:
    streams, sent, begun = Streams(), list[Any](), anyio.Event()
    messages: list[dict[str, Any]] = [
        {"type": "http.response.start", "status": 200, "headers": []},
        *({"type": "http.response.body", "body": b"x", "more_body": True} for _ in range(2)),
    ]

    async def stream(_scope: Any, _receive: Any, send: Any) -> None:
        for message in messages[:parts]:
            await send(message)
        begun.set()
        await anyio.sleep_forever()

    async def send(message: Any) -> None:
        sent.append(message)

    async def open_stream() -> None:
        await streams.over(stream)({"method": "GET"}, None, send)  # type: ignore[arg-type]

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(open_stream)
            await begun.wait()
            streams.close()
    end = [{"type": "http.response.body", "body": b"", "more_body": False}] if parts else []
    assert sent == messages[:parts] + end


async def test_other_requests_are_not_closed() -> None:
    streams, done = Streams(), False

    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        nonlocal done
        streams.close()
        await anyio.lowlevel.checkpoint()
        done = True

    await streams.over(app)({"method": "POST"}, None, None)  # type: ignore[arg-type]
    assert done
