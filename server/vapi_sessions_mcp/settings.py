"""Settings: a flag wins over its variable; what is empty or an unexpanded `${...}` is not given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from vapi_sessions_tools.base_url import HOSTS, checked_base_url
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.guidance import UNEXPANDED_KEY
from vapi_sessions_tools.sessions.sandbox_key import SANDBOX_KEY, SANDBOX_URL
from vapi_sessions_tools.toolset import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_VARIABLES = ("VAPI_API_KEY", "VAPI_TOKEN", "VAPI_PRIVATE_API_KEY")
KEY_FILE_VARIABLE = "VAPI_API_KEY_FILE"
BASE_URL_VARIABLES = ("VAPI_BASE_URL", "VAPI_API_BASE_URL")

LogLevel = Literal["debug", "info", "warning", "error"]
LOG_LEVELS: tuple[LogLevel, ...] = ("debug", "info", "warning", "error")

_UNEXPANDED = re.compile(r"\A\$\{[^}]*\}\Z")
_BEARER = re.compile(r"\ABearer(\s+|\Z)")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_SAFETY_VARIABLES = (
    *("VAPI_READ_ONLY", "VAPI_TOOLS", "VAPI_CONFIRM"),
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
    base_url = SANDBOX_URL if sandbox else checked_base_url(stated) if stated else HOSTS[region]
    return Settings(
        credential=Credential(SANDBOX_KEY) if sandbox else find_key(environment),
        base_url=base_url,
        base_url_stated=sandbox or stated is not None,
        timeout=_timeout(first(flags.timeout, environment, "VAPI_TIMEOUT")),
        sandbox=sandbox,
        sandbox_db=database,
        openapi=first(flags.openapi, environment, "VAPI_OPENAPI"),
        read_only=switch(flags.read_only, environment, "VAPI_READ_ONLY") or False,
        tools=_names(first(flags.tools, environment, "VAPI_TOOLS")),
        confirm=_confirmed(first(flags.confirm, environment, "VAPI_CONFIRM")),
        reveal_links=switch(flags.reveal_links, environment, "VAPI_REVEAL_LINKS") or False,
        log_level=_log_level(first(flags.log_level, environment, "VAPI_LOG_LEVEL") or log_level),
    )


def unfilled(environment: Mapping[str, str]) -> list[str]:
    """Return the variables for safety that hold a placeholder nobody filled in: they restrict nothing."""
    return [name for name in _SAFETY_VARIABLES if _UNEXPANDED.match(environment.get(name, "").strip())]


def given(text: str | None) -> str | None:
    """Return a setting's text, or None where nothing was given."""
    if text is None or not text.strip() or _UNEXPANDED.match(text.strip()):
        return None
    return text.strip()


def first(flag: str | None, environment: Mapping[str, str], *names: str) -> str | None:
    """Return the first of a flag and variables that is given, or None."""
    candidates = (flag, *(environment.get(name) for name in names))
    return next((value for text in candidates if (value := given(text)) is not None), None)


def _names(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _confirmed(text: str | None) -> tuple[str, ...]:
    names = _names(text)
    if names is not None and not names:
        raise SettingsError(f"confirm (--confirm, VAPI_CONFIRM) is {text!r}; expected names of tools")
    return names or ()


def _sandbox(flags: Flags, environment: Mapping[str, str]) -> tuple[bool, Path | None]:
    """Return whether the sandbox is used, and its file.

    The variable for the file switches it on where nothing else is said; its flag does in any case.
    """
    stated = switch(flags.sandbox, environment, "VAPI_SANDBOX")
    flag, variable = given(flags.sandbox_db), given(environment.get("VAPI_SANDBOX_DB"))
    on = flag is not None or (variable is not None if stated is None else stated)
    file = (flag or variable) if on else None
    return on, Path(file).expanduser() if file else None


def switch(flag: bool | None, environment: Mapping[str, str], name: str) -> bool | None:  # noqa: FBT001
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


def find_key(environment: Mapping[str, str]) -> Credential | MissingKey:
    """Return the key that the environment gives, or what it has in its place."""
    instead = MissingKey()
    for name in KEY_VARIABLES:
        text = environment.get(name, "")
        if not (key := _bare(text)):
            continue
        if not _is_unexpanded(key):
            return _credential(text, name)
        if not instead.note:
            instead = _unexpanded(text, name)
    path = given(environment.get(KEY_FILE_VARIABLE))
    return instead if path is None else _key_of_file(path)


def _key_of_file(path: str) -> Credential | MissingKey:
    try:
        text = Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return MissingKey(f"{KEY_FILE_VARIABLE} names {path}, which cannot be read: {_reason(error)}.")
    if _is_unexpanded(_bare(text)):
        return _unexpanded(text, KEY_FILE_VARIABLE)
    return _credential(text, KEY_FILE_VARIABLE)


def _bare(text: str) -> str:
    """Return a key's text without the word that it is sent with."""
    return _BEARER.sub("", text.strip())


def _is_unexpanded(key: str) -> bool:
    """Whether a key's text is what a client or a shell should have put a value for, closed or not."""
    return key.startswith("$")


def _unexpanded(text: str, name: str) -> MissingKey:
    return MissingKey(UNEXPANDED_KEY.format(name=name, text=text.strip()[:60]))


def _credential(text: str, name: str) -> Credential | MissingKey:
    try:
        return Credential(_bare(text))
    except ValueError as error:
        return MissingKey(f"{name} holds no API key: {error}.")


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "it is no text"
