"""The settings of the HTTP server: defaults, precedence, and what stops the start because it is not safe."""

from __future__ import annotations

import socket
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from in_process import run_main
from vapi_sessions_mcp.command_line import build_parser
from vapi_sessions_mcp.http.http_settings import HttpFlags, HttpSettings, resolve_http
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from argparse import ArgumentParser

TOKEN = "0123456789abcdef0123456789abcdef"
CALLERS, TLS, NAMES = "--access-token-file FILE", "--behind-tls", "--allowed-host NAME"
PUBLIC = {"VAPI_HTTP_HOST": "0.0.0.0", "VAPI_HTTP_BEHIND_TLS": "1", "VAPI_HTTP_ALLOWED_HOST": "m.example"}


@cache
def parser() -> ArgumentParser:
    return build_parser()


def resolved(*flags: str, terminal: bool = False, **variables: str) -> HttpSettings:
    given = vars(parser().parse_args(["http", *flags]))
    environment = {"VAPI_API_KEY": "key", **variables}
    settings = resolve(Flags(**{name: given[name] for name in Flags.model_fields}), environment)
    chosen = HttpFlags(**{name: given[name] for name in HttpFlags.model_fields})
    return resolve_http(chosen, environment, settings, terminal=terminal)


def refused(*flags: str, **variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        resolved(*flags, terminal=False, **variables)
    return str(caught.value)


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A file with a token that can be a state key as well."""
    file = tmp_path / "tokens"
    file.write_text(TOKEN)
    return str(file)


def test_only_this_machine_is_served_by_default() -> None:
    assert resolved() == HttpSettings()
    http = HttpSettings()
    assert (http.host, http.port, http.workers, http.local) == ("127.0.0.1", 8000, 1, True)
    assert (http.stateless, http.credentials, http.access_tokens, http.rest) == (False, "server", None, False)
    assert (http.allowed_hosts, http.allowed_origins, http.state_keys) == ((), (), ())


def test_flag_wins_over_its_variable() -> None:
    http = resolved("--port", "1", "--workers", "3", VAPI_HTTP_PORT="2", VAPI_HTTP_HOST="[::1]")
    assert (http.port, http.workers, http.host) == (1, 3, "::1")


@pytest.mark.parametrize(
    ("flags", "variables", "words"),
    [
        (("--credentials", "server"), {"CREDENTIALS": "header"}, "VAPI_HTTP_CREDENTIALS is header"),
        (("--access-token-file", "a"), {"ACCESS_TOKEN_FILE": "b"}, "VAPI_HTTP_ACCESS_TOKEN_FILE names b"),
        (("--allowed-host", "a.example,b.example"), {"ALLOWED_HOST": "a.example"}, "names b.example, but"),
        (("--allowed-origin", "https://b.example"), {"ALLOWED_ORIGIN": "https://a.example"}, "allows only"),
        (("--behind-tls",), {"BEHIND_TLS": "false"}, "VAPI_HTTP_BEHIND_TLS is false"),
        (("--rest",), {"REST": "0"}, "VAPI_HTTP_REST is false"),
    ],
)
def test_flag_cannot_lift_a_restriction_of_its_variable(
    flags: tuple[str, ...], variables: dict[str, str], words: str
) -> None:
    assert words in refused(*flags, **{f"VAPI_HTTP_{name}": value for name, value in variables.items()})


def test_flag_can_narrow_what_its_variable_allows(file: str) -> None:
    chosen = resolved("--allowed-host", "B.example", VAPI_HTTP_ALLOWED_HOST="a.example,b.example")
    assert chosen.allowed_hosts == ("b.example",)
    assert resolved("--credentials", "header", VAPI_HTTP_CREDENTIALS="server").credentials == "header"
    same = resolved("--access-token-file", file, VAPI_HTTP_ACCESS_TOKEN_FILE=f" {file} ")
    assert same.access_tokens is not None


def test_hosts_and_origins_are_lists() -> None:
    flags = ("--allowed-host", "MCP.example.com", "--allowed-host", "other.example:8443,[::2]")
    assert resolved(*flags).allowed_hosts == ("mcp.example.com", "other.example:8443", "[::2]")
    listed = resolved(VAPI_HTTP_ALLOWED_ORIGIN="https://A.example, http://b.example:1 ,")
    assert listed.allowed_origins == ("https://a.example", "http://b.example:1")


@pytest.mark.parametrize(("terminal", "form"), [(True, "text"), (False, "json")])
def test_log_format_depends_on_its_reader(*, terminal: bool, form: str) -> None:
    assert resolved(terminal=terminal).log_format == form
    assert resolved(terminal=terminal, VAPI_LOG_FORMAT="TEXT").log_format == "text"
    assert resolved(terminal=terminal, VAPI_LOG_FORMAT="JSON").log_format == "json"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("port", "http", "port (--port, VAPI_HTTP_PORT) is 'http'; expected a number from 0 to 65535"),
        *(("port", wrong, "--port") for wrong in ("65536", "-1", "80.5", "9" * 5_000, "\u0661\u0662")),
        ("workers", "0", "workers (--workers, VAPI_HTTP_WORKERS) is '0'; expected a number from 1 to 64"),
        ("workers", "1000", "1 to 64"),
        ("credentials", "users", "(--credentials, VAPI_HTTP_CREDENTIALS) is 'users'; expected header or"),
        ("log-format", "xml", "(--log-format, VAPI_LOG_FORMAT) is 'xml'; expected json or text"),
        ("allowed-host", "https://mcp.example.com", "--allowed-host, VAPI_HTTP_ALLOWED_HOST"),
        ("allowed-host", "mcp.example.com/mcp", "expected one such as mcp.example.com"),
        ("allowed-host", "*", "'*'"),
        ("allowed-origin", "https://app.example.com/", "expected one such as https://app.example.com"),
        ("allowed-origin", "null", "--allowed-origin, VAPI_HTTP_ALLOWED_ORIGIN"),
        ("allowed-origin", "https://app.example.com,ftp://x.example", "'ftp://x.example'"),
        ("access-token-file", "/no/such/file", "names /no/such/file, which cannot be read"),
        ("state-key-file", "/no/such/file", "names /no/such/file, which cannot be read"),
        ("behind-tls", "perhaps", "expected true, false, 1 or 0"),
    ],
    ids=lambda value: ascii(value[:30]),
)
def test_invalid_value_is_refused_as_a_flag_and_as_a_variable(name: str, value: str, words: str) -> None:
    words = words.replace("/no/such/file", str(Path("/no/such/file")))
    prefix = "VAPI_" if name == "log-format" else "VAPI_HTTP_"
    assert words in refused(**{prefix + name.upper().replace("-", "_"): value})
    if value != "perhaps":  # the flag of a switch has no value
        assert words in refused(f"--{name}={value}")


def test_workers_are_stateless_and_need_what_they_share(tmp_path: Path, file: str) -> None:
    assert resolved(VAPI_HTTP_WORKERS="2").stateless
    assert resolved(VAPI_HTTP_STATELESS="true").stateless
    assert "--sandbox-db FILE" in refused("--sandbox", "--workers", "2")
    assert resolved("--sandbox-db", str(tmp_path / "db"), "--workers", "2").workers == 2
    asking = ("--workers", "2", "--confirm", "delete_session")
    assert "--state-key-file FILE" in refused(*asking)
    assert resolved(*asking, "--state-key-file", file).state_keys == (TOKEN.encode(),)


@pytest.mark.parametrize("host", ["192.0.2.1", "0.0.0.0", "::", "[::]", "mcp.example.com"])
@pytest.mark.parametrize("allowed", ["${NAMES}", " , "])
def test_public_host_or_tls_in_front_needs_callers_tls_and_names(host: str, allowed: str) -> None:
    unfilled = {f"VAPI_HTTP_{name}": "${X}" for name in ("CREDENTIALS", "ACCESS_TOKEN_FILE", "BEHIND_TLS")}
    error = refused("--behind-tls", "--port", "0")
    assert "--behind-tls lets others in from other machines" in error
    assert all(missing in error for missing in (CALLERS, NAMES))
    error = refused("--host", host, VAPI_HTTP_ALLOWED_HOST=allowed, **unfilled)
    assert f"--host {host.strip('[]')} can be reached from other machines" in error
    assert all(missing in error for missing in ("--credentials header", CALLERS, TLS, NAMES))


@pytest.mark.parametrize("caller", [None, "token", "header"])
@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("named", [False, True])
def test_only_what_a_public_host_lacks_is_named(
    file: str, caller: str | None, *, tls: bool, named: bool
) -> None:
    flags = {None: (), "token": ("--access-token-file", file), "header": ("--credentials", "Header")}[caller]
    flags += ("--behind-tls",) if tls else ()
    flags += ("--allowed-host", "mcp.example.com") if named else ()
    there = {CALLERS: caller is not None, TLS: tls, NAMES: named}
    if all(there.values()):
        assert not resolved("--host", "192.0.2.1", *flags).local
    else:
        error = refused("--host", "192.0.2.1", *flags)
        assert {name: name not in error for name in there} == there


def test_server_without_a_key_needs_the_callers_keys() -> None:
    error = refused(VAPI_API_KEY="${VAPI_KEY}")
    assert "unexpanded placeholder" in error
    assert "set VAPI_API_KEY (or VAPI_API_KEY_FILE), or choose --credentials header" in error
    assert resolved("--credentials", "header", VAPI_API_KEY="").credentials == "header"


@pytest.mark.parametrize(
    ("flags", "variables", "words"),
    [
        (("--host", "192.0.2.1"), {}, "which needs --credentials header"),
        (("--statless",), {}, "did you mean --stateless?"),
        (("--host", "no-such-host.invalid"), PUBLIC, "host no-such-host.invalid cannot be listened on"),
        (("--port", "TAKEN"), {}, "choose another with --port, 0 for any"),
        ((), {"SSL_CERT_FILE": "/no/such.pem"}, "SSL_CERT_FILE '/no/such.pem'"),
        ((), {"PROMETHEUS_MULTIPROC_DIR": "/no/such/folder"}, "PROMETHEUS_MULTIPROC_DIR names"),
        (("--workers", "2"), {"PROMETHEUS_MULTIPROC_DIR": "/no/such/folder"}, "leave the variable out"),
    ],
)
def test_server_that_cannot_start_ends_with_2_and_one_line(
    file: str, flags: tuple[str, ...], variables: dict[str, str], words: str
) -> None:
    tokens = {"VAPI_HTTP_ACCESS_TOKEN_FILE": file} if variables is PUBLIC else {}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        chosen = [port if flag == "TAKEN" else flag for flag in ("--port", "0", *flags)]
        ended = run_main("http", *chosen, VAPI_API_KEY="key", **variables, **tokens)
    assert (ended.status, ended.out) == (2, "")
    (line,) = ended.err.splitlines()
    assert words in line
