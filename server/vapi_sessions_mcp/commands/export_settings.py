"""Settings of an export: those that it carries, those without effect, and the command that takes them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vapi_sessions_mcp.clients.launch import this_installation
from vapi_sessions_mcp.clients.server_flags import arguments_of
from vapi_sessions_mcp.command_line import PROGRAM
from vapi_sessions_mcp.settings import Flags, first
from vapi_sessions_tools.base_url import HOSTS
from vapi_sessions_tools.environment_key import given
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.toolset import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vapi_sessions_mcp.settings import Settings


def check_effect(settings: Settings, flags: Flags, without_effect: Iterable[str], target: str) -> None:
    """Refuse flags that an export cannot carry: silence would suggest that they hold.

    Args:
        settings: The settings that flags and variables make.
        flags: The flags that were given.
        without_effect: Names of the flags that the target has nothing for.
        target: The target, as an error names it.

    Raises:
        SettingsError: One of them is given, or another setting takes its effect away.
    """
    _refuse(flags, without_effect, f"on {target}")
    if settings.sandbox:
        _refuse(flags, ("base_url", "region"), "beside the sandbox")
    elif settings.base_url_stated:
        _refuse(flags, ("region",), "beside a base URL")


def _refuse(flags: Flags, names: Iterable[str], where: str) -> None:
    for name in names:
        value: str | bool | None = getattr(flags, name)
        if value is True or (isinstance(value, str) and given(value)):
            raise SettingsError(f"{_flag(name)} has no effect {where}; leave it out")


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def command_options(settings: Settings, flags: Flags, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the options that make another run of the program use the same settings.

    Args:
        settings: The settings that flags and variables make.
        flags: The flags that were given.
        environment: The variables.

    Returns:
        Flags with their values, paths absolute; nothing for a setting that has its default and was not given.
    """
    region = next((name for name, url in HOSTS.items() if url == settings.base_url), None)
    is_default = region == next(iter(HOSTS)) and first(flags.region, environment, "VAPI_REGION") is None
    has_timeout = settings.timeout != DEADLINE or first(flags.timeout, environment, "VAPI_TIMEOUT")
    has_level = settings.log_level != "warning" or first(flags.log_level, environment, "VAPI_LOG_LEVEL")
    return arguments_of(
        Flags(
            base_url=settings.base_url if settings.base_url_stated and not settings.sandbox else None,
            region=None if settings.base_url_stated or is_default else region,
            timeout=f"{settings.timeout:g}" if has_timeout else None,
            sandbox=settings.sandbox and settings.sandbox_db is None,
            sandbox_db=None if settings.sandbox_db is None else str(settings.sandbox_db),
            read_only=settings.read_only,
            tools=None if settings.tools is None else ",".join(settings.tools),
            confirm=",".join(settings.confirm) or None,
            reveal_links=settings.reveal_links,
            log_level=settings.log_level if has_level else None,
        )
    )


def program_launch(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words that start this installation in any folder of this machine.

    Its name alone where `PATH` finds it, unless that is because a virtual environment is active; otherwise
    its absolute path.

    Args:
        environment: The variables.

    Raises:
        SettingsError: The installation does not last, and no command starts it again.
    """
    launch = this_installation(environment, executable=sys.executable, prefix=sys.prefix)
    found = Path(shutil.which(PROGRAM, path=environment.get("PATH")) or "")
    is_this = not launch.arguments and found.resolve() == Path(launch.command).resolve()
    lasts = found.is_absolute() and not (sys.prefix != sys.base_prefix and found.is_relative_to(sys.prefix))
    return (PROGRAM,) if is_this and lasts else (launch.command, *launch.arguments)
