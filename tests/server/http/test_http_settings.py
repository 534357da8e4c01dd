"""The settings of the HTTP server: what they are when nothing is said, and which are safe together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.http.http_settings import HttpFlags, HttpSettings, is_loopback, resolve_http
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "0123456789abcdef0123456789abcdef"


def resolved(flags: HttpFlags | None = None, *, terminal: bool = False, **variables: str) -> HttpSettings:
    """Return what flags and variables make."""
    settings = resolve(Flags(), {"VAPI_API_KEY": "key", **variables})
    return resolve_http(flags or HttpFlags(), variables, settings, terminal=terminal)


def resolved_from(variables: dict[str, str], **more: str) -> HttpSettings:
    """Return what variables make."""
    return resolved(None, terminal=False, **variables, **more)


def test_when_nothing_is_said_only_this_machine_is_served() -> None:
    http = resolved()
    assert (http.host, http.port, http.workers, http.local) == ("127.0.0.1", 8000, 1, True)
    assert (http.stateless, http.credentials, http.access_tokens) == (False, "server", None)
    assert (http.allowed_hosts, http.allowed_origins, http.state_keys) == ((), (), ())


def test_a_flag_wins_over_its_variable() -> None:
    http = resolved(HttpFlags(port="1", workers="3"), VAPI_HTTP_PORT="2", VAPI_HTTP_HOST="[::1]")
    assert (http.port, http.workers, http.host) == (1, 3, "::1")


@pytest.mark.parametrize(
    ("flags", "variables", "message"),
    [
        (
            HttpFlags(credentials="server"),
            {"VAPI_HTTP_CREDENTIALS": "header"},
            "--credentials names server, but VAPI_HTTP_CREDENTIALS is header",
        ),
        (
            HttpFlags(access_token_file="mine"),
            {"VAPI_HTTP_ACCESS_TOKEN_FILE": "theirs"},
            "--access-token-file names mine, but VAPI_HTTP_ACCESS_TOKEN_FILE names theirs",
        ),
        (
            HttpFlags(allowed_host=["a.example", "b.example"]),
            {"VAPI_HTTP_ALLOWED_HOST": "a.example"},
            "--allowed-host names b.example, but VAPI_HTTP_ALLOWED_HOST allows only a.example",
        ),
        (
            HttpFlags(allowed_origin=["https://b.example"]),
            {"VAPI_HTTP_ALLOWED_ORIGIN": "https://a.example"},
            "--allowed-origin names https://b.example, but VAPI_HTTP_ALLOWED_ORIGIN allows only",
        ),
        (
            HttpFlags(behind_tls=True),
            {"VAPI_HTTP_BEHIND_TLS": "false"},
            "--behind-tls is given, but VAPI_HTTP_BEHIND_TLS is false",
        ),
        (HttpFlags(rest=True), {"VAPI_HTTP_REST": "0"}, "--rest is given, but VAPI_HTTP_REST is false"),
    ],
)
def test_a_flag_does_not_lift_what_a_variable_restricts(
    flags: HttpFlags, variables: dict[str, str], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        resolved(flags, terminal=False, **variables)


def test_a_flag_narrows_what_a_variable_allows(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(TOKEN)
    chosen = resolved(HttpFlags(allowed_host=["B.example"]), VAPI_HTTP_ALLOWED_HOST="a.example,b.example")
    assert chosen.allowed_hosts == ("b.example",)
    assert resolved(HttpFlags(credentials="header"), VAPI_HTTP_CREDENTIALS="server").credentials == "header"
    same = HttpFlags(access_token_file=str(file))
    assert resolved(same, VAPI_HTTP_ACCESS_TOKEN_FILE=f" {file} ").access_tokens is not None


def test_several_workers_keep_no_sessions() -> None:
    assert resolved(VAPI_HTTP_WORKERS="2").stateless
    assert resolved(VAPI_HTTP_STATELESS="true").stateless


def test_names_are_listed_by_repeating_a_flag_or_with_commas() -> None:
    flags = HttpFlags(allowed_host=["MCP.example.com", "other.example:8443,[::2]"])
    assert resolved(flags).allowed_hosts == ("mcp.example.com", "other.example:8443", "[::2]")
    listed = resolved(VAPI_HTTP_ALLOWED_ORIGIN="https://A.example, http://b.example:1 ,")
    assert listed.allowed_origins == ("https://a.example", "http://b.example:1")


@pytest.mark.parametrize(("terminal", "form"), [(True, "text"), (False, "json")])
def test_the_log_is_for_whoever_reads_it(*, terminal: bool, form: str) -> None:
    assert resolved(terminal=terminal).log_format == form
    assert resolved(terminal=terminal, VAPI_LOG_FORMAT="TEXT").log_format == "text"
    assert resolved(terminal=terminal, VAPI_LOG_FORMAT="JSON").log_format == "json"


def test_with_all_that_it_needs_it_may_be_reached_from_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(TOKEN)
    named = {"VAPI_HTTP_HOST": "0.0.0.0", "VAPI_HTTP_BEHIND_TLS": "1", "VAPI_HTTP_ALLOWED_HOST": "m.example"}  # noqa: S104
    assert not resolved_from(named, VAPI_HTTP_CREDENTIALS="Header").local
    tokens = resolved_from(named, VAPI_HTTP_ACCESS_TOKEN_FILE=str(file)).access_tokens
    assert tokens is not None
    assert tokens.admit(TOKEN)
    with pytest.raises(SettingsError, match="who may call"):
        resolved_from(named)


def test_workers_that_ask_the_user_share_a_key(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(TOKEN)
    asking = {"VAPI_CONFIRM": "delete_session", "VAPI_HTTP_WORKERS": "2"}
    with pytest.raises(SettingsError, match="--state-key-file FILE"):
        resolved_from(asking)
    assert resolved_from(asking, VAPI_HTTP_STATE_KEY_FILE=str(file)).state_keys == (TOKEN.encode(),)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machines_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", "0.0.0.0", "::", "localhost.evil.com", "localhost..", "127.1", "2130706433", "10.0.0.1", "my-pc"],  # noqa: S104
)
def test_names_that_others_may_have(host: str) -> None:
    assert not is_loopback(host)
