"""LangChain tools, called as an agent's tool node calls them: the answer is a message with a status."""

from __future__ import annotations

import asyncio
from typing import Any

from calls import Calls
from langchain_mcp_adapters.client import MultiServerMCPClient


def connection(calls: Calls) -> dict[str, Any]:
    brief = calls.brief
    if brief["transport"] == "stdio":
        program, arguments = calls.command
        return {"transport": "stdio", "command": program, "args": arguments, "env": brief["environment"]}
    name = "sse" if brief["transport"] == "sse" else "streamable_http"
    return {"transport": name, "url": brief["url"], "headers": brief["headers"]}


async def main() -> None:
    calls = Calls()
    client = MultiServerMCPClient({"vapi-sessions": connection(calls)})
    tools = {tool.name: tool for tool in await client.get_tools()}

    async def call(tool: str, arguments: dict[str, Any]) -> tuple[bool, str]:
        message = await tools[tool].ainvoke({"type": "tool_call", "id": "1", "name": tool, "args": arguments})
        return message.status == "error", message.text

    await calls.make_all(call)
    server = (await client.get_server_info())["vapi-sessions"]
    calls.report(list(tools), str(server.protocolVersion))


asyncio.run(main())
