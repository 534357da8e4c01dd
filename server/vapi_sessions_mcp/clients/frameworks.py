"""Python for agent frameworks: each starts the server itself, and passes on the variables that are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_mcp.clients.editing import as_json

if TYPE_CHECKING:
    from vapi_sessions_mcp.clients.launch import Launch

_OPENAI_AGENTS = """\
import asyncio
import os

from agents import Agent
from agents.mcp import MCPServerStdio

{server}

async def main() -> None:
    # A call may take 50 seconds, and the framework waits 5 unless it is told otherwise.
    async with MCPServerStdio(SERVER, name="vapi-sessions", client_session_timeout_seconds=60) as sessions:
        agent = Agent(name="Assistant", mcp_servers=[sessions])
        print([tool.name for tool in await sessions.list_tools()])
        # result = await Runner.run(agent, "Which sessions are active?")


asyncio.run(main())
"""

_LANGCHAIN = """\
import asyncio
import os

from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools

{server}

async def main() -> None:
    client = MultiServerMCPClient({{"vapi-sessions": {{"transport": "stdio", **SERVER}}}})
    # One session for all calls: client.get_tools() would start a server for each of them.
    async with client.session("vapi-sessions") as session:
        tools = await load_mcp_tools(session)
        print([tool.name for tool in tools])
        # agent = create_agent(model, tools)


asyncio.run(main())
"""

_PYDANTIC_AI = """\
import asyncio
import os

from fastmcp.client.transports import StdioTransport
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset

{server}

async def main() -> None:
    sessions = MCPToolset(StdioTransport(**SERVER), id="vapi-sessions")
    agent = Agent(toolsets=[sessions])
    async with agent:
        print([tool.name for tool in await sessions.list_tools()])
        # result = await agent.run("Which sessions are active?", model="...")


asyncio.run(main())
"""

_SNIPPETS = {"openai-agents": _OPENAI_AGENTS, "langchain": _LANGCHAIN, "pydantic-ai": _PYDANTIC_AI}
FRAMEWORKS = tuple(_SNIPPETS)
"""The frameworks' names on the command line."""


def framework_snippet(framework: str, launch: Launch, variable: str | None) -> str:
    """Return a program that connects a framework to the server and prints the tools' names.

    Args:
        framework: Its name on the command line.
        launch: What starts the server.
        variable: The variable that holds the key; None where none is needed.
    """
    command, arguments = as_json(launch.command, None), as_json(launch.arguments, None)
    lines = ["SERVER = {", f'    "command": {command},', f'    "args": {arguments},']
    if variable is not None:
        lines.append(f'    "env": {{"{variable}": os.environ["{variable}"]}},')
    text = _SNIPPETS[framework].format(server="\n".join([*lines, "}"]) + "\n")
    return text if variable is not None else text.replace("import os\n", "")
