"""The real MCP client, connected to the real server that it starts."""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anyio
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from server_process import LONGEST, environment

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from mcp.client.session import ElicitationFnT

ERAS = ("legacy", "2026-07-28")
"""The client's modes: the handshake era, and the modern one."""


@dataclass(frozen=True)
class CallResult:
    """The end of a call, as a model receives it."""

    is_error: bool
    text: str

    @property
    def result(self) -> dict[str, Any]:
        """The result, or the error, as JSON."""
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def error(self) -> dict[str, Any]:
        """The error, with what to do next."""
        assert self.is_error, self.text
        error: dict[str, Any] = self.result["error"]
        assert error["message"]
        assert error["next"]
        return error


@dataclass(frozen=True)
class Connected:
    """A client that is connected."""

    client: Client

    async def call(self, tool: str, arguments: dict[str, Any]) -> CallResult:
        """Call a tool."""
        with anyio.fail_after(LONGEST):
            answer = await self.client.call_tool(tool, arguments)
        (block,) = answer.content
        result = CallResult(bool(answer.is_error), block.model_dump()["text"])
        assert result.result == answer.structured_content
        return result


@asynccontextmanager
async def connected(
    *flags: str, mode: str = "auto", user: ElicitationFnT | None = None, **variables: str
) -> AsyncGenerator[Connected]:
    """Start the server, connect to it, and end it; the user, if any, answers its questions."""
    command = ["-m", "vapi_sessions_mcp", *flags]
    server = StdioServerParameters(command=sys.executable, args=command, env=environment(**variables))
    with tempfile.TemporaryFile("w+") as log:
        async with Client(stdio_client(server, errlog=log), mode=mode, elicitation_callback=user) as client:
            yield Connected(client)
