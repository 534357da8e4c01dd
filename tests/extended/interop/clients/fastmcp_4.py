"""The client of FastMCP, which raises an exception for a tool's error."""

from __future__ import annotations

import asyncio
from typing import Any

from fastmcp import Client
from fastmcp.client.transports import ClientTransport, SSETransport, StdioTransport, StreamableHttpTransport
from fastmcp.exceptions import ToolError
from story import Story, read_brief


def transport(brief: dict[str, Any]) -> ClientTransport:
    """Return the transport that the brief names."""
    if brief["transport"] == "stdio":
        program, *arguments = brief["command"]
        return StdioTransport(program, arguments, env=brief["environment"], keep_alive=False)
    kind = SSETransport if brief["transport"] == "sse" else StreamableHttpTransport
    return kind(brief["url"], headers=brief["headers"])


async def main() -> None:
    """Tell the story with the client's own calls."""
    brief = read_brief()
    story = Story(brief)
    async with Client(transport(brief)) as client:
        tools = [tool.name for tool in await client.list_tools()]

        async def call(tool: str, arguments: dict[str, Any]) -> tuple[bool, str]:
            try:
                answer = await client.call_tool(tool, arguments)
            except ToolError as error:
                return True, str(error)
            return False, answer.content[0].text

        await story.tell(call)
        story.print(tools, client.protocol_version)


asyncio.run(main())
