"""What a tool costs a model: the bytes of all that it is shown of it."""

from __future__ import annotations

from typing import Any, Protocol

from vapi_sessions_tools.engine.json_values import size


class Shown(Protocol):
    """A tool, as the toolset offers it or as a client receives it."""

    @property
    def name(self) -> str:
        """By which it is called."""
        ...

    @property
    def description(self) -> str | None:
        """What it does."""
        ...

    @property
    def input_schema(self) -> dict[str, Any]:
        """Of its arguments."""
        ...


def shown(tool: Shown) -> dict[str, Any]:
    """Return what a model is shown of a tool."""
    return {"name": tool.name, "description": tool.description, "inputSchema": tool.input_schema}


def cost(tool: Shown) -> int:
    """Return the bytes of compact JSON that a tool costs a model."""
    return size(shown(tool))
