"""A secret whose value is known goes from any text, however a program wrote it there."""

from __future__ import annotations

import html
import json
from urllib.parse import quote, quote_plus

import pytest

from vapi_sessions_tools.engine.known_secrets import KnownSecrets
from vapi_sessions_tools.engine.placeholder import REDACTED, cut

SECRET = '"core"é <b>/x & \\y\'z +'


WRITINGS = [
    SECRET,
    json.dumps(SECRET),
    json.dumps(SECRET, ensure_ascii=False),
    html.escape(SECRET),
    html.escape(SECRET, quote=False),
    quote(SECRET),
    quote(SECRET, safe=""),
    quote_plus(SECRET),
    repr(SECRET),
    repr(SECRET.encode()),
    repr(bytearray(SECRET.encode())),
]


@pytest.mark.parametrize("written", WRITINGS)
def test_a_secret_is_known_in_any_writing(written: str) -> None:
    said = KnownSecrets([SECRET]).out_of(f"wrong: {written}!")
    assert REDACTED in said
    assert "core" not in said


@pytest.mark.parametrize("length", [6, 9, 20])
@pytest.mark.parametrize("mark", ["...", "…[+9 characters]"])
def test_the_beginning_of_a_secret_that_was_cut_off_goes(length: int, mark: str) -> None:
    secret = "sk-live-0123456789abcdef"
    assert KnownSecrets([secret]).out_of(f"name {secret[:length]}{mark} is wrong") == (
        f"name {REDACTED}{mark} is wrong"
    )


def test_what_is_cut_for_another_reason_stays() -> None:
    assert KnownSecrets(["sk-live-0123"]).out_of(cut("a long text", 6)) == "a long…[+5 characters]"


def test_names_and_lists_are_looked_into() -> None:
    known = KnownSecrets(["secret"])
    assert known.out_of({"a secret": ["secret", 1, None, {"b": ("secret",)}]}) == {
        f"a {REDACTED}": [REDACTED, 1, None, {"b": [REDACTED]}]
    }


def test_a_value_too_short_to_be_told_from_words_stays() -> None:
    assert KnownSecrets(["short"]).out_of("a short word") == "a short word"
