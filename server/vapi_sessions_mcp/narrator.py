"""The demo told readably: what is asked, of which tool, and what it answers."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from vapi_sessions_mcp.cost import cost

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    import mcp_types as types

_WIDTH = 100


class Narrator:
    """Tells the demo.

    Args:
        out: Where to.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._step = 0

    def opening(self, command: str) -> None:
        """Say what is about to be shown."""
        self._line("The real server over stdio, a real client, the built-in sandbox: no account needed.")
        self._line(f"Server: {command}")

    def tools(self, tools: Sequence[types.Tool]) -> None:
        """List the tools with the bytes they cost a model."""
        self._line(f"\n{len(tools)} tools are offered:")
        costs = [cost(tool) for tool in tools]
        for tool, bytes_ in zip(tools, costs, strict=True):
            self._line(f"  {tool.name:<16} {bytes_:>5,} bytes  {_first_sentence(tool.description or '')}")
        self._line(f"  {'together':<16} {sum(costs):>5,} bytes of names, descriptions and input schemas")

    def call(
        self, story: str, tool: str, arguments: dict[str, Any], result: dict[str, Any], *, failed: bool
    ) -> None:
        """Tell one call and its end."""
        self._step += 1
        self._line(f"\n{self._step}. {story}")
        self._line(f"   {tool} {json.dumps(arguments, ensure_ascii=False)}")
        error = result.get("error")
        if failed and isinstance(error, dict):
            self._refusal(error)  # pyright: ignore[reportUnknownArgumentType]
        else:
            self._block("->", json.dumps(result, ensure_ascii=False))

    def closing(self) -> None:
        """Say that it is over, and what to do next."""
        self._line("\nAll went as told. Next: vapi-sessions-mcp config CLIENT says how a client starts it,")
        self._line("and vapi-sessions-mcp doctor what is still missing.")

    def _refusal(self, error: dict[str, Any]) -> None:
        problems = error.get("problems", [])
        told = "refused before anything was sent" if problems else error["message"]
        self._block("-> error:", f"{error['kind']}: {told}")
        for problem in problems:
            allowed = f" (allowed: {json.dumps(problem['allowed'])})" if "allowed" in problem else ""
            self._line(f"      {problem['path']} {problem['rule']}{allowed}")
            if "schema" in problem:
                self._block("   schema:", json.dumps(problem["schema"], ensure_ascii=False))
        self._line(f"      next: {error['next']}")

    def _block(self, lead: str, text: str) -> None:
        """Write a text over as many lines as it needs, broken between words."""
        lines = textwrap.wrap(
            text,
            _WIDTH,
            initial_indent=f"   {lead} ",
            subsequent_indent="      ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in lines:
            self._line(line)

    def _line(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()


def _first_sentence(text: str) -> str:
    sentence, _, _ = text.partition(". ")
    return sentence.rstrip(".") + "."
