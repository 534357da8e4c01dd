"""The story that each Python client tells: what to call, and what came back.

The runner writes a brief to a client's standard input: one JSON object that says how to reach the server, and
which calls to make. The client prints what it saw as another one. Nothing is judged here.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Story:
    """Calls to be made one after another, and what was seen of each.

    Args:
        brief: What the runner wrote.
    """

    def __init__(self, brief: dict[str, Any]) -> None:
        self._steps = brief["steps"]
        self._seen: list[dict[str, Any]] = []
        self._session = ""

    def next_call(self) -> tuple[str, dict[str, Any]] | None:
        """Return the tool to call next and its arguments; None at the end."""
        if len(self._seen) == len(self._steps):
            return None
        step = self._steps[len(self._seen)]
        arguments = {
            name: self._session if value == "SESSION" else value for name, value in step["arguments"].items()
        }
        return step["tool"], arguments

    def saw(self, *, error: bool, text: str) -> None:
        """Note what came of the call.

        Args:
            error: Whether the client shows it as an error.
            text: What the client shows, as text.
        """
        if not self._seen:
            self._session = json.loads(text)["id"]
        step = self._steps[len(self._seen)]
        self._seen.append({"step": step["step"], "error": error, "text": text})

    async def tell(self, call: Callable[[str, dict[str, Any]], Awaitable[tuple[bool, str]]]) -> None:
        """Make all the calls.

        Args:
            call: Makes one, and returns whether it is shown as an error, and as what text.
        """
        while following := self.next_call():
            error, text = await call(*following)
            self.saw(error=error, text=text)

    def print(self, tools: list[str], protocol: str | None) -> None:
        """Print what was seen.

        Args:
            tools: The names of the tools that the client lists.
            protocol: The version of the protocol that was agreed upon, where the client shows it.
        """
        print(json.dumps({"tools": tools, "protocol": protocol, "answers": self._seen}))


def read_brief() -> dict[str, Any]:
    """Return what the runner wrote."""
    brief: dict[str, Any] = json.load(sys.stdin)
    return brief
