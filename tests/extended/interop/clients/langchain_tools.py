"""LangChain tools, called as an agent's node of tools calls them: the answer is a message with a status."""

from __future__ import annotations

import asyncio
from typing import Any

from langchain_mcp_adapters.client import MultiServerMCPClient
from story import Story, read_brief


def connection(brief: dict[str, Any]) -> dict[str, Any]:
    """Return what the framework is told of the server."""
    if brief["transport"] == "stdio":
        program, *arguments = brief["command"]
        return {
            "transport": "stdio",
            "command": program,
            "args": arguments,
            "env": brief["environment"],
        }
    name = "sse" if brief["transport"] == "sse" else "streamable_http"
    return {"transport": name, "url": brief["url"], "headers": brief["headers"]}


async def main() -> None:
    """Tell the story with LangChain's tools; each call opens a session of its own."""
    brief = read_brief()
    story = Story(brief)
    client = MultiServerMCPClient({"vapi-sessions": connection(brief)})
    tools = {tool.name: tool for tool in await client.get_tools()}

    async def call(tool: str, arguments: dict[str, Any]) -> tuple[bool, str]:
        asked = {"type": "tool_call", "id": "call-1", "name": tool, "args": arguments}
        message = await tools[tool].ainvoke(asked)
        return message.status == "error", message.text

    await story.tell(call)
    server = (await client.get_server_info())["vapi-sessions"]
    story.print(list(tools), str(server.protocolVersion))


asyncio.run(main())
