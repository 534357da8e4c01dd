"""A toolset opened for a program: whose key, which API, which tools."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from vapi_sessions_tools.base_url import HOSTS, checked_base_url
from vapi_sessions_tools.contract.loading import load_contract
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.environment_key import find_key
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.sessions.sandbox_key import SANDBOX_KEY, SANDBOX_URL
from vapi_sessions_tools.sessions_toolset import SessionsToolset, as_credential
from vapi_sessions_tools.toolset import DEADLINE, Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.client import Client

_LONGEST_TIMEOUT = 86_400

Region = Literal["us", "eu"]
"""Where the organisation's data is."""


def open_toolset(
    *,
    key: str | None = None,
    region: Region = "us",
    base_url: str | None = None,
    sandbox: bool = False,
    sandbox_db: str | os.PathLike[str] | None = None,
    tools: Collection[str] | None = None,
    read_only: bool = False,
    reveal_links: bool = False,
    timeout: float = DEADLINE,
) -> SessionsToolset:
    """Open the tools of Vapi sessions; nothing is sent before the first call.

    Use it with `async with`, and all calls in one event loop. One toolset serves as many calls at a time and
    as many users as there are.

    Args:
        key: The private key; what the environment gives when left out, in `VAPI_API_KEY` or the file that
            `VAPI_API_KEY_FILE` names. Without one, each call brings its own.
        region: The API's region.
        base_url: The API's root, in place of a region's; `http://` only for this machine.
        sandbox: Whether the built-in emulator answers instead of the API; no key is needed.
        sandbox_db: The file that keeps the emulator's sessions, and switches it on; memory when left out.
        tools: The names of the tools that there are; all when left out.
        read_only: Whether there are only tools that change nothing.
        reveal_links: Whether links to recordings and logs are shown.
        timeout: Seconds that a call may take in all.

    Raises:
        SettingsError: One of these cannot be used; the message says which, and what is right.
    """
    _check_timeout(timeout)
    _check_tools(tools)
    _check_switches(sandbox=sandbox, read_only=read_only, reveal_links=reveal_links)
    database = None if sandbox_db is None else _database(sandbox_db)
    emulated = sandbox or database is not None
    address = SANDBOX_URL if emulated else _address(region, base_url)
    if database is not None:
        _check_database(database)

    def connect() -> Client:
        from vapi_sessions_tools.client import Client  # costs start-up time

        if not emulated:
            return Client(address)
        from vapi_sessions_tools.sessions.sandbox import open_sandbox

        return Client(address, transport=open_sandbox(database))

    contract = load_contract().offering(tools, read_only=read_only)
    toolset = Toolset(contract, connect, deadline=timeout, reveal_links=reveal_links)
    return SessionsToolset(toolset, Credential(SANDBOX_KEY) if emulated else _credential(key))


def _address(region: object, base_url: object) -> str:
    if base_url is not None:
        if not isinstance(base_url, str):
            raise SettingsError("base_url is not a string; expected https://HOST")
        return checked_base_url(base_url)
    if not isinstance(region, str) or region not in HOSTS:
        raise SettingsError(f"region is {region!r}; expected {' or '.join(HOSTS)}")
    return HOSTS[region]


def _credential(key: str | None) -> Credential | MissingKey:
    if key is None:
        return find_key(os.environ)
    credential = as_credential(key, "key")
    if isinstance(credential, MissingKey):
        raise SettingsError(credential.note.removesuffix("."))
    return credential


def _check_timeout(timeout: Any) -> None:
    is_number = isinstance(timeout, (int, float)) and not isinstance(timeout, bool)
    if not is_number or not 0 < timeout <= _LONGEST_TIMEOUT:
        shown = repr(timeout) if isinstance(timeout, (str, float)) or timeout in (0, None) else "out of range"
        raise SettingsError(
            f"timeout is {shown}; expected a number of seconds, more than 0 and at most {_LONGEST_TIMEOUT:,}"
        )


def _check_tools(tools: object) -> None:
    if isinstance(tools, str):
        raise SettingsError(f"tools is {tools!r}; expected a list of names, such as [{tools!r}]")
    named: Any = tools
    if tools is not None and not (
        isinstance(tools, Collection) and all(isinstance(name, str) for name in named)
    ):
        raise SettingsError("tools is not a list of names, such as ['list_sessions']")


def _check_switches(**switches: object) -> None:
    for name, value in switches.items():
        if not isinstance(value, bool):
            raise SettingsError(f"{name} is {value!r}; expected True or False")


def _database(path: object) -> Path:
    try:
        found = Path(cast("str", path))
    except TypeError:
        raise SettingsError("sandbox_db is not the path of a file") from None
    if "\0" in str(found):
        raise SettingsError("sandbox_db is not the path of a file")
    return found.expanduser()


def _check_database(database: Path) -> None:
    """Find out now, not with the first call, that the file cannot be used.

    Raises:
        SettingsError: It cannot.
    """
    from vapi_sessions_tools.sessions.sandbox import open_store

    open_store(database).close()
