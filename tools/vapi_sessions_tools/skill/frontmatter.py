"""The head of SKILL.md, by which an agent finds out that it needs the skill."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

NAME = "vapi-sessions"
"""Of the skill, and so of its folder."""

_DESCRIPTION = (
    "Works with Vapi sessions, the conversations with customers that outlive a single call or chat of an "
    "assistant, from the shell and without MCP. Offers: {titles}. Use it when the user speaks of Vapi "
    "sessions, asks what a customer said or was promised in an earlier call or chat, or wants such a "
    "conversation found by phone number or e-mail, read, summarised, handed over, or looked after."
)
_COMPATIBILITY = (
    "Needs a shell with the command {program} (or uv, to run it as uvx {program}), and network access to the "
    "Vapi API with a private key in VAPI_API_KEY; the built-in sandbox needs neither network nor key."
)


def frontmatter(contract: Contract, *, program: str, version: str) -> str:
    """Return the head, between its fences; no tool is approved beforehand.

    Args:
        contract: The tools that the skill is about.
        program: The name of the command that calls them.
        version: The program's version.
    """
    titles = ", ".join(operation.title.lower() for operation in contract.operations)
    lines = [
        f"name: {NAME}",
        f"description: {_quoted(_DESCRIPTION.format(titles=titles))}",
        "license: MIT",
        f"compatibility: {_quoted(_COMPATIBILITY.format(program=program))}",
        "metadata:",
        f"  program: {_quoted(program)}",
        f"  version: {_quoted(version)}",
    ]
    return "\n".join(["---", *lines, "---"])


def _quoted(text: str) -> str:
    """Quote a text so that YAML reads it back, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)
