"""An agent with Anthropic's Messages API that keeps its customers' conversations as Vapi sessions.

    pip install vapi-sessions-mcp anthropic
    ANTHROPIC_API_KEY=... python examples/anthropic_agent.py "Ada (+14155551234) asks for order 1042: note"

The sessions are those of `VAPI_API_KEY`; without it, of the built-in sandbox.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

from anthropic import AsyncAnthropic

from vapi_sessions_tools import open_toolset

if TYPE_CHECKING:
    from anthropic.types import Message, MessageParam, ToolResultBlockParam

    from vapi_sessions_tools import SessionsToolset

MODEL = os.environ.get("ANTHROPIC_MODEL", "claude-haiku-5-5")
TOOLS = ("create_session", "list_sessions", "get_session", "update_session")
"""What the model may do: everything but delete, which cannot be taken back."""
MOST_TURNS = 10


async def main(question: str) -> None:
    """Answer one question."""
    sandbox = "VAPI_API_KEY" not in os.environ
    async with open_toolset(sandbox=sandbox, tools=TOOLS) as toolset, AsyncAnthropic() as client:
        print(await answer(client, toolset, question))


async def answer(client: AsyncAnthropic, toolset: SessionsToolset, question: str) -> str:
    """Let the model call tools until it has an answer."""
    conversation: list[MessageParam] = [{"role": "user", "content": question}]
    for _ in range(MOST_TURNS):
        message = await client.messages.create(
            model=MODEL,
            max_tokens=4_096,
            system=toolset.instructions,
            messages=conversation,
            tools=toolset.definitions("anthropic"),
        )
        results = await called(toolset, message)
        if not results:
            return "".join(block.text for block in message.content if block.type == "text")
        conversation.append({"role": "assistant", "content": message.content})
        conversation.append({"role": "user", "content": results})
    return "There is no answer yet; ask again in smaller steps."


async def called(toolset: SessionsToolset, message: Message) -> list[ToolResultBlockParam]:
    """Carry out the calls of one message; an error is an answer too."""
    results: list[ToolResultBlockParam] = []
    for block in message.content:
        if block.type == "tool_use":
            result = await toolset.answer(block.name, block.input)
            results.append(
                {
                    "type": "tool_result",
                    "tool_use_id": block.id,
                    "content": result.text,
                    "is_error": result.is_error,
                }
            )
    return results


if __name__ == "__main__":
    asyncio.run(main(" ".join(sys.argv[1:]) or "Which sessions are there?"))
