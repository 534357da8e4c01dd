"""An agent of Pydantic AI whose model makes the calls; a tool's error is an answer to try again."""

from __future__ import annotations

import asyncio
from typing import Any

from calls import Calls
from fastmcp.client.transports import SSETransport, StdioTransport, StreamableHttpTransport
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel


def transport(calls: Calls) -> Any:
    brief = calls.brief
    if brief["transport"] == "stdio":
        return StdioTransport(*calls.command, env=brief["environment"], keep_alive=False)
    kind = SSETransport if brief["transport"] == "sse" else StreamableHttpTransport
    return kind(brief["url"], headers=brief["headers"])


async def main() -> None:
    calls = Calls()
    tools: list[str] = []

    def model(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        tools[:] = [tool.name for tool in info.function_tools]
        last = messages[-1].parts[-1]
        if isinstance(last, ToolReturnPart):
            text = last.model_response_str(wrap_if_error=False)
            calls.record(error=last.outcome != "success", text=text)
        following = calls.next()
        return ModelResponse([ToolCallPart(*following) if following else TextPart("Done.")])

    sessions = MCPToolset(transport(calls), id="vapi-sessions")
    async with (agent := Agent(FunctionModel(model), toolsets=[sessions])):
        await agent.run("Make the calls.")
        calls.report(tools, sessions.client.protocol_version)


asyncio.run(main())
