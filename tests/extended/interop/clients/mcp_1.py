"""The official Python SDK, first generation."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from calls import Calls
from mcp import ClientSession, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client


def transport(calls: Calls, http: httpx.AsyncClient) -> Any:
    brief = calls.brief
    if brief["transport"] == "stdio":
        program, arguments = calls.command
        return stdio_client(StdioServerParameters(command=program, args=arguments, env=brief["environment"]))
    if brief["transport"] == "sse":
        return sse_client(brief["url"], headers=brief["headers"])
    return streamable_http_client(brief["url"], http_client=http)


async def main() -> None:
    calls = Calls()
    async with (
        httpx.AsyncClient(headers=calls.brief["headers"], timeout=60) as http,
        transport(calls, http) as (reading, writing, *_),
        ClientSession(reading, writing) as session,
    ):
        protocol = str((await session.initialize()).protocolVersion)
        tools = [tool.name for tool in (await session.list_tools()).tools]

        async def call(tool: str, arguments: dict[str, Any]) -> tuple[bool, str]:
            result = await session.call_tool(tool, arguments)
            return result.isError, result.content[0].text

        await calls.make_all(call)
        calls.report(tools, protocol)


asyncio.run(main())
