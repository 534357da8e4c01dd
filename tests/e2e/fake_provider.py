"""A model provider on this machine, with OpenAI's and Anthropic's APIs; its model follows a script."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

Calls = list[tuple[str, dict[str, Any]]]
"""What the model calls in one turn: tools, with their arguments."""


@dataclass
class FakeProvider:
    """Speaks the Responses API at `/v1/responses` and the Messages API at `/v1/messages`.

    Args:
        script: What the model calls, turn by turn.
        ending: What it says when the script is over.
    """

    script: list[Calls]
    ending: str
    requests: list[dict[str, Any]] = field(default_factory=list["dict[str, Any]"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write a request down and answer with the script's next turn."""
        request = Request(scope, receive)
        turn = len(self.requests)
        self.requests.append(json.loads(await request.body()))
        calls = self.script[turn] if turn < len(self.script) else []
        speak = {"/v1/responses": self._responses, "/v1/messages": self._messages}[request.url.path]
        await JSONResponse(speak(turn, calls))(scope, receive, send)

    def _responses(self, turn: int, calls: Calls) -> dict[str, Any]:
        said: dict[str, Any] = {"type": "output_text", "text": self.ending, "annotations": []}
        message = {"type": "message", "role": "assistant", "status": "completed"}
        called = [
            {
                "type": "function_call",
                "id": f"fc_{turn}_{number}",
                "call_id": f"call_{turn}_{number}",
                "name": name,
                "arguments": json.dumps(arguments),
                "status": "completed",
            }
            for number, (name, arguments) in enumerate(calls)
        ]
        return {
            "id": f"resp_{turn}",
            "object": "response",
            "created_at": 1_750_000_000,
            "model": self.requests[turn]["model"],
            "status": "completed",
            "output": called or [{"id": f"msg_{turn}", **message, "content": [said]}],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": self.requests[turn]["tools"],
        }

    def _messages(self, turn: int, calls: Calls) -> dict[str, Any]:
        called = [
            {"type": "tool_use", "id": f"toolu_{turn}_{number}", "name": name, "input": arguments}
            for number, (name, arguments) in enumerate(calls)
        ]
        return {
            "id": f"msg_{turn}",
            "type": "message",
            "role": "assistant",
            "model": self.requests[turn]["model"],
            "content": called or [{"type": "text", "text": self.ending}],
            "stop_reason": "tool_use" if called else "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 1, "output_tokens": 1},
        }
