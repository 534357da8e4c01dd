"""The settings of the HTTP server, beside those that every transport has."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from vapi_sessions_mcp.http.access_tokens import AccessTokens, read_access_tokens
from vapi_sessions_mcp.http.state_keys import read_state_keys
from vapi_sessions_mcp.logs import LogFormat
from vapi_sessions_mcp.settings import first, narrowed, permitted, switch
from vapi_sessions_tools.credential import MissingKey
from vapi_sessions_tools.environment_key import given
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vapi_sessions_mcp.settings import Settings

Credentials = Literal["header", "server"]

_HOST = re.compile(r"\A(\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9._-]*[a-z0-9])?)(:\d{1,5})?\Z")
_ORIGIN = re.compile(r"\Ahttps?://(\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9._-]*[a-z0-9])?)(:\d{1,5})?\Z")
_MOST_WORKERS = 64


class HttpSettings(BaseModel):
    """What the HTTP server runs with.

    Args:
        host: The address to listen on.
        port: The port; 0 for any free one.
        workers: How many processes serve.
        stateless: Whether no protocol session is kept, so that any process can answer any request.
        credentials: Whose key calls are made with: each request's own, or the server's.
        access_tokens: What lets a request in; None where no token is asked for.
        behind_tls: Whether the operator says that TLS is in front of the server.
        allowed_hosts: By which names clients may address the server, beside those of this machine.
        allowed_origins: The web pages' origins that may call it.
        state_keys: Seal what clients carry from a question to its answer; a random one when empty.
        log_format: How the log is written.
        rest: Whether the tools are there as plain JSON over HTTP too.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    stateless: bool = False
    credentials: Credentials = "server"
    access_tokens: AccessTokens | None = None
    behind_tls: bool = False
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    state_keys: tuple[bytes, ...] = ()
    log_format: LogFormat = "json"
    rest: bool = False

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the server: what encrypts in front of it lets others in."""
        return is_loopback(self.host) and not self.behind_tls


class HttpFlags(BaseModel):
    """What the command line gave; None where it did not."""

    model_config = ConfigDict(frozen=True)

    host: str | None = None
    port: str | None = None
    workers: str | None = None
    stateless: bool | None = None
    credentials: str | None = None
    access_token_file: str | None = None
    behind_tls: bool | None = None
    allowed_host: list[str] | None = None
    allowed_origin: list[str] | None = None
    state_key_file: str | None = None
    log_format: str | None = None
    rest: bool | None = None


def resolve_http(
    flags: HttpFlags, environment: Mapping[str, str], settings: Settings, *, terminal: bool = False
) -> HttpSettings:
    """Return the settings that flags and variables make.

    Args:
        flags: The command line's.
        environment: The variables.
        settings: Those that every transport has.
        terminal: Whether a person reads the log.

    Raises:
        SettingsError: One cannot be used, or they are not safe together; the message names the fix.
    """
    workers = _number("workers", flags.workers, environment, default=1, least=1, most=_MOST_WORKERS)
    token_file = _token_file(
        given(flags.access_token_file), given(environment.get("VAPI_HTTP_ACCESS_TOKEN_FILE"))
    )
    key_file = first(flags.state_key_file, environment, "VAPI_HTTP_STATE_KEY_FILE")
    http = HttpSettings(
        host=(first(flags.host, environment, "VAPI_HTTP_HOST") or "127.0.0.1").strip("[]"),
        port=_number("port", flags.port, environment, default=8000, least=0, most=65535),
        workers=workers,
        stateless=switch(flags.stateless, environment, "VAPI_HTTP_STATELESS") or workers > 1,
        credentials=_credentials(given(flags.credentials), given(environment.get("VAPI_HTTP_CREDENTIALS"))),
        access_tokens=read_access_tokens(Path(token_file).expanduser()) if token_file else None,
        rest=permitted(flags.rest, environment, "--rest", "VAPI_HTTP_REST"),
        behind_tls=permitted(flags.behind_tls, environment, "--behind-tls", "VAPI_HTTP_BEHIND_TLS"),
        allowed_hosts=_listed("allowed host", flags.allowed_host, environment, _HOST, "mcp.example.com"),
        allowed_origins=_listed(
            "allowed origin", flags.allowed_origin, environment, _ORIGIN, "https://app.example.com"
        ),
        state_keys=read_state_keys(Path(key_file).expanduser()) if key_file else (),
        log_format=_log_format(first(flags.log_format, environment, "VAPI_LOG_FORMAT"), terminal=terminal),
    )
    _check_together(http, settings)
    return http


def is_loopback(host: str) -> bool:
    """Whether a host's name is this machine's own, which no other machine can reach."""
    if host.removesuffix(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_together(http: HttpSettings, settings: Settings) -> None:
    """Find out that nothing is open to strangers, and that workers can answer for each other."""
    if settings.sandbox and settings.sandbox_db is None and http.workers > 1:
        raise SettingsError(
            f"with --workers {http.workers} each process would have a sandbox of its own in memory; "
            "name a file that they share with --sandbox-db FILE"
        )
    if settings.confirm and http.workers > 1 and not http.state_keys:
        raise SettingsError(
            f"--confirm with --workers {http.workers} needs --state-key-file FILE: a question and its answer "
            "may reach different processes"
        )
    missing = [] if http.local else _missing(http)
    if missing:
        how = (
            "--behind-tls lets others in" if is_loopback(http.host) else f"--host {http.host} can be reached"
        )
        raise SettingsError(f"{how} from other machines, which needs {' and '.join(missing)}")
    if http.credentials == "server" and isinstance(settings.credential, MissingKey):
        found = f"{settings.credential.note} " if settings.credential.note else ""
        raise SettingsError(
            f"{found}there is no key to call the API with: set VAPI_API_KEY (or VAPI_API_KEY_FILE), "
            "or choose --credentials header, by which each request brings its own, or --sandbox"
        )


def _missing(http: HttpSettings) -> list[str]:
    wanted = {
        "--credentials header or --access-token-file FILE (who may call)": http.credentials == "header"
        or http.access_tokens is not None,
        "--behind-tls (a proxy in front of it encrypts)": http.behind_tls,
        "--allowed-host NAME (by which clients address it)": bool(http.allowed_hosts),
    }
    return [what for what, there in wanted.items() if not there]


def _number(
    name: str, flag: str | None, environment: Mapping[str, str], *, default: int, least: int, most: int
) -> int:
    variable = f"VAPI_HTTP_{name.upper()}"
    text = first(flag, environment, variable)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and least <= int(text) <= most):
        raise SettingsError(
            f"{name} (--{name}, {variable}) is {text!r}; expected a number from {least} to {most}"
        )
    return int(text)


def _token_file(flag: str | None, variable: str | None) -> str | None:
    """Return the file of the access tokens; a flag cannot let in other callers than the variable.

    Raises:
        SettingsError: Flag and variable name different files.
    """
    if flag is not None and variable is not None and flag != variable:
        raise SettingsError(
            f"--access-token-file names {flag}, but VAPI_HTTP_ACCESS_TOKEN_FILE names {variable}; "
            "a flag cannot let in other callers than its variable"
        )
    return variable or flag


def _credentials(flag: str | None, variable: str | None) -> Credentials:
    """Return whose key calls are made with; a flag cannot lend out the server's key against the variable.

    Raises:
        SettingsError: One of them is malformed, or the variable is header and the flag server.
    """
    chosen: list[Credentials] = [_one_credentials(text) for text in (flag, variable) if text is not None]
    if chosen == ["server", "header"]:
        raise SettingsError(
            "--credentials names server, but VAPI_HTTP_CREDENTIALS is header; "
            "a flag cannot lend out the server's key"
        )
    return chosen[0] if chosen else "server"


def _one_credentials(text: str) -> Credentials:
    if text.lower() == "server":
        return "server"
    if text.lower() == "header":
        return "header"
    raise SettingsError(
        f"credentials (--credentials, VAPI_HTTP_CREDENTIALS) is {text!r}; expected header or server"
    )


def _log_format(text: str | None, *, terminal: bool) -> LogFormat:
    if text is None:
        return "text" if terminal else "json"
    if text.lower() == "json":
        return "json"
    if text.lower() == "text":
        return "text"
    raise SettingsError(f"log format (--log-format, VAPI_LOG_FORMAT) is {text!r}; expected json or text")


def _listed(
    name: str,
    flag: Sequence[str] | None,
    environment: Mapping[str, str],
    form: re.Pattern[str],
    example: str,
) -> tuple[str, ...]:
    """Return the values of a setting, each checked; a flag can be repeated, a variable has commas."""
    option, variable = f"--{name.replace(' ', '-')}", f"VAPI_HTTP_{name.upper().replace(' ', '_')}"
    stated = given(environment.get(variable))
    flagged, named = (
        tuple(part.strip().lower() for text in texts for part in text.split(",") if part.strip())
        for texts in (flag or (), [stated] if stated else ())
    )
    for one in (*flagged, *named):
        if not form.match(one):
            raise SettingsError(f"{name} ({option}, {variable}) is {one!r}; expected one such as {example}")
    return narrowed(flagged or None, named or None, option, variable) or ()
