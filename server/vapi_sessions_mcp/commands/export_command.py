"""`vapi-sessions-mcp export`: the tools in another form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vapi_sessions_mcp.settings import Settings


def definitions(settings: Settings, form: str) -> int:
    """Print the tools as a model provider's API takes them.

    Args:
        settings: Which tools.
        form: `openai` or `anthropic`.
    """
    raise NotImplementedError


def skill(settings: Settings, folder: str) -> int:
    """Write an Agent Skill.

    Args:
        settings: Which tools.
        folder: Where its own folder is written.
    """
    raise NotImplementedError


def naftiko(settings: Settings, file: str, *, spec: str) -> int:
    """Write a Naftiko capability.

    Args:
        settings: Which tools.
        file: Where, or `-` for standard output.
        spec: The version of its specification.
    """
    raise NotImplementedError
