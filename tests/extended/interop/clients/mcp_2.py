"""The official Python SDK, second generation, with the protocol of the brief."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
from calls import Calls
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client


def transport(calls: Calls, http: httpx2.AsyncClient) -> Any:
    brief = calls.brief
    if brief["transport"] == "stdio":
        program, arguments = calls.command
        return stdio_client(StdioServerParameters(command=program, args=arguments, env=brief["environment"]))
    if brief["transport"] == "sse":
        return sse_client(brief["url"], headers=brief["headers"])
    return streamable_http_client(brief["url"], http_client=http)


async def main() -> None:
    calls = Calls()
    mode = "legacy" if calls.brief["protocol"] == "handshake" else calls.brief["protocol"]
    async with (
        httpx2.AsyncClient(headers=calls.brief["headers"], timeout=60) as http,
        Client(transport(calls, http), mode=mode) as client,
    ):
        tools = [tool.name for tool in (await client.list_tools()).tools]

        async def call(tool: str, arguments: dict[str, Any]) -> tuple[bool, str]:
            result = await client.call_tool(tool, arguments)
            return bool(result.is_error), result.content[0].text

        await calls.make_all(call)
        calls.report(tools, client.protocol_version)


asyncio.run(main())
