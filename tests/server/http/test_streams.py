"""Streams that clients hold open, and their end."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from vapi_sessions_mcp.http.streams import Streams


class Stream:
    """Sends a beginning and never ends by itself.

    Args:
        parts: How many parts it sends first.
    """

    def __init__(self, parts: int) -> None:
        self.parts = parts
        self.begun = anyio.Event()

    async def __call__(self, _scope: Any, _receive: Any, send: Any) -> None:
        """Answer with a stream."""
        for part in range(self.parts):
            if part == 0:
                await send({"type": "http.response.start", "status": 200, "headers": []})
            else:
                await send({"type": "http.response.body", "body": b"x", "more_body": True})
        self.begun.set()
        await anyio.sleep_forever()


async def closed(stream: Stream) -> list[Any]:
    """Open a stream, close it, and return what was sent."""
    streams, sent = Streams(), list[Any]()

    async def send(message: Any) -> None:
        sent.append(message)

    async def open_one() -> None:
        await streams.over(stream)({"method": "GET"}, None, send)  # type: ignore[arg-type]

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(open_one)
            await stream.begun.wait()
            streams.close()
    return sent


@pytest.mark.parametrize("parts", [1, 3])
async def test_one_that_is_closed_comes_to_its_own_end(parts: int) -> None:
    sent = await closed(Stream(parts))
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
    assert len(sent) == parts + 1


async def test_one_that_has_not_begun_has_no_end_either() -> None:
    assert await closed(Stream(0)) == []


async def test_what_is_no_stream_is_not_closed() -> None:
    streams, done = Streams(), False

    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        nonlocal done
        streams.close()
        await anyio.lowlevel.checkpoint()
        done = True

    await streams.over(app)({"method": "POST"}, None, None)  # type: ignore[arg-type]
    assert done
