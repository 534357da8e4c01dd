"""`vapi-sessions-mcp export`: the tools in another form."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.command_line import PROGRAM
from vapi_sessions_tools.definitions import definitions as provider_definitions
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.naftiko.capability import capability, capability_text
from vapi_sessions_tools.skill.folder import write_skill
from vapi_sessions_tools.skill.frontmatter import NAME as SKILL
from vapi_sessions_tools.skill.texts import skill_texts
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from vapi_sessions_mcp.settings import Settings
    from vapi_sessions_tools.definitions import Form
    from vapi_sessions_tools.naftiko.capability import Spec


def definitions(settings: Settings, form: Form) -> int:
    """Print the tools as a model provider's API takes them; what became no tool goes to standard error.

    Args:
        settings: Which tools.
        form: Which API.

    Raises:
        SettingsError: There are no such tools.
    """
    toolset = assemble(settings)
    for place, reason in toolset.contract.left_out.items():
        sys.stderr.write(f"left out: {place}: {reason}\n")
    print(json.dumps(provider_definitions(toolset.tools, form), ensure_ascii=False, indent=2))
    return 0


def skill(settings: Settings, folder: str) -> int:
    """Write an Agent Skill into a folder of its own; one that was written before is written anew.

    Args:
        settings: Which tools.
        folder: Where its own folder is, or is made.

    Raises:
        SettingsError: The tools are those of another API, or the files cannot be written.
    """
    if settings.openapi is not None:
        raise SettingsError("a skill is made for Vapi sessions alone; leave out --openapi (VAPI_OPENAPI)")
    contract = assemble(settings).contract
    place = _expanded(folder) / SKILL
    texts = skill_texts(contract, program=PROGRAM, version=__version__)
    count = write_skill(place, texts, program=PROGRAM)
    print(f"{place}: SKILL.md and {count - 1} references, on {len(contract.operations)} tools")
    if settings.read_only or settings.tools is not None:
        print("To hold an agent to them, set VAPI_READ_ONLY or VAPI_TOOLS where it runs.")
    return 0


def _expanded(folder: str) -> Path:
    try:
        return Path(folder).expanduser()
    except RuntimeError as error:
        raise SettingsError(f"{folder} cannot be written: {error}") from error


def naftiko(settings: Settings, file: str, *, spec: Spec) -> int:
    """Write a Naftiko capability; a file of that name is written anew.

    Args:
        settings: Which tools, and where their API is.
        file: Where, or `-` for standard output.
        spec: The version of its specification.

    Raises:
        SettingsError: The tools cannot be told in one, or the file cannot be written.
    """
    contract = assemble(settings).contract
    base_url = _EMULATOR if settings.sandbox else settings.base_url
    label = _LABEL if settings.openapi is None else urlsplit(base_url).hostname or _LABEL
    made = capability(contract, spec, label=label, base_url=base_url)
    for place, reason in {**contract.left_out, **made.left_out}.items():
        sys.stderr.write(f"left out: {place}: {reason}\n")
    text = capability_text(made.document)
    if file == "-":
        sys.stdout.write(text)
        return 0
    _write(file, text)
    print(f"{file}: {made.count} operations of {base_url} over MCP and REST, Naftiko {spec}")
    return 0


_LABEL = "Vapi sessions"
_EMULATOR = "http://127.0.0.1:8787"
"""Where `vapi-sessions-mcp sandbox` listens: the sandbox inside this program is in nobody else's reach."""


def _write(file: str, text: str) -> None:
    try:
        Path(file).expanduser().write_text(text, encoding="utf-8", newline="\n")
    except (OSError, RuntimeError, ValueError) as error:
        reason = (error.strerror or error) if isinstance(error, OSError) else error
        raise SettingsError(
            f"{file} cannot be written: {reason}; name a file in a folder that is there, or - to print it"
        ) from error
