"""A connection of the stdio transport in this process."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio

from server_process import LONGEST
from vapi_sessions_mcp.pipes import Pipes
from vapi_sessions_mcp.stdio import Connection

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from mcp.server.lowlevel.server import Server


@asynccontextmanager
async def pair(limit: int = 1 << 26) -> AsyncGenerator[tuple[Pipes, socket.socket]]:
    near, far = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=near, limit=limit)
    far.settimeout(LONGEST)
    try:
        yield Pipes(reader, writer), far
    finally:
        writer.close()
        far.close()


async def spoken(
    server: Server[Any], said: bytes, *, drain: float = LONGEST, limit: int = 1 << 26
) -> dict[Any, dict[str, Any]]:
    """Send everything at once, end the input, and return what was answered, by id or by method."""
    async with pair(limit) as (pipes, far):
        far.sendall(said)
        far.shutdown(socket.SHUT_WR)
        with anyio.fail_after(LONGEST):
            await Connection(server, pipes, drain).serve()
        far.settimeout(0.0)
        answers = [json.loads(line) for line in far.recv(1 << 22).splitlines()]
    return {answer.get("id", answer.get("method")): answer for answer in answers}
