"""A secret in a text is known by the name that stands before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.engine.named_secrets import without_named
from vapi_sessions_tools.engine.secret_policy import SecretNames

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

SECRET = "S3CRET0003zzTOP"


@pytest.mark.parametrize(
    "text",
    [
        f'Invalid body {{"apiKey":"{SECRET}"}}',
        f"got {{'authToken': '{SECRET}'}}",
        f"Authorization: Bearer {SECRET}",
        f"the header was Bearer {SECRET}",
        f"api_key={SECRET}&x=1",
        f"password: {SECRET}, and more",
        f"Error: apiKey={SECRET}",
        f"headers: X-Api-Key={SECRET}",
        f"details: authToken:{SECRET}",
        f"POST https://h.example/x?token={SECRET} failed",
        f"error=invalid_request&client_secret={SECRET}",
        f'apiKey: "{SECRET}"',
        f"apiKey='{SECRET}'",
        f'{{"apiKey":"{SECRET} cut',
        f'{{\\"apiKey\\": \\"{SECRET}\\"}}',
        f"authorization: Token {SECRET}",
        f"secret => {SECRET}",
        f"Incorrect API key provided: sk-{SECRET}",
        f"https://user:{SECRET}@host.example",
        f"cookie: a=1; session={SECRET}",
    ],
)
def test_it_goes(contract: Contract, text: str) -> None:
    told = without_named(SecretNames(contract.secrets), {"a": [text, 1]})
    assert SECRET not in str(told)
    assert "redacted" in str(told)


@pytest.mark.parametrize(
    "text",
    [
        "token must be a string",
        "maxTokens: 1234567890",
        "name: somebody",
        '"model": "gpt-5-and-more"',
        "key: abcdefgh",
    ],
)
def test_ordinary_words_stay(contract: Contract, text: str) -> None:
    assert without_named(SecretNames(contract.secrets), text) == text


@pytest.mark.parametrize("piece", ["token:", "a:", "-a", "token=' ", '"', "x" * 100 + ":", "https://a:b"])
def test_long_texts_are_read_in_no_time(contract: Contract, piece: str) -> None:
    assert without_named(SecretNames(contract.secrets), piece * (300_000 // len(piece)))
