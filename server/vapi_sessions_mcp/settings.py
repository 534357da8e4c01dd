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
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_LONGEST_TIMEOUT = 600.0


class Settings(BaseModel):
    """What the server runs with.

    Args:
        credential: The key to call the API with, or why there is none.
        base_url: The API's root, or None when the contract's own is to be used.
        timeout: Seconds for a call in all.
        sandbox: Whether the built-in emulator answers instead of the API.
        sandbox_db: The file that keeps the emulator's sessions; memory when None.
        openapi: Another contract, as a file or URL; the shipped one when None.
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
    reveal_links: bool | None = None
    log_level: str | None = None


def resolve(flags: Flags, environment: Mapping[str, str]) -> Settings:
    """Return the settings that flags and variables make.

    Raises:
        SettingsError: One cannot be used; the message names it and what is right.
    """
    stated = _first(flags.base_url, environment, *BASE_URL_VARIABLES)
    database = _first(flags.sandbox_db, environment, "VAPI_SANDBOX_DB")
    sandbox = _switch(flags.sandbox, environment, "VAPI_SANDBOX") or database is not None
    region = _region(_first(flags.region, environment, "VAPI_REGION"))
    base_url = SANDBOX_URL if sandbox else checked_base_url(stated) if stated else HOSTS[region]
    return Settings(
        credential=Credential(SANDBOX_KEY) if sandbox else find_key(environment),
        base_url=base_url,
        base_url_stated=sandbox or stated is not None,
        timeout=_timeout(_first(flags.timeout, environment, "VAPI_TIMEOUT")),
        sandbox=sandbox,
        sandbox_db=Path(database).expanduser() if database else None,
        openapi=_first(flags.openapi, environment, "VAPI_OPENAPI"),
        reveal_links=_switch(flags.reveal_links, environment, "VAPI_REVEAL_LINKS"),
        log_level=_log_level(_first(flags.log_level, environment, "VAPI_LOG_LEVEL")),
    )


def given(text: str | None) -> str | None:
    """Return a setting's text, or None where nothing was given."""
    if text is None or not text.strip() or _UNEXPANDED.match(text.strip()):
        return None
    return text.strip()


def _first(flag: str | None, environment: Mapping[str, str], *names: str) -> str | None:
    candidates = (flag, *(environment.get(name) for name in names))
    return next((value for text in candidates if (value := given(text)) is not None), None)


def _switch(flag: bool | None, environment: Mapping[str, str], name: str) -> bool:  # noqa: FBT001
    if flag is not None:
        return flag
    text = given(environment.get(name))
    if text is None:
        return False
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


def _log_level(text: str | None) -> LogLevel:
    for level in LOG_LEVELS:
        if (text or "warning").lower() == level:
            return level
    raise SettingsError(
        f"log level (--log-level, VAPI_LOG_LEVEL) is {text!r}; expected {', '.join(LOG_LEVELS)}"
    )


def find_key(environment: Mapping[str, str]) -> Credential | MissingKey:
    """Return the key that the environment gives, or what it has in its place."""
    note = ""
    for name in KEY_VARIABLES:
        text = environment.get(name)
        if (key := given(text)) is not None:
            return _credential(key, name)
        if text and text.strip() and not note:
            note = UNEXPANDED_KEY.format(name=name, text=text.strip()[:60])
    path = given(environment.get(KEY_FILE_VARIABLE))
    if path is not None:
        try:
            key = Path(path).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            return MissingKey(f"{KEY_FILE_VARIABLE} names {path}, which cannot be read: {_reason(error)}.")
        return _credential(key, KEY_FILE_VARIABLE)
    return MissingKey(note)


def _credential(key: str, name: str) -> Credential | MissingKey:
    try:
        return Credential(key.removeprefix("Bearer ").strip())
    except ValueError as error:
        return MissingKey(f"{name} holds no API key: {error}.")


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "it is no text"
