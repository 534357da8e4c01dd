"""The official Python SDK, second generation, in the protocol era that the brief names."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from story import Story, read_brief


def transport(brief: dict[str, Any], http: httpx2.AsyncClient) -> Any:
    """Return the transport that the brief names."""
    if brief["transport"] == "stdio":
        program, *arguments = brief["command"]
        return stdio_client(StdioServerParameters(command=program, args=arguments, env=brief["environment"]))
    if brief["transport"] == "sse":
        return sse_client(brief["url"], headers=brief["headers"])
    return streamable_http_client(brief["url"], http_client=http)


async def main() -> None:
    """Tell the story with the client's own calls."""
    brief = read_brief()
    story = Story(brief)
    mode = "legacy" if brief["era"] == "handshake" else brief["era"]
    async with (
        httpx2.AsyncClient(headers=brief["headers"], timeout=60) as http,
        Client(transport(brief, http), mode=mode) as client,
    ):
        tools = [tool.name for tool in (await client.list_tools()).tools]

        async def call(tool: str, arguments: dict[str, Any]) -> tuple[bool, str]:
            answer = await client.call_tool(tool, arguments)
            return bool(answer.is_error), answer.content[0].text

        await story.tell(call)
        story.print(tools, client.protocol_version)


asyncio.run(main())
