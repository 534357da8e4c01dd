"""What is not seen is taken out of texts, and written so that it is seen in JSON."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapi_sessions_tools.engine.invisible import escape_invisible, strip_invisible
from vapi_sessions_tools.engine.json_values import compact, result_text, size

FAMILY = "👨\u200d👩\u200d👧"
PERSIAN = "می\u200cروم"


@pytest.mark.parametrize(
    "character",
    [
        *("\u200b", "\u200c", "\u200d", "\ufeff", "\u2060", "\u00ad", "\u034f", "\u180e"),  # of no width
        *("\u202a", "\u202e", "\u2066", "\u2069", "\u200e", "\u061c"),  # direction
        *("\ufe0f", "\ufe00", "\U000e0100"),  # variation selectors
        *("\U000e0001", "\U000e0041", "\U000e007f"),  # tags
        *("\u115f", "\u3164", "\uffa0", "\u17b4"),  # fillers
        *("\u2028", "\u2029", "\x85", "\r", "\x00", "\x1b", "\x7f", "\x9f", "\ufff9", "\U00013430"),
    ],
)
def test_what_is_not_seen_is_taken_out_and_counted(character: str) -> None:
    assert strip_invisible(f"a{character}b{character}") == ("ab", 2)
    assert character not in result_text({"text": character})


@pytest.mark.parametrize(
    "text", ["a b\tc\nd", "Zoë", "日本語", "مرحبا", "\u00a0", "\u3000", "e\u0301", "👍🏽"]
)
def test_what_is_seen_stays(text: str) -> None:
    assert strip_invisible(text) == (text, 0)
    assert escape_invisible(text) == text


def test_every_control_and_format_character_without_a_glyph_is_known() -> None:
    shown = {"\n", "\t"}
    signs = ("ARABIC", "SYRIAC", "KAITHI")  # format characters that are drawn, around numbers
    for code in range(0x110000):
        character = chr(code)
        if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") and character not in shown:
            drawn = unicodedata.name(character, "").startswith(signs) and character != "\u061c"
            assert strip_invisible(character)[1] == (not drawn), hex(code)


@given(st.text())
def test_escaping_leaves_the_value_as_it_is(text: str) -> None:
    value = {"text": text, text: [text]}
    written = result_text(value)
    assert json.loads(written) == value
    assert strip_invisible(written) == (written, 0)
    assert size(value) == len(written.encode())


def test_emoji_and_persian_can_be_written_back_as_they_were() -> None:
    written = result_text([FAMILY, PERSIAN])
    assert written == '["👨\\u200d👩\\u200d👧","می\\u200cروم"]'
    assert json.loads(written) == [FAMILY, PERSIAN]


def test_beyond_the_basic_plane_two_units_are_written() -> None:
    assert result_text("\U000e0041") == '"\\udb40\\udc41"'


def test_what_is_sent_to_the_api_is_not_escaped() -> None:
    assert compact(FAMILY) == f'"{FAMILY}"'
