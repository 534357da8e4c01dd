"""Settings from flags and variables.

A flag wins over its variable, except that no flag lifts a restriction that a variable sets: an agent that can
run this program can choose its flags. What is empty or an unexpanded `${...}` is not given.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from vapi_sessions_tools.base_url import HOSTS, checked_base_url
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.environment_key import find_key, given, is_unfilled
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.sessions.sandbox_key import SANDBOX_KEY, SANDBOX_URL
from vapi_sessions_tools.toolset import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE_URL_VARIABLES = ("VAPI_BASE_URL", "VAPI_API_BASE_URL")
TOOL_NAME_VARIABLES = ("VAPI_TOOLS", "VAPI_CONFIRM")
"""Restrictions by the names of tools."""

LogLevel = Literal["debug", "info", "warning", "error"]
LOG_LEVELS: tuple[LogLevel, ...] = ("debug", "info", "warning", "error")

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_SAFETY_VARIABLES = (
    *("VAPI_READ_ONLY", *TOOL_NAME_VARIABLES),
    *("VAPI_HTTP_ACCESS_TOKEN_FILE", "VAPI_HTTP_CREDENTIALS"),
)
_LONGEST_TIMEOUT = 600.0


class Settings(BaseModel):
    """What the server runs with.

    Args:
        credential: The key to call the API with, or why there is none.
        base_url: The API's root.
        base_url_stated: Whether somebody named that address, rather than its being the default.
        timeout: Seconds for a call in all.
        sandbox: Whether the built-in emulator answers instead of the API.
        sandbox_db: The file that keeps the emulator's sessions; memory when None.
        openapi: Another contract, as a file or URL; the shipped one when None.
        read_only: Whether only the tools that change nothing are offered.
        tools: The names of the tools that are offered; all when None.
        confirm: The names of the tools before whose calls the user is asked.
        reveal_links: Whether links to recordings and logs are shown.
        log_level: From which level on the log tells.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    credential: Credential | MissingKey
    base_url: str
    base_url_stated: bool
    timeout: float = DEADLINE
    sandbox: bool = False
    sandbox_db: Path | None = None
    openapi: str | None = None
    read_only: bool = False
    tools: tuple[str, ...] | None = None
    confirm: tuple[str, ...] = ()
    reveal_links: bool = False
    log_level: LogLevel = "warning"


class Flags(BaseModel):
    """What the command line gave; None where it did not."""

    model_config = ConfigDict(frozen=True)

    base_url: str | None = None
    region: str | None = None
    timeout: str | None = None
    sandbox: bool | None = None
    sandbox_db: str | None = None
    openapi: str | None = None
    read_only: bool | None = None
    tools: str | None = None
    confirm: str | None = None
    reveal_links: bool | None = None
    log_level: str | None = None


def resolve(flags: Flags, environment: Mapping[str, str], *, log_level: LogLevel = "warning") -> Settings:
    """Return the settings that flags and variables make.

    Args:
        flags: The command line's.
        environment: The variables.
        log_level: From which level on the log tells where nothing else is said.

    Raises:
        SettingsError: One cannot be used; the message names it and what is right.
    """
    stated = first(flags.base_url, environment, *BASE_URL_VARIABLES)
    sandbox, database = _sandbox(flags, environment)
    region = _region(first(flags.region, environment, "VAPI_REGION"))
    _check_document(flags, environment)
    base_url = SANDBOX_URL if sandbox else checked_base_url(stated) if stated else HOSTS[region]
    return Settings(
        credential=Credential(SANDBOX_KEY) if sandbox else find_key(environment),
        base_url=base_url,
        base_url_stated=sandbox or stated is not None,
        timeout=_timeout(first(flags.timeout, environment, "VAPI_TIMEOUT")),
        sandbox=sandbox,
        sandbox_db=database,
        openapi=first(flags.openapi, environment, "VAPI_OPENAPI"),
        read_only=switch(None, environment, "VAPI_READ_ONLY") or flags.read_only or False,
        tools=narrowed(
            _names(given(flags.tools)), _names(given(environment.get("VAPI_TOOLS"))), "--tools", "VAPI_TOOLS"
        ),
        confirm=_confirmed(given(environment.get("VAPI_CONFIRM")), given(flags.confirm)),
        reveal_links=permitted(flags.reveal_links, environment, "--reveal-links", "VAPI_REVEAL_LINKS"),
        log_level=_log_level(first(flags.log_level, environment, "VAPI_LOG_LEVEL") or log_level),
    )


def unfilled(environment: Mapping[str, str]) -> list[str]:
    """Return the variables for safety that hold a placeholder nobody filled in: they restrict nothing."""
    return [name for name in _SAFETY_VARIABLES if is_unfilled(environment.get(name, ""))]


def first(flag: str | None, environment: Mapping[str, str], *names: str) -> str | None:
    """Return the first of a flag and variables that is given, or None."""
    candidates = (flag, *(environment.get(name) for name in names))
    return next((value for text in candidates if (value := given(text)) is not None), None)


def _names(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return tuple(name.strip() for name in text.split(",") if name.strip())


def narrowed(
    flag: tuple[str, ...] | None, variable: tuple[str, ...] | None, option: str, name: str
) -> tuple[str, ...] | None:
    """Return the values that a flag chooses from those that a variable allows.

    Args:
        flag: The flag's values; None where it is not given.
        variable: The variable's values; None where it is not given.
        option: The flag's name.
        name: The variable's name.

    Raises:
        SettingsError: The variable does not allow one of the flag's values.
    """
    if flag is None or variable is None:
        return variable if flag is None else flag
    excess = [value for value in flag if value not in variable]
    if excess:
        allowed = f"only {', '.join(variable)}" if variable else "none"
        raise SettingsError(
            f"{option} names {', '.join(excess)}, but {name} allows {allowed}; "
            "a flag can narrow what its variable allows, not widen it"
        )
    return flag


def permitted(flag: bool | None, environment: Mapping[str, str], option: str, name: str) -> bool:
    """Return whether something is permitted that is not by default.

    Args:
        flag: The flag; None where it is not given.
        environment: The variables.
        option: The flag's name.
        name: The variable's name.

    Raises:
        SettingsError: The flag permits what the variable forbids.
    """
    variable = switch(None, environment, name)
    if flag and variable is False:
        raise SettingsError(f"{option} is given, but {name} is false; a flag cannot permit what it forbids")
    return bool(variable if flag is None else flag)


def _confirmed(*stated: str | None) -> tuple[str, ...]:
    confirmed: list[str] = []
    for text in stated:
        names = _names(text)
        if names is not None and not names:
            raise SettingsError(f"confirm (--confirm, VAPI_CONFIRM) is {text!r}; expected names of tools")
        confirmed += names or ()
    return tuple(dict.fromkeys(confirmed))


def _check_document(flags: Flags, environment: Mapping[str, str]) -> None:
    """Check that a restriction to named tools keeps its meaning: another document may use the same names.

    Raises:
        SettingsError: A flag replaces the document whose tools a variable names.
    """
    document = given(flags.openapi)
    names = [name for name in TOOL_NAME_VARIABLES if given(environment.get(name))]
    if document is not None and names and document != given(environment.get("VAPI_OPENAPI")):
        raise SettingsError(
            f"--openapi is given, but {names[0]} names tools of another document; "
            "a flag cannot change what a restriction applies to"
        )


def _sandbox(flags: Flags, environment: Mapping[str, str]) -> tuple[bool, Path | None]:
    """Return whether the sandbox is used, and its file.

    The variable for the file switches it on where nothing else is said; its flag does in any case.
    """
    stated = switch(flags.sandbox, environment, "VAPI_SANDBOX")
    flag, variable = given(flags.sandbox_db), given(environment.get("VAPI_SANDBOX_DB"))
    on = flag is not None or (variable is not None if stated is None else stated)
    file = (flag or variable) if on else None
    return on, Path(file).expanduser() if file else None


def switch(flag: bool | None, environment: Mapping[str, str], name: str) -> bool | None:
    """Return whether a switch is on, or None where nothing is said."""
    if flag is not None:
        return flag
    text = given(environment.get(name))
    if text is None:
        return None
    if text.lower() not in _BOOLEANS:
        raise SettingsError(f"{name} is {text!r}; expected true, false, 1 or 0")
    return _BOOLEANS[text.lower()]


def _region(text: str | None) -> str:
    region = (text or "us").lower()
    if region not in HOSTS:
        raise SettingsError(f"region (--region, VAPI_REGION) is {text!r}; expected {' or '.join(HOSTS)}")
    return region


def _timeout(text: str | None) -> float:
    try:
        seconds = float(text) if text is not None else DEADLINE
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= _LONGEST_TIMEOUT:
        raise SettingsError(
            f"timeout (--timeout, VAPI_TIMEOUT) is {text!r}; expected seconds, more than 0 and at most "
            f"{_LONGEST_TIMEOUT:g}"
        )
    return seconds


def _log_level(text: str) -> LogLevel:
    for level in LOG_LEVELS:
        if text.lower() == level:
            return level
    raise SettingsError(
        f"log level (--log-level, VAPI_LOG_LEVEL) is {text!r}; expected {', '.join(LOG_LEVELS)}"
    )
