"""The source of the key, its possible faults, and how little of it is shown."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.doctor.key_source import key_findings, without_unreadable_file
from vapi_sessions_mcp.doctor.masking import masked, secrets_of, without_user

if TYPE_CHECKING:
    from pathlib import Path

    from vapi_sessions_mcp.doctor.finding import Finding

KEY = "0197f3c2-1111-4222-8333-444455556abc"
OTHER = "0197f3c2-1111-4222-8333-444455557def"
POSIX = pytest.mark.skipif(os.name != "posix", reason="there are no such permissions or files")


def found(**environment: str) -> list[Finding]:
    findings = list(key_findings(environment, sandbox=False))
    assert not any(KEY in text or OTHER in text for each in findings for text in (each.found, each.next_step))
    assert all(each.next_step for each in findings if each.status != "ok")
    return findings


def key_file(folder: Path, content: bytes = KEY.encode(), mode: int = 0o600) -> str:
    path = folder / "key"
    path.write_bytes(content)
    path.chmod(mode)
    return str(path)


@pytest.mark.parametrize(
    ("environment", "source"),
    [
        *(({name: f"Bearer {KEY}"}, name) for name in ("VAPI_API_KEY", "VAPI_TOKEN", "VAPI_PRIVATE_API_KEY")),
        ({"VAPI_API_KEY": KEY, "VAPI_TOKEN": KEY}, "VAPI_API_KEY"),
        ({"VAPI_API_KEY": "${VAPI_API_KEY}", "VAPI_TOKEN": KEY}, "VAPI_TOKEN"),
    ],
)
def test_the_source_of_the_key_is_reported_with_its_end(environment: dict[str, str], source: str) -> None:
    (key,) = found(**environment)
    assert (key.status, key.found) == ("ok", f"from {source}, ends in 6abc")


def test_other_keys_that_are_not_used_are_a_warning(tmp_path: Path) -> None:
    _, other = found(VAPI_API_KEY=KEY, VAPI_TOKEN=OTHER, VAPI_API_KEY_FILE=key_file(tmp_path, OTHER.encode()))
    assert other.status == "warning"
    assert other.found == "VAPI_API_KEY overrules VAPI_TOKEN, VAPI_API_KEY_FILE"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("${VAPI_API_KEY}", "unexpanded placeholder"),
        (f'"{KEY}', "a quotation mark"),
        *(
            (value, "is an example's")
            for value in ("YOUR_PRIVATE_API_KEY", "<private-key>", "%VAPI_API_KEY%")
        ),
        (f"{KEY}\n{OTHER}", "printable ASCII without spaces"),
    ],
)
def test_a_value_that_is_not_a_key_is_a_problem(value: str, words: str) -> None:
    (key,) = found(VAPI_API_KEY=value)
    assert (key.status, words in key.found) == ("problem", True)


def test_without_a_key_the_next_step_says_what_to_set() -> None:
    (key,) = found(VAPI_KEY=KEY, NEXT_PUBLIC_VAPI_KEY=OTHER)
    assert (key.status, key.found.startswith("no key is set")) == ("problem", True)
    assert "NEXT_PUBLIC_VAPI_KEY, VAPI_KEY is not read" in key.found
    for words in ("VAPI_API_KEY", "private", "https://dashboard.vapi.ai", "--sandbox"):
        assert words in key.next_step
    assert [each.status for each in key_findings({}, sandbox=True)] == ["ok"]


def test_a_key_file_is_named_and_kept_in_the_environment(tmp_path: Path) -> None:
    environment = {"VAPI_API_KEY_FILE": key_file(tmp_path, f"{KEY}\r\n".encode())}
    (key,) = found(**environment)
    assert (key.status, key.found) == ("ok", f"from VAPI_API_KEY_FILE ({tmp_path / 'key'}), ends in 6abc")
    assert without_unreadable_file(environment) == environment
    (tmp_path / "key").chmod(0o644)
    readable = [(each.status, each.next_step) for each in found(**environment)[1:]]
    assert readable == [("warning", f"chmod 600 {tmp_path / 'key'}")] * (os.name == "posix")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\n \n", "is empty"),
        (KEY.encode("utf-16"), "UTF-16"),
        (KEY.encode("utf-16-le"), "UTF-16"),
        (f"{KEY}\n{OTHER}\n".encode(), "several lines"),
        (b"x" * 70_000, "which is no key"),
        (b"\xe4\xf6", "no text"),
        (b"${KEY}", "unexpanded placeholder"),
        ("clé-privée".encode(), "printable ASCII"),
    ],
    ids=range(8),
)
def test_a_key_file_without_a_key_is_a_problem(tmp_path: Path, content: bytes, words: str) -> None:
    (key,) = found(VAPI_API_KEY_FILE=key_file(tmp_path, content))
    assert (key.status, words in key.found) == ("problem", True)


@pytest.mark.parametrize("name", ["missing", ".", "missing/\0", pytest.param("pipe", marks=POSIX)])
def test_an_unreadable_key_file_is_a_problem_and_is_not_waited_for(tmp_path: Path, name: str) -> None:
    if name == "pipe":
        os.mkfifo(tmp_path / "pipe")
    environment = {"VAPI_API_KEY_FILE": str(tmp_path / name), "HOME": "/"}
    (key,) = found(**environment)
    assert (key.status, "cannot be read" in key.found) == ("problem", True)
    assert without_unreadable_file(environment) == {"HOME": "/"}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://us@er:wo@rd@proxy:1/", "http://***@proxy:1/"),
        ("http://proxy:1/a@b", "http://proxy:1/a@b"),
        ("base URL 'ftp://u:p@h' is bad", "base URL 'ftp://***@h' is bad"),
    ],
)
def test_an_address_is_shown_without_user_and_password(url: str, shown: str) -> None:
    assert without_user(url) == shown
    assert masked("fifteen-letters") == "too short to show any of it"


def test_secrets_are_found_by_the_names_of_their_variables() -> None:
    secret = {
        "VAPI_API_KEY": "Bearer the-key",
        "GITHUB_TOKEN": "a-token",
        "X_AUTH": "an-auth",
        "DB_PWD": "a-pwd",
    }
    proxies = {"HTTPS_PROXY": "http://ada:enchanting@proxy:1", "http_proxy": "bob:analytical@proxy:1"}
    others = {"VAPI_API_KEY_FILE": "/etc/key", "VAPI_TOKEN": "${VAPI_TOKEN}", "HOME": "/home/ada"}
    found = set(secrets_of({**secret, **proxies, **others, "NO_PROXY": "http://[::bad"}))
    assert {"the-key", "a-token", "an-auth", "a-pwd", "enchanting", "analytical", "http://[::bad"} <= found
    assert not set(others.values()) & found
