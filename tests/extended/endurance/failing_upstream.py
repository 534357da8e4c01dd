"""An API of which every fourth answer fails: the rate is limited, it breaks, it hangs up, it hangs."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

SESSION = b'{"id": "11111111-2222-4333-8444-555555555555", "orgId": "o", "status": "active", "name": "Order"}'
_EVERY = 4
_FAILURES = ("limited", "broken", "reset", "hanging")


class FailingUpstream:
    """Answers requests, on connections that are kept.

    Args:
        counts: How often it did what.
    """

    def __init__(self) -> None:
        self.counts = dict.fromkeys((*_FAILURES, "fine"), 0)
        self._numbers = itertools.count(1)
        self._failures = itertools.cycle(_FAILURES)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while await _read(reader) and await self._answer(reader, writer):
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer a request, one way or another; whether the connection goes on."""
        kind = "fine" if next(self._numbers) % _EVERY else next(self._failures)
        self.counts[kind] += 1
        if kind == "reset":
            writer.transport.abort()
            return False
        if kind == "hanging":
            await reader.read()  # until the client gives up
            return False
        if kind == "fine":
            writer.write(_answer("200 OK", SESSION))
        elif kind == "broken":
            writer.write(_answer("500 Internal Server Error", b'{"message": "broken"}'))
        else:
            writer.write(_answer("429 Too Many Requests", b'{"message": "slow down"}'))
        return True


@asynccontextmanager
async def failing() -> AsyncGenerator[tuple[FailingUpstream, str]]:
    """Serve it on a free port of this machine."""
    upstream = FailingUpstream()
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0)
    try:
        yield upstream, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def _answer(status: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _read(reader: asyncio.StreamReader) -> bool:
    """Read one request; whether there was one."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return False
    for line in head.lower().splitlines():
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.partition(b":")[2]))
    return True
