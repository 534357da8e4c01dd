"""`vapi-sessions-mcp export`: the tools in another form."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.command_line import PROGRAM
from vapi_sessions_mcp.commands.export_settings import check_effect, command_options, program_launch
from vapi_sessions_mcp.settings import Flags
from vapi_sessions_tools.definitions import definitions as provider_definitions
from vapi_sessions_tools.environment_key import given
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.naftiko.capability import ADDRESS, capability, capability_text
from vapi_sessions_tools.skill.commands import Invocation
from vapi_sessions_tools.skill.folder import write_skill
from vapi_sessions_tools.skill.frontmatter import NAME as SKILL
from vapi_sessions_tools.skill.texts import skill_texts
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vapi_sessions_mcp.settings import Settings
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.definitions import Form
    from vapi_sessions_tools.naftiko.capability import Spec
    from vapi_sessions_tools.toolset import Toolset

_NO_FLAGS = Flags()


def definitions(settings: Settings, form: Form, *, flags: Flags = _NO_FLAGS) -> int:
    """Print the tools as a model provider's API takes them; what became no tool goes to standard error.

    Args:
        settings: Which tools.
        form: Which API.
        flags: The flags that were given.

    Raises:
        SettingsError: There are no such tools, or a setting has no effect.
    """
    ignored = _DEFINITIONS_IGNORE if settings.openapi else ("base_url", *_DEFINITIONS_IGNORE)
    check_effect(settings, flags, ignored, "tool definitions")
    toolset = _toolset(settings)
    for place, reason in toolset.contract.left_out.items():
        sys.stderr.write(f"left out: {place}: {reason}\n")
    print(json.dumps(provider_definitions(toolset.tools, form), ensure_ascii=False, indent=2))
    return 0


_DEFINITIONS_IGNORE = ("region", "timeout", "sandbox", "sandbox_db", "confirm", "reveal_links")


def skill(settings: Settings, folder: str, *, flags: Flags = _NO_FLAGS, force: bool = False) -> int:
    """Write an Agent Skill into a folder of its own; its commands have the settings.

    Args:
        settings: Which tools, and what they are called with.
        folder: Where its own folder is, or is made.
        flags: The flags that were given.
        force: Whether existing files are overwritten.

    Raises:
        SettingsError: The tools are those of another API, a setting has no effect, or the files cannot be
            written.
    """
    if settings.openapi is not None:
        raise SettingsError("a skill is made for Vapi sessions alone; leave out --openapi (VAPI_OPENAPI)")
    check_effect(settings, flags, (), "a skill")
    contract = _contract(settings)
    place = _expanded(folder) / SKILL
    invocation = Invocation(
        program_launch(os.environ), command_options(settings, flags, os.environ), place.absolute()
    )
    texts = skill_texts(contract, program=PROGRAM, version=__version__, invocation=invocation)
    count = write_skill(place, texts, program=PROGRAM, force=force)
    print(f"{place}: SKILL.md and {count - 1} references, on {len(contract.operations)} tools")
    if settings.read_only or settings.tools is not None or settings.confirm:
        print("An agent with a shell and the key can leave these restrictions out of a command.")
    return 0


def _toolset(settings: Settings) -> Toolset:
    """Return the toolset of the settings, without making the sandbox's file: nothing is called."""
    return assemble(settings.model_copy(update={"sandbox_db": None}))


def _contract(settings: Settings) -> Contract:
    return _toolset(settings).contract


def _expanded(folder: str) -> Path:
    try:
        return Path(folder).expanduser()
    except RuntimeError as error:
        raise SettingsError(f"{folder} cannot be written: {error}") from error


def naftiko(
    settings: Settings,
    file: str,
    *,
    spec: Spec,
    flags: Flags = _NO_FLAGS,
    address: str = ADDRESS,
    force: bool = False,
) -> int:
    """Write a Naftiko capability.

    Args:
        settings: Which tools, and where their API is.
        file: Where, or `-` for standard output.
        spec: The version of its specification.
        flags: The flags that were given.
        address: Address that its servers listen on.
        force: Whether an existing file is overwritten.

    Raises:
        SettingsError: A setting has no effect, no operation can be part of it, or the file cannot be written.
    """
    check_effect(settings, flags, _NAFTIKO_IGNORES, _CAPABILITY)
    if settings.confirm:
        raise SettingsError(
            f"{_CAPABILITY} asks nobody before a call, so it cannot keep VAPI_CONFIRM; "
            "leave those tools out with --tools"
        )
    contract = _contract(settings)
    base_url = _EMULATOR if settings.sandbox else settings.base_url
    label = _LABEL if settings.openapi is None else urlsplit(base_url).hostname or _LABEL
    made = capability(contract, spec, label=label, base_url=base_url, address=address)
    for place, reason in {**contract.left_out, **made.left_out}.items():
        sys.stderr.write(f"left out: {place}: {reason}\n")
    for note in _notes(address):
        sys.stderr.write(f"{note}\n")
    text = capability_text(made.document)
    if file == "-":
        sys.stdout.write(text)
        return 0
    _write(file, text, force=force)
    print(f"{file}: {made.count} operations of {base_url} over MCP and REST and as a skill, Naftiko {spec}")
    return 0


def _notes(address: str) -> Iterator[str]:
    from vapi_sessions_mcp.http.http_settings import is_loopback

    for name in _NAFTIKO_IGNORES:
        variable = f"VAPI_{name.upper()}"
        if given(os.environ.get(variable)):
            yield f"{variable} has no effect on {_CAPABILITY}"
    if not is_loopback(address):
        yield (
            f"whoever reaches {address} calls the API with your key: "
            "first give each server in the file an authentication"
        )


_CAPABILITY = "a Naftiko capability"
_NAFTIKO_IGNORES = ("timeout", "sandbox_db", "confirm", "reveal_links")
_LABEL = "Vapi sessions"
_EMULATOR = "http://127.0.0.1:8787"
"""Where `vapi-sessions-mcp sandbox` listens: the sandbox inside this program is in nobody else's reach."""


def _write(file: str, text: str, *, force: bool) -> None:
    try:
        path = Path(file).expanduser()
        is_device = path.exists() and not path.is_file()  # writing to one loses nothing
        with path.open("w" if force or is_device else "x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except FileExistsError as error:
        raise SettingsError(f"{file} exists; add --force to overwrite it, or name another file") from error
    except (OSError, RuntimeError, ValueError) as error:
        reason = (error.strerror or error) if isinstance(error, OSError) else error
        raise SettingsError(
            f"{file} cannot be written: {reason}; name a file in a folder that is there, or - to print it"
        ) from error
