"""An agent with OpenAI's Responses API that keeps its customers' conversations as Vapi sessions.

    pip install vapi-sessions-mcp openai
    OPENAI_API_KEY=... python examples/openai_agent.py "Ada (+14155551234) asks for order 1042: note"

The sessions are those of `VAPI_API_KEY`; without it, of the built-in sandbox.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

from openai import AsyncOpenAI

from vapi_sessions_tools import open_toolset

if TYPE_CHECKING:
    from vapi_sessions_tools import SessionsToolset

MODEL = os.environ.get("OPENAI_MODEL", "gpt-5.4-mini")
TOOLS = ("create_session", "list_sessions", "get_session", "update_session")
"""What the model may do: everything but delete, which cannot be taken back."""
MOST_TURNS = 10


async def main(question: str) -> None:
    """Answer one question."""
    sandbox = "VAPI_API_KEY" not in os.environ
    async with open_toolset(sandbox=sandbox, tools=TOOLS) as toolset, AsyncOpenAI() as client:
        print(await answer(client, toolset, question))


async def answer(client: AsyncOpenAI, toolset: SessionsToolset, question: str) -> str:
    """Let the model call tools until it has an answer."""
    conversation: list[Any] = [{"role": "user", "content": question}]
    for _ in range(MOST_TURNS):
        response = await client.responses.create(
            model=MODEL,
            instructions=toolset.instructions,
            input=conversation,
            tools=toolset.definitions("openai"),
        )
        conversation += response.output
        calls = [item for item in response.output if item.type == "function_call"]
        if not calls:
            return response.output_text
        for call in calls:
            result = await toolset.answer(call.name, call.arguments)  # an error is an answer too
            output = {"type": "function_call_output", "call_id": call.call_id, "output": result.text}
            conversation.append(output)
    return "There is no answer yet; ask again in smaller steps."


if __name__ == "__main__":
    asyncio.run(main(" ".join(sys.argv[1:]) or "Which sessions are there?"))
