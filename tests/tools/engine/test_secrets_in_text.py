"""Secrets in free text: known values however they are written, and values after the name of a secret."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest

from vapi_sessions_tools.engine.known_secrets import LONGEST_TEXT, MOST_SECRETS, KnownSecrets
from vapi_sessions_tools.engine.named_secrets import without_named
from vapi_sessions_tools.engine.placeholder import REDACTED, cut
from vapi_sessions_tools.engine.secret_policy import SecretNames

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

ODD = '"core"é <b>/x & \\y\'z +'
WRITINGS = [
    *(
        ODD,
        json.dumps(ODD),
        json.dumps(ODD, ensure_ascii=False),
        html.escape(ODD),
        html.escape(ODD, quote=False),
    ),
    *(
        quote(ODD),
        quote(ODD, safe=""),
        quote_plus(ODD),
        repr(ODD),
        repr(ODD.encode()),
        repr(bytearray(ODD.encode())),
    ),
]
NAMED = "S3CRET0003zzTOP"


@pytest.mark.parametrize("written", WRITINGS)
def test_a_known_secret_is_redacted_in_any_notation(written: str) -> None:
    shown = KnownSecrets([ODD]).out_of(f"wrong: {written}!")
    assert REDACTED in shown
    assert "core" not in shown


@pytest.mark.parametrize("length", [6, 20])
@pytest.mark.parametrize("mark", ["...", "…[+9 characters]"])
def test_the_beginning_of_a_truncated_secret_is_redacted(length: int, mark: str) -> None:
    secret = "sk-live-0123456789abcdef"
    shown = KnownSecrets([secret]).out_of(f"name {secret[:length]}{mark} is wrong")
    assert shown == f"name {REDACTED}{mark} is wrong"


@pytest.mark.parametrize(
    ("secret", "text"), [("sk-live-0123", cut("a long text", 6)), ("short", "a short word")]
)
def test_other_text_and_short_values_are_not_redacted(secret: str, text: str) -> None:
    assert KnownSecrets([secret]).out_of(text) == text


def test_no_text_is_shown_where_there_are_too_many_secrets() -> None:
    known = KnownSecrets([f"secret-{number}" for number in range(MOST_SECRETS + 1)])
    assert known.out_of({"message": "it holds secret-7"}) == {REDACTED: REDACTED}
    assert KnownSecrets(["x" * 9_000 + str(number) for number in range(20)]).out_of("words") == REDACTED


def test_a_long_secret_is_found_by_its_beginning() -> None:
    secret = "0123456789" * LONGEST_TEXT
    assert KnownSecrets([secret]).out_of(f"wrong: {secret[:LONGEST_TEXT]}") == f"wrong: {REDACTED}"


def test_the_search_for_truncated_secrets_is_bounded_and_redacts_what_it_does_not_look_at() -> None:
    many_places = KnownSecrets(["abcdef" + "x" * 9_000]).out_of("abcdef" * 1_500 + "...")
    assert many_places == "abcdef" * 50 + REDACTED + "..."
    many_cuts = KnownSecrets(["abcdefgh"]).out_of("abcdefg..." * 100_000)
    assert many_cuts.count("...") == 20_000
    assert "abcdefg" not in many_cuts


@pytest.mark.parametrize(
    "text",
    [
        'Invalid body {"apiKey":"SECRET"}',
        "got {'authToken': 'SECRET'}",
        "Authorization: Bearer SECRET",
        "the header was Bearer SECRET",
        "api_key=SECRET&x=1",
        "password: SECRET, and more",
        "Error: apiKey=SECRET",
        "headers: X-Api-Key=SECRET",
        "details: authToken:SECRET",
        "POST https://h.example/x?token=SECRET failed",
        "error=invalid_request&client_secret=SECRET",
        "apiKey='SECRET'",
        '{"apiKey":"SECRET cut',
        '{\\"apiKey\\": \\"SECRET\\"}',
        "authorization: Token SECRET",
        "secret => SECRET",
        "Incorrect API key provided: sk-SECRET",
        "https://user:SECRET@host.example",
        "cookie: a=1; session=SECRET",
    ],
)
def test_the_value_after_the_name_of_a_secret_is_redacted(contract: Contract, text: str) -> None:
    shown = str(without_named(SecretNames(contract.secrets), {"a": [text.replace("SECRET", NAMED), 1]}))
    assert NAMED not in shown
    assert "redacted" in shown


@pytest.mark.parametrize(
    "text",
    [
        "token must be a string",
        "maxTokens: 1234567890",
        '"model": "gpt-5-and-more"',
        "key: abcdefgh",
        "token:",
        "cookie:",
    ],
)
def test_ordinary_words_are_not_redacted(contract: Contract, text: str) -> None:
    assert without_named(SecretNames(contract.secrets), text) == text


@pytest.mark.timeout(60)  # a search that goes back over the text would take hours
@pytest.mark.parametrize("piece", ["token:", "a:", "-a", "token=' ", '"', "x" * 100 + ":", "https://a:b"])
def test_a_long_text_is_searched_once(contract: Contract, piece: str) -> None:
    assert without_named(SecretNames(contract.secrets), piece * (300_000 // len(piece)))
