"""All texts of the skill, by their places in its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_tools.skill.commands import Invocation
from vapi_sessions_tools.skill.overview import overview
from vapi_sessions_tools.skill.references import references

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract


def skill_texts(
    contract: Contract, *, program: str, version: str, invocation: Invocation | None = None
) -> dict[str, str]:
    """Return the skill's files.

    Args:
        contract: The tools that it is about.
        program: The name of the command that calls them.
        version: The program's version.
        invocation: How commands start the program; by its name, without settings, when left out.

    Returns:
        Each file's text by its place, `SKILL.md` first; the same for the same arguments.
    """
    invocation = invocation or Invocation((program,))
    text = overview(contract, program=program, version=version, invocation=invocation)
    return {"SKILL.md": text, **references(contract, invocation)}
