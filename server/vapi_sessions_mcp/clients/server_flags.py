"""The settings given to `config`, as the arguments that a client starts the server with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.clients.paths import absolute
from vapi_sessions_mcp.settings import TOOL_NAME_VARIABLES, first, resolve
from vapi_sessions_tools.environment_key import given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_mcp.settings import Flags, Settings

_FILES = ("sandbox_db", "openapi")
_REMOTE = ("http://", "https://")


def checked(flags: Flags) -> Settings:
    """Return the settings that flags make by themselves: variables of this shell are none of the client's.

    Raises:
        SettingsError: One cannot be used.
    """
    settings = resolve(flags, {})
    if settings.openapi is None or not settings.openapi.startswith(_REMOTE):
        assemble(settings.model_copy(update={"sandbox_db": None}))  # knows the tools' names; makes no file
    return settings


def with_restrictions(flags: Flags, environment: Mapping[str, str]) -> Flags:
    """Add the restrictions that this shell's variables set: the client's server must not do more.

    Args:
        flags: The flags that were given.
        environment: The variables of this shell.

    Raises:
        SettingsError: A flag would lift one of them, or one is malformed.
    """
    named = [name for name in TOOL_NAME_VARIABLES if given(environment.get(name))]
    carried = ("VAPI_READ_ONLY", "VAPI_REVEAL_LINKS", *named, *(("VAPI_OPENAPI",) if named else ()))
    variables = {name: environment[name] for name in carried if name in environment}
    settings = resolve(flags, variables)
    return flags.model_copy(
        update={
            "openapi": settings.openapi,
            "read_only": settings.read_only or None,
            "tools": first(flags.tools, variables, "VAPI_TOOLS"),
            "confirm": ",".join(settings.confirm) or None,
        }
    )


def arguments_of(flags: Flags) -> tuple[str, ...]:
    """Return the flags as arguments, with absolute paths: a client starts the server in some other folder."""
    arguments: list[str] = []
    for name, value in flags:
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            arguments.append(flag)
        elif isinstance(value, str) and (text := given(value)) is not None:
            arguments += [flag, _absolute(text) if name in _FILES else text]
    return tuple(arguments)


def _absolute(text: str) -> str:
    return text if text.startswith(_REMOTE) else str(absolute(text))
