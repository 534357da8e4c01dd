"""A key, and the environment that gives it: in a variable, or in the file that a variable names."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.environment_key import LARGEST_KEY_FILE, find_key

if TYPE_CHECKING:
    from pathlib import Path


def test_a_key_is_shown_by_reveal_alone() -> None:
    key = Credential("vapi-private-key")
    assert "vapi-private-key" not in f"{key!r} {key}"
    assert key.reveal() == "vapi-private-key"


def test_equal_keys_are_equal() -> None:
    assert len({Credential("a"), Credential("a"), Credential("b")}) == 2
    assert Credential("a") != "a"


@pytest.mark.parametrize("text", ["", "two words", "line\nbreak", "schlüssel", "\x00"])
def test_a_text_that_cannot_be_a_key_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII") as caught:
        Credential(text)
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize(
    "environment",
    [
        {"VAPI_API_KEY": " a-key "},
        {"VAPI_TOKEN": "a-key"},
        {"VAPI_PRIVATE_API_KEY": "a-key"},
        {"VAPI_API_KEY": "Bearer a-key"},
        {"VAPI_API_KEY": "'a-key'"},
        {"VAPI_API_KEY": ' "Bearer a-key" '},
        {"VAPI_TOKEN": "second", "VAPI_API_KEY": "a-key"},
        {"VAPI_API_KEY": "${X}", "VAPI_TOKEN": "a-key"},
    ],
)
def test_the_first_variable_with_a_key_wins_without_quotes_and_scheme(environment: dict[str, str]) -> None:
    assert find_key(environment) == Credential("a-key")


@pytest.mark.parametrize("text", ["", "  ", "Bearer ", "Bearer"])
def test_a_variable_without_a_key_gives_none(text: str) -> None:
    assert find_key({"VAPI_API_KEY": text}) == MissingKey()


def note(environment: dict[str, str]) -> str:
    found = find_key(environment)
    assert isinstance(found, MissingKey)
    return found.note


@pytest.mark.parametrize(
    "text", ["${VAPI_API_KEY}", "${unclosed", "$VAPI_API_KEY", "Bearer ${X}", " Bearer  $X "]
)
def test_an_unexpanded_placeholder_is_named(text: str) -> None:
    found = note({"VAPI_API_KEY": text, "VAPI_TOKEN": "${OTHER}"})
    assert "VAPI_API_KEY" in found
    assert text.strip() in found


@pytest.mark.parametrize("key", ["two words", "clé", "tab\tin"])
def test_a_text_that_cannot_be_a_key_is_not_quoted(key: str) -> None:
    found = note({"VAPI_API_KEY": key})
    assert "VAPI_API_KEY holds no API key" in found
    assert key not in found


@pytest.mark.parametrize("content", [b"a-key\n", b"\xef\xbb\xbfa-key\r\n"], ids=["plain", "with a mark"])
def test_a_file_gives_the_key(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    assert find_key({"VAPI_API_KEY_FILE": str(file)}) == Credential("a-key")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file"),
        (b"${X}\n", "an unexpanded placeholder, ${X}"),
        (b"\xff\xfe", "it is no text"),
        (b"k" * (LARGEST_KEY_FILE + 1), "which is no key"),
    ],
    ids=["missing", "placeholder", "not text", "too long"],
)
def test_a_file_without_a_key_is_named(tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    found = note({"VAPI_API_KEY_FILE": str(file)})
    assert "VAPI_API_KEY_FILE" in found
    assert words in found


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes exist on POSIX only")
def test_a_pipe_gives_the_key(tmp_path: Path) -> None:
    pipe = tmp_path / "key"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("a-key\n",), daemon=True)
    writer.start()
    assert find_key({"VAPI_API_KEY_FILE": str(pipe)}) == Credential("a-key")
    writer.join(30)
