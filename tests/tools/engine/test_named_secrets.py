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
