"""The client of FastMCP, which raises an exception for a tool's error."""

from __future__ import annotations

import asyncio
from typing import Any

from calls import Calls
from fastmcp import Client
from fastmcp.client.transports import ClientTransport, SSETransport, StdioTransport, StreamableHttpTransport
from fastmcp.exceptions import ToolError


def transport(calls: Calls) -> ClientTransport:
    brief = calls.brief
    if brief["transport"] == "stdio":
        return StdioTransport(*calls.command, env=brief["environment"], keep_alive=False)
    kind = SSETransport if brief["transport"] == "sse" else StreamableHttpTransport
    return kind(brief["url"], headers=brief["headers"])


async def main() -> None:
    calls = Calls()
    async with Client(transport(calls)) as client:
        tools = [tool.name for tool in await client.list_tools()]

        async def call(tool: str, arguments: dict[str, Any]) -> tuple[bool, str]:
            try:
                result = await client.call_tool(tool, arguments)
            except ToolError as error:
                return True, str(error)
            return False, result.content[0].text

        await calls.make_all(call)
        calls.report(tools, client.protocol_version)


asyncio.run(main())
