"""The official Python SDK, first generation."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from mcp import ClientSession, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from story import Story, read_brief


def transport(brief: dict[str, Any], http: httpx.AsyncClient) -> Any:
    """Return the transport that the brief names."""
    if brief["transport"] == "stdio":
        program, *arguments = brief["command"]
        return stdio_client(StdioServerParameters(command=program, args=arguments, env=brief["environment"]))
    if brief["transport"] == "sse":
        return sse_client(brief["url"], headers=brief["headers"])
    return streamable_http_client(brief["url"], http_client=http)


async def main() -> None:
    """Tell the story with the session's own calls."""
    brief = read_brief()
    story = Story(brief)
    async with (
        httpx.AsyncClient(headers=brief["headers"], timeout=60) as http,
        transport(brief, http) as (reading, writing, *_),
        ClientSession(reading, writing) as session,
    ):
        protocol = str((await session.initialize()).protocolVersion)
        tools = [tool.name for tool in (await session.list_tools()).tools]

        async def call(tool: str, arguments: dict[str, Any]) -> tuple[bool, str]:
            answer = await session.call_tool(tool, arguments)
            return answer.isError, answer.content[0].text

        await story.tell(call)
        story.print(tools, protocol)


asyncio.run(main())
