"""An agent of the OpenAI Agents SDK whose model makes the calls.

The framework passes a tool's error to the model as text like any other; only a data extractor sees the flag.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from agents import Agent, Model, ModelResponse, Runner, Usage, set_tracing_disabled
from agents.mcp import MCPServerSse, MCPServerStdio, MCPServerStreamableHttp
from calls import Calls
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText


class ScriptedModel(Model):
    """A model that makes the calls and ends with a word."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._errors: list[bool] = []
        self.tools: list[str] = []

    def extract(self, extracted: Any) -> None:
        """Record whether a result is an error, before the model receives it."""
        self._errors.append(bool(extracted.is_error))

    async def get_response(self, *, tools: Any, **more: Any) -> ModelResponse:
        self.tools = [tool.name for tool in tools]
        last = more["input"][-1]
        if last.get("type") == "function_call_output":
            text = "".join(part["text"] for part in last["output"])
            self._calls.record(error=self._errors[-1], text=text)
        return ModelResponse(output=[self._turn()], usage=Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError

    def _turn(self) -> ResponseFunctionToolCall | ResponseOutputMessage:
        if following := self._calls.next():
            made = {
                "call_id": f"call-{uuid.uuid4()}",
                "name": following[0],
                "arguments": json.dumps(following[1]),
            }
            return ResponseFunctionToolCall(type="function_call", **made)
        text = ResponseOutputText(type="output_text", text="Done.", annotations=[])
        made = {"type": "message", "role": "assistant", "status": "completed", "content": [text]}
        return ResponseOutputMessage(id="end", **made)


def server(calls: Calls, model: ScriptedModel) -> Any:
    brief = calls.brief
    options = {"client_session_timeout_seconds": 60, "custom_data_extractor": model.extract}
    if brief["transport"] == "stdio":
        program, arguments = calls.command
        return MCPServerStdio({"command": program, "args": arguments, "env": brief["environment"]}, **options)
    kind = MCPServerSse if brief["transport"] == "sse" else MCPServerStreamableHttp
    return kind({"url": brief["url"], "headers": brief["headers"]}, **options)


async def main() -> None:
    calls = Calls()
    model = ScriptedModel(calls)
    set_tracing_disabled(True)
    async with server(calls, model) as connected:
        agent = Agent(name="Assistant", model=model, mcp_servers=[connected])
        await Runner.run(agent, "Make the calls.", max_turns=20)
        calls.report(model.tools, connected.session.protocol_version)


asyncio.run(main())
