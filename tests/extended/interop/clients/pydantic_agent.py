"""An agent of Pydantic AI, whose model follows the story; a tool's error is an answer to try again."""

from __future__ import annotations

import asyncio
from typing import Any

from fastmcp.client.transports import SSETransport, StdioTransport, StreamableHttpTransport
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from story import Story, read_brief


def transport(brief: dict[str, Any]) -> Any:
    """Return the transport that the brief names."""
    if brief["transport"] == "stdio":
        program, *arguments = brief["command"]
        return StdioTransport(program, arguments, env=brief["environment"], keep_alive=False)
    kind = SSETransport if brief["transport"] == "sse" else StreamableHttpTransport
    return kind(brief["url"], headers=brief["headers"])


async def main() -> None:
    """Run the agent until its model has told the story."""
    brief = read_brief()
    story = Story(brief)
    tools: list[str] = []

    def model(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        tools[:] = [tool.name for tool in info.function_tools]
        told = messages[-1].parts[-1]
        if isinstance(told, ToolReturnPart):
            text = told.model_response_str(wrap_if_error=False)
            story.saw(error=told.outcome != "success", text=text)
        following = story.next_call()
        return ModelResponse([ToolCallPart(*following) if following else TextPart("Done.")])

    sessions = MCPToolset(transport(brief), id="vapi-sessions")
    agent = Agent(FunctionModel(model), toolsets=[sessions])
    async with agent:
        await agent.run("Tell the story.")
        story.print(tools, sessions.client.protocol_version)


asyncio.run(main())
