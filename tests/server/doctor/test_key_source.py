"""Where the key comes from, and what a person may have got wrong with it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.doctor.key_source import key_findings, without_unreadable_file

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


def key_file(folder: Path, content: bytes, mode: int = 0o600) -> str:
    path = folder / "key"
    path.write_bytes(content)
    path.chmod(mode)
    return str(path)


class TestAVariable:
    @pytest.mark.parametrize("name", ["VAPI_API_KEY", "VAPI_TOKEN", "VAPI_PRIVATE_API_KEY"])
    def test_it_is_named_and_the_keys_end_shown(self, name: str) -> None:
        (key,) = found(**{name: f"Bearer {KEY}"})
        assert (key.status, key.found) == ("ok", f"from {name}, ends in 6abc")

    def test_those_that_it_overrules_are_named(self, tmp_path: Path) -> None:
        file = key_file(tmp_path, OTHER.encode())
        _, other = found(VAPI_API_KEY=KEY, VAPI_TOKEN=OTHER, VAPI_API_KEY_FILE=file)
        assert other.status == "warning"
        assert other.found == "VAPI_API_KEY overrules VAPI_TOKEN, VAPI_API_KEY_FILE"

    def test_the_same_key_twice_is_no_matter(self) -> None:
        (key,) = found(VAPI_API_KEY=KEY, VAPI_TOKEN=KEY)
        assert key.status == "ok"

    def test_a_placeholder_before_it_is_passed_over(self) -> None:
        (key,) = found(VAPI_API_KEY="${VAPI_API_KEY}", VAPI_TOKEN=KEY)
        assert key.found == "from VAPI_TOKEN, ends in 6abc"

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            ("${VAPI_API_KEY}", "unexpanded placeholder"),
            ("$VAPI_API_KEY", "unexpanded placeholder"),
            (f'"{KEY}', "a quotation mark"),
            ("YOUR_PRIVATE_API_KEY", "is an example's"),
            ("<private-key>", "is an example's"),
            ("%VAPI_API_KEY%", "is an example's"),
            ("your private key", "printable ASCII without spaces"),
            (f"{KEY}\n{OTHER}", "printable ASCII without spaces"),
        ],
    )
    def test_what_is_no_key_is_a_problem(self, value: str, words: str) -> None:
        (key,) = found(VAPI_API_KEY=value)
        assert key.status == "problem"
        assert words in key.found


class TestNoKey:
    def test_it_is_told_what_to_set_and_where_a_key_is_found(self) -> None:
        (key,) = found()
        assert (key.status, key.found.startswith("no key is set")) == ("problem", True)
        for words in ("VAPI_API_KEY", "private", "https://dashboard.vapi.ai", "--sandbox"):
            assert words in key.next_step

    def test_a_variable_that_looks_like_it_and_is_not_read_is_named(self) -> None:
        (key,) = found(VAPI_KEY=KEY, NEXT_PUBLIC_VAPI_KEY=OTHER)
        assert "NEXT_PUBLIC_VAPI_KEY, VAPI_KEY is not read" in key.found

    def test_the_sandbox_needs_none(self) -> None:
        (key,) = key_findings({}, sandbox=True)
        assert key.status == "ok"


class TestAFile:
    def test_it_is_named_and_the_line_break_at_its_end_is_no_matter(self, tmp_path: Path) -> None:
        file = key_file(tmp_path, f"{KEY}\r\n".encode())
        (key,) = found(VAPI_API_KEY_FILE=file)
        assert (key.status, key.found) == ("ok", f"from VAPI_API_KEY_FILE ({file}), ends in 6abc")

    @POSIX
    def test_others_that_can_read_it_are_a_warning(self, tmp_path: Path) -> None:
        file = key_file(tmp_path, KEY.encode(), 0o644)
        key, readable = found(VAPI_API_KEY_FILE=file)
        assert key.status == "ok"
        assert readable.status == "warning"
        assert readable.next_step == f"chmod 600 {file}"

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "is empty"),
            (b"\n \n", "is empty"),
            (KEY.encode("utf-16"), "UTF-16"),
            (KEY.encode("utf-16-le"), "UTF-16"),
            (f"{KEY}\n{OTHER}\n".encode(), "several lines"),
            (b"x" * 70_000, "which is no key"),
            (b"\xff\xfe\xfd", "UTF-16"),
            (b"\xe4\xf6", "no text"),
            (b"${KEY}", "unexpanded placeholder"),
            ("clé-privée".encode(), "printable ASCII"),
        ],
    )
    def test_what_is_no_key_in_it_is_told(self, tmp_path: Path, content: bytes, words: str) -> None:
        (key,) = found(VAPI_API_KEY_FILE=key_file(tmp_path, content))
        assert key.status == "problem"
        assert words in key.found

    @pytest.mark.parametrize("name", ["missing", ".", "missing/\0"])
    def test_one_that_cannot_be_read_is_told(self, tmp_path: Path, name: str) -> None:
        (key,) = found(VAPI_API_KEY_FILE=str(tmp_path / name))
        assert key.status == "problem"
        assert "cannot be read" in key.found

    @POSIX
    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        environment = {"VAPI_API_KEY_FILE": str(pipe), "HOME": "/"}
        (key,) = found(**environment)
        assert "no ordinary file" in key.found
        assert without_unreadable_file(environment) == {"HOME": "/"}

    def test_one_that_can_be_read_stays_in_the_environment(self, tmp_path: Path) -> None:
        environment = {"VAPI_API_KEY_FILE": key_file(tmp_path, KEY.encode())}
        assert without_unreadable_file(environment) == environment
