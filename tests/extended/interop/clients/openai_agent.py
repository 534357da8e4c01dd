"""An agent of the OpenAI Agents SDK, whose model follows the story.

The framework hands a tool's error to the model as text like any other; that it was one is told to whoever
extracts data from results.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from agents import Agent, Model, ModelResponse, Runner, Usage, set_tracing_disabled
from agents.mcp import MCPServerSse, MCPServerStdio, MCPServerStreamableHttp
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText
from story import Story, read_brief


class ScriptedModel(Model):
    """A model that calls what the story says, and ends with a word.

    Args:
        story: What it calls, and where it notes what it is told.
    """

    def __init__(self, story: Story) -> None:
        self._story = story
        self._errors: list[bool] = []
        self.tools: list[str] = []

    def note(self, extracted: Any) -> None:
        """Note whether a result is an error, before the model is told of it."""
        self._errors.append(bool(extracted.is_error))

    async def get_response(self, *, tools: Any, **more: Any) -> ModelResponse:
        """Note what came of the last call, and make the next one."""
        self.tools = [tool.name for tool in tools]
        told = more["input"][-1]
        if told.get("type") == "function_call_output":
            text = "".join(part["text"] for part in told["output"])
            self._story.saw(error=self._errors[-1], text=text)
        return ModelResponse(output=[self._turn()], usage=Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> Any:
        """Refuse: nothing is streamed here."""
        raise NotImplementedError

    def _turn(self) -> ResponseFunctionToolCall | ResponseOutputMessage:
        following = self._story.next_call()
        if following:
            tool, arguments = following
            return ResponseFunctionToolCall(
                type="function_call",
                call_id=f"call-{uuid.uuid4()}",
                name=tool,
                arguments=json.dumps(arguments),
            )
        said = ResponseOutputText(type="output_text", text="Done.", annotations=[])
        return ResponseOutputMessage(
            id="said", type="message", role="assistant", status="completed", content=[said]
        )


def server(brief: dict[str, Any], model: ScriptedModel) -> Any:
    """Return the server, to be reached as the brief says."""
    options = {"client_session_timeout_seconds": 60, "custom_data_extractor": model.note}
    if brief["transport"] == "stdio":
        program, *arguments = brief["command"]
        return MCPServerStdio({"command": program, "args": arguments, "env": brief["environment"]}, **options)
    kind = MCPServerSse if brief["transport"] == "sse" else MCPServerStreamableHttp
    return kind({"url": brief["url"], "headers": brief["headers"]}, **options)


async def main() -> None:
    """Run the agent until its model has told the story."""
    brief = read_brief()
    story = Story(brief)
    model = ScriptedModel(story)
    set_tracing_disabled(True)
    async with server(brief, model) as connected:
        agent = Agent(name="Assistant", model=model, mcp_servers=[connected])
        await Runner.run(agent, "Tell the story.", max_turns=20)
        story.print(model.tools, connected.session.protocol_version)


asyncio.run(main())
