"""What cannot be served, or not safely, stops the start with one line that names the setting and the fix."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from server_process import environment, run_program
from vapi_sessions_mcp.cli import main

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "0123456789abcdef0123456789abcdef"
OUTSIDE = ("--host", "192.0.2.1")
CALLERS, TLS, NAMES = "--access-token-file FILE", "--behind-tls", "--allowed-host NAME"


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Refused:
    """Starts the server where it must not start."""
    for name in ("VAPI_API_KEY", "VAPI_TOKEN", "VAPI_PRIVATE_API_KEY", "VAPI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return Refused(capsys, monkeypatch)


class Refused:
    """Starts the server where it must not start.

    Args:
        capsys: What it says.
        monkeypatch: Its variables.
    """

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *flags: str, **variables: str) -> str:
        """Return the one line that is said."""
        for name, value in variables.items():
            self._monkeypatch.setenv(name, value)
        assert main(["http", "--sandbox", *flags]) == 2
        told = self._capsys.readouterr()
        assert told.out == ""
        assert told.err.startswith("vapi-sessions-mcp: ")
        assert told.err.count("\n") == 1
        assert told.err.endswith("\n")
        return told.err


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("port", "http", "port (--port, VAPI_HTTP_PORT) is 'http'; expected a number from 0 to 65535"),
        ("port", "65536", "65535"),
        ("port", "-1", "--port"),
        ("port", "80.5", "--port"),
        ("port", "9" * 5_000, "--port"),
        ("port", "\u0661\u0662", "--port"),
        ("workers", "0", "workers (--workers, VAPI_HTTP_WORKERS) is '0'; expected a number from 1 to 64"),
        ("workers", "abc", "1 to 64"),
        ("workers", "1000", "1 to 64"),
        ("workers", "2", "--sandbox-db FILE"),
        (
            "credentials",
            "users",
            "(--credentials, VAPI_HTTP_CREDENTIALS) is 'users'; expected header or server",
        ),
        ("log-format", "xml", "(--log-format, VAPI_LOG_FORMAT) is 'xml'; expected json or text"),
        ("allowed-host", "https://mcp.example.com", "--allowed-host, VAPI_HTTP_ALLOWED_HOST"),
        ("allowed-host", "mcp.example.com/mcp", "expected one such as mcp.example.com"),
        ("allowed-host", "*", "'*'"),
        ("allowed-host", "a@mcp.example.com", "--allowed-host"),
        ("allowed-origin", "https://app.example.com/", "expected one such as https://app.example.com"),
        ("allowed-origin", "app.example.com", "--allowed-origin, VAPI_HTTP_ALLOWED_ORIGIN"),
        ("allowed-origin", "*", "'*'"),
        ("allowed-origin", "null", "'null'"),
        ("allowed-origin", "https://app.example.com,ftp://x.example", "'ftp://x.example'"),
        ("access-token-file", "/no/such/file", "names /no/such/file, which cannot be read"),
        ("access-token-file", "/", "--access-token-file, VAPI_HTTP_ACCESS_TOKEN_FILE"),
        ("state-key-file", "/no/such/file", "names /no/such/file, which cannot be read"),
        ("state-key-file", "/", "--state-key-file, VAPI_HTTP_STATE_KEY_FILE"),
    ],
)
class TestOneSetting:
    def test_as_a_flag(self, refused: Refused, name: str, value: str, words: str) -> None:
        assert words in refused(f"--{name}={value}")

    def test_as_a_variable(self, refused: Refused, name: str, value: str, words: str) -> None:
        variable = (
            "VAPI_LOG_FORMAT" if name == "log-format" else f"VAPI_HTTP_{name.upper().replace('-', '_')}"
        )
        assert words in refused(**{variable: value})


@pytest.mark.parametrize("name", ["STATELESS", "BEHIND_TLS"])
def test_a_switch_is_on_or_off(refused: Refused, name: str) -> None:
    assert "expected true, false, 1 or 0" in refused(**{f"VAPI_HTTP_{name}": "perhaps"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "holds no token; write one a line"),
        (b"# only a comment\n\r\n  \n", "holds no token"),
        (f"{TOKEN}\nshort\n".encode(), "line 2 of the access token file"),
        (f"# ours\r\n\r\n{TOKEN}\r\nshort\r\n".encode(), "line 4 of the access token file"),
        (f"{TOKEN} {TOKEN}\n".encode(), "line 1"),
        (f"{TOKEN}\n{TOKEN}\u00e9\n".encode(), "line 2"),
        (b"sha256:123\n", "line 1 of the access token file (--access-token-file"),
        (f"SHA256:{'g' * 64}\n".encode(), "no SHA-256 digest"),
        (b"\xff\xfe" + TOKEN.encode(), "it is no text"),
    ],
)
def test_a_file_of_tokens_is_told_by_its_line_and_never_quoted(
    refused: Refused, tmp_path: Path, text: bytes, words: str
) -> None:
    file = tmp_path / "tokens"
    file.write_bytes(text)
    told = refused("--access-token-file", str(file))
    assert words in told
    assert TOKEN not in told
    assert "openssl" in told or "short" not in text.decode("latin-1")


@pytest.mark.parametrize(
    "text", [b"", b"# none\n", b"short\n", f"{TOKEN}\nshort".encode(), f"{TOKEN}\n{TOKEN}\n".encode()]
)
def test_a_file_of_state_keys_is_too(refused: Refused, tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "keys"
    file.write_bytes(text)
    told = refused("--state-key-file", str(file))
    assert "must hold keys one a line, each once and of 32 or more characters" in told
    assert TOKEN not in told


def test_workers_that_ask_the_user_need_a_key_that_they_share(refused: Refused, tmp_path: Path) -> None:
    flags = ("--workers", "2", "--sandbox-db", str(tmp_path / "db"), "--confirm", "delete_session")
    assert "--state-key-file FILE" in refused(*flags)


class TestOffThisMachine:
    @pytest.mark.parametrize("host", ["192.0.2.1", "0.0.0.0", "::", "[::]", "2001:db8::1", "mcp.example.com"])  # noqa: S104
    def test_all_that_is_missing_is_named_at_once(self, refused: Refused, host: str) -> None:
        told = refused("--host", host)
        assert f"--host {host.strip('[]')} can be reached from other machines" in told
        for missing in ("--credentials header", CALLERS, TLS, NAMES):
            assert missing in told

    @pytest.mark.parametrize("caller", [None, "token", "header"])
    @pytest.mark.parametrize("tls", [False, True])
    @pytest.mark.parametrize("named", [False, True])
    def test_and_nothing_that_is_there(
        self, refused: Refused, tmp_path: Path, caller: str | None, *, tls: bool, named: bool
    ) -> None:
        file = tmp_path / "tokens"
        file.write_text(TOKEN)
        flags = {
            None: (),
            "token": ("--access-token-file", str(file)),
            "header": ("--credentials", "header"),
        }[caller]
        flags += ("--behind-tls",) if tls else ()
        flags += ("--allowed-host", "mcp.example.com") if named else ()
        told = refused(*OUTSIDE, *flags)
        there = {CALLERS: caller is not None, TLS: tls, NAMES: named}
        if all(there.values()):
            assert "cannot be listened on" in told  # the address is nobody's: it is not listened on
        else:
            assert {name: name not in told for name in there} == there

    def test_an_unfilled_placeholder_is_not_given(self, refused: Refused) -> None:
        told = refused(
            *OUTSIDE,
            VAPI_HTTP_CREDENTIALS="${WHOSE}",
            VAPI_HTTP_ACCESS_TOKEN_FILE="${TOKENS}",
            VAPI_HTTP_BEHIND_TLS="${TLS}",
            VAPI_HTTP_ALLOWED_HOST="${NAME}",
        )
        for missing in (CALLERS, TLS, NAMES):
            assert missing in told

    def test_an_empty_list_of_names_is_none(self, refused: Refused) -> None:
        assert NAMES in refused(*OUTSIDE, "--allowed-host", " , ")


class TestThePort:
    def test_that_is_in_use_is_named(self, refused: Refused) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            told = refused("--port", str(taken.getsockname()[1]))
        assert "cannot be used: " in told
        assert "choose another with --port, 0 for any" in told

    def test_a_host_that_there_is_not_is_named(self, refused: Refused, tmp_path: Path) -> None:
        file = tmp_path / "tokens"
        file.write_text(TOKEN)
        rest = ("--access-token-file", str(file), "--behind-tls", "--allowed-host", "x.example")
        assert "host no-such-host.invalid cannot be listened on" in refused(
            "--host", "no-such-host.invalid", *rest
        )


def test_as_a_process_it_ends_with_2_and_one_line() -> None:
    ended = run_program("http", "--sandbox", *OUTSIDE, env=environment())
    assert ended.returncode == 2
    assert ended.stdout == b""
    assert ended.stderr.count(b"\n") == 1
    assert b"Traceback" not in ended.stderr


class TestWhatOnlyShowsWhenItIsUsed:
    def test_no_key_where_the_server_is_to_have_one(self) -> None:
        ended = run_program("http", "--port", "0", env=environment(VAPI_API_KEY="${VAPI_KEY}"))
        assert ended.returncode == 2
        (line,) = ended.stderr.decode().splitlines()
        assert "unexpanded placeholder" in line
        assert "set VAPI_API_KEY (or VAPI_API_KEY_FILE), or choose --credentials header" in line

    def test_certificates_that_are_not_there(self) -> None:
        variables = environment(VAPI_API_KEY=TOKEN, SSL_CERT_FILE="/no/such.pem")
        ended = run_program("http", "--port", "0", env=variables)
        assert ended.returncode == 2
        (line,) = ended.stderr.decode().splitlines()
        assert "SSL_CERT_FILE '/no/such.pem'" in line

    @pytest.mark.parametrize("workers", ["1", "2"])
    def test_a_folder_to_count_in_that_is_not_there(
        self, refused: Refused, tmp_path: Path, workers: str
    ) -> None:
        flags = ("--sandbox-db", str(tmp_path / "x.db"), "--workers", workers)
        line = refused(*flags, PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "none"))
        assert "PROMETHEUS_MULTIPROC_DIR names" in line
        assert "leave the variable out" in line

    def test_an_option_that_there_is_not(self) -> None:
        ended = run_program("http", "--statless")
        assert ended.returncode == 2
        (line,) = ended.stderr.decode().splitlines()
        assert "did you mean --stateless?" in line


def test_a_proxy_before_a_server_on_this_machine_lets_others_in(refused: Refused) -> None:
    line = refused("--behind-tls", "--port", "0")
    assert "--behind-tls lets others in from other machines, which needs" in line
    assert CALLERS in line
    assert NAMES in line
