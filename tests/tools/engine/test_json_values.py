"""JSON values: their depth, how they are written, and characters that are not seen in them."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapi_sessions_tools.engine.invisible import escape_invisible, strip_invisible
from vapi_sessions_tools.engine.json_values import (
    children,
    compact,
    count_in_text,
    deeper_than,
    most_in_text,
    result_text,
    size,
)


def test_children_are_the_direct_values_of_an_object_or_a_list() -> None:
    assert children({"a": 1, "b": [2]}) == [1, [2]]
    assert children([1, {"a": 2}]) == [1, {"a": 2}]
    assert children("abc") == []


def test_depth_is_counted_in_levels() -> None:
    assert not deeper_than([[1]], 3)
    assert deeper_than([[1]], 2)
    assert not deeper_than("a", 1)
    assert deeper_than({"a": {"b": {"c": 1}}}, 3)


@pytest.mark.parametrize("text", ['{"a": [1, ",,[{"], "b": {}}', b'{"a": [1, ",,[{"], "b": {}}'])
def test_values_in_a_text_are_counted_without_parsing_it(text: str | bytes) -> None:
    assert most_in_text(text) == count_in_text(text, 10) == 10
    assert count_in_text(text, 9) == 7  # what stands in strings separates nothing
    assert count_in_text(text, 3) == 4


@pytest.mark.parametrize(
    "character",
    [
        *("\u200b", "\u202e", "\U000e0041", "\u2028", "\x1b"),
        *("\u034f", "\ufe0f", "\U000e0100", "\u115f", "\u3164", "\uffa0", "\u17b4"),  # marks and fillers
    ],
)
def test_a_character_that_is_not_seen_is_removed_and_counted(character: str) -> None:
    assert strip_invisible(f"a{character}b{character}") == ("ab", 2)
    assert character not in result_text({"text": character})


@pytest.mark.parametrize(
    "text", ["a b\tc\nd", "Zoë", "日本語", "مرحبا", "\u00a0", "\u3000", "e\u0301", "👍🏽"]
)
def test_visible_text_does_not_change(text: str) -> None:
    assert strip_invisible(text) == (text, 0)
    assert escape_invisible(text) == text


def test_every_control_and_format_character_without_a_glyph_is_removed() -> None:
    signs = ("ARABIC", "SYRIAC", "KAITHI")  # format characters that are drawn, around numbers
    for code in range(0x110000):
        character = chr(code)
        if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") and character not in "\n\t":
            drawn = unicodedata.name(character, "").startswith(signs) and character != "\u061c"
            assert strip_invisible(character)[1] == (not drawn), hex(code)


@given(st.text())
def test_escaping_does_not_change_the_value(text: str) -> None:
    value = {"text": text, text: [text]}
    written = result_text(value)
    assert json.loads(written) == value
    assert strip_invisible(written) == (written, 0)
    assert size(value) == len(written.encode())


def test_only_results_are_escaped() -> None:
    texts = ["👨\u200d👧", "می\u200cروم", "\U000e0041"]
    assert result_text(texts) == '["👨\\u200d👧","می\\u200cروم","\\udb40\\udc41"]'
    assert compact(texts) == json.dumps(texts, ensure_ascii=False, separators=(",", ":"))


def test_size_is_the_bytes_of_compact_json() -> None:
    assert size({"a": ["ä", 1]}) == len('{"a":["ä",1]}'.encode())
    assert size("\ud800") == 3
