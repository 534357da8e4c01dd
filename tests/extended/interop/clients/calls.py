"""The calls that each Python client makes, and the report that it prints; nothing is judged here.

The runner writes a brief to the standard input: one JSON object with the transport and the calls.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Calls:
    """Makes the calls of a brief one after another and records what the client shows of each."""

    def __init__(self) -> None:
        self.brief: dict[str, Any] = json.load(sys.stdin)
        self._answers: list[dict[str, Any]] = []
        self._session = ""

    @property
    def command(self) -> tuple[str, list[str]]:
        """The server's program and its arguments, over stdio."""
        program, *arguments = self.brief["command"]
        return program, arguments

    def next(self) -> tuple[str, dict[str, Any]] | None:
        """Return the tool to call next and its arguments; None at the end."""
        if len(self._answers) == len(self.brief["steps"]):
            return None
        step = self.brief["steps"][len(self._answers)]
        given = step["arguments"].items()
        return step["tool"], {name: self._session if value == "SESSION" else value for name, value in given}

    def record(self, *, error: bool, text: str) -> None:
        """Record a call: whether the client shows an error, and its text."""
        if not self._answers:
            self._session = json.loads(text)["id"]
        step = self.brief["steps"][len(self._answers)]["step"]
        self._answers.append({"step": step, "error": error, "text": text})

    async def make_all(self, call: Callable[[str, dict[str, Any]], Awaitable[tuple[bool, str]]]) -> None:
        """Make all calls with a function that returns whether an error is shown, and the text."""
        while following := self.next():
            error, text = await call(*following)
            self.record(error=error, text=text)

    def report(self, tools: list[str], protocol: str | None) -> None:
        """Print the tools, the protocol version where the client shows it, and the calls."""
        print(json.dumps({"tools": tools, "protocol": protocol, "answers": self._answers}))
