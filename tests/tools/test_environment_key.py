"""The key that variables or a file give, and what is said where they hold none."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.environment_key import LARGEST_KEY_FILE, find_key

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["VAPI_API_KEY", "VAPI_TOKEN", "VAPI_PRIVATE_API_KEY"])
def test_any_of_three_variables_gives_it(name: str) -> None:
    assert find_key({name: " a-key "}) == Credential("a-key")


def test_the_word_bearer_is_no_part_of_it() -> None:
    assert find_key({"VAPI_API_KEY": "Bearer a-key"}) == Credential("a-key")


@pytest.mark.parametrize("text", ['"a-key"', "'a-key'", '"Bearer a-key"', ' "a-key" '])
def test_the_quotes_that_some_shells_leave_on_are_no_part_of_it(text: str) -> None:
    assert find_key({"VAPI_API_KEY": text}) == Credential("a-key")


def test_the_first_given_wins() -> None:
    assert find_key({"VAPI_TOKEN": "second", "VAPI_API_KEY": "first"}) == Credential("first")


def test_a_file_gives_it(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("a-key\n")
    assert find_key({"VAPI_API_KEY_FILE": str(file)}) == Credential("a-key")


@pytest.mark.parametrize(
    "text", ["${VAPI_API_KEY}", "${unclosed", "$VAPI_API_KEY", "Bearer ${X}", " Bearer  $X "]
)
def test_an_unexpanded_placeholder_is_named(text: str) -> None:
    found = find_key({"VAPI_API_KEY": text})
    assert isinstance(found, MissingKey)
    assert "VAPI_API_KEY" in found.note
    assert text.strip() in found.note


def test_one_in_the_file_is_named_too(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("${X}\n")
    found = find_key({"VAPI_API_KEY_FILE": str(file)})
    assert isinstance(found, MissingKey)
    assert "VAPI_API_KEY_FILE holds the text of an unexpanded placeholder, ${X}" in found.note


@pytest.mark.parametrize("text", ["", "  ", "Bearer ", "Bearer"])
def test_nothing_but_the_word_bearer_is_no_key(text: str) -> None:
    assert find_key({"VAPI_API_KEY": text}) == MissingKey()


def test_the_first_of_several_placeholders_is_named() -> None:
    found = find_key({"VAPI_API_KEY": "${FIRST}", "VAPI_TOKEN": "${SECOND}"})
    assert isinstance(found, MissingKey)
    assert "${FIRST}" in found.note


def test_a_placeholder_does_not_hide_a_key_in_the_next_variable() -> None:
    assert find_key({"VAPI_API_KEY": "${X}", "VAPI_TOKEN": "a-key"}) == Credential("a-key")


@pytest.mark.parametrize("key", ["two words", "clé", "tab\tin"])
def test_what_cannot_be_a_key_is_none_and_not_quoted(key: str) -> None:
    found = find_key({"VAPI_API_KEY": key})
    assert isinstance(found, MissingKey)
    assert "VAPI_API_KEY holds no API key" in found.note
    assert key not in found.note


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    found = find_key({"VAPI_API_KEY_FILE": str(tmp_path / "none")})
    assert isinstance(found, MissingKey)
    assert "VAPI_API_KEY_FILE" in found.note
    assert "No such file" in found.note


def test_a_file_that_is_no_text_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"\xff\xfe")
    found = find_key({"VAPI_API_KEY_FILE": str(file)})
    assert isinstance(found, MissingKey)
    assert "it is no text" in found.note


def test_a_file_may_begin_with_the_mark_that_editors_write(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"\xef\xbb\xbfa-key\r\n")
    assert find_key({"VAPI_API_KEY_FILE": str(file)}) == Credential("a-key")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_gives_it_as_a_shell_substitutes_one(tmp_path: Path) -> None:
    pipe = tmp_path / "key"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("a-key\n",), daemon=True)
    writer.start()
    assert find_key({"VAPI_API_KEY_FILE": str(pipe)}) == Credential("a-key")
    writer.join(10)


def test_a_file_without_end_is_not_read_to_it(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"k" * (LARGEST_KEY_FILE + 1))
    found = find_key({"VAPI_API_KEY_FILE": str(file)})
    assert isinstance(found, MissingKey)
    assert "which is no key" in found.note
