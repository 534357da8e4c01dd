"""A secret whose value is known goes from any text, however a program wrote it there."""

from __future__ import annotations

import html
import json
import time
from urllib.parse import quote, quote_plus

import pytest

from vapi_sessions_tools.engine.known_secrets import LONGEST_TEXT, MOST_SECRETS, KnownSecrets
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


def test_text_is_hidden_where_more_secrets_are_known_than_can_be_looked_for() -> None:
    known = KnownSecrets([f"secret-{number}" for number in range(MOST_SECRETS + 1)])
    assert known.out_of({"message": "it holds secret-7"}) == {REDACTED: REDACTED}
    assert KnownSecrets(["x" * 9_000 + str(number) for number in range(20)]).out_of("words") == REDACTED


def test_a_long_secret_is_known_by_its_beginning() -> None:
    secret = "0123456789" * LONGEST_TEXT
    assert KnownSecrets([secret]).out_of(f"wrong: {secret[:LONGEST_TEXT]}") == f"wrong: {REDACTED}"


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("a" * 9_999 + "b", "a" * 10_000 + "..."),  # a beginning at every place
        ("abcdef" + "x" * 9_000, "abcdef" * 1_500 + "..."),  # a place to look at every few characters
        ("abcdefgh", "abcdefg..." * 100_000),  # many cuts
    ],
)
def test_looking_for_a_cut_secret_takes_bounded_time_and_shows_no_part_of_it(secret: str, text: str) -> None:
    started = time.process_time()
    shown = KnownSecrets([secret, *(f"{secret[:30]}{number}" for number in range(20))]).out_of(text)
    assert time.process_time() - started < 1
    assert secret[:7] not in shown
