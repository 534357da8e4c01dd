"""Every published field that looks like a secret is one of the table, or is harmless for a reason."""

from __future__ import annotations

from typing import Any

import pytest

from security.planting.places import DECLARED
from security.planting.published_names import documents, telling_fields

HOLDERS = {
    *("credentials", "authenticationPlan", "authenticationSession", "gcpKey", "outboundAuthenticationPlan"),
    *("headers", "sipHeaders", "environmentVariables", "parameters"),
}
"""Objects and lists that hold secrets; what is secret in them stands in the table."""

HARMLESS = {
    "numbers of words": {
        *("maxTokens", "promptTokens", "completionTokens", "cachedPromptTokens", "reasoningTokens"),
        *("budgetTokens", "tokenCount"),
    },
    "words for speech": {"keywords", "keyterm", "keytermsPrompt", "keypadInputPlan"},
    "names of fields or of headers": {
        *("key", "headerName", "messageIdHeader", "signatureHeader", "timestampHeader", "sipDiversionHeader"),
        *("promptCacheKey", "signaturePrefix"),
    },
    "ids of what is stored elsewhere": {"credentialId", "credentialIds"},
    "switches and numbers": {
        *("bearerPrefixEnabled", "secretIsBase64", "signatureEncoding", "sipHeadersInReferToEnabled"),
        *("controlAuthenticationEnabled", "listenAuthenticationEnabled", "presignedUrlsExpiresAt"),
    },
    "addresses that are the same for everybody": {
        *("authUri", "tokenUri", "authProviderX509CertUrl", "clientX509CertUrl"),
    },
    "addresses of a person or of music": {"sipUri", "holdAudioUrl", "transferCompleteAudioUrl"},
}
"""Names that look like secrets and are none, by the reason."""

TABLE = {part.removesuffix("[]") for place in DECLARED for part in place.path.split(".")[-2:]}
DOCUMENTS = documents()


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_every_telling_field_is_in_the_table_or_harmless(document: dict[str, Any]) -> None:
    harmless = set[str]().union(*HARMLESS.values())
    found = telling_fields(document)
    assert {name: types for name, types in found.items() if name not in TABLE | HOLDERS | harmless} == {}


def test_the_rule_finds_what_is_known() -> None:
    found = telling_fields(DOCUMENTS["facts.json"])
    assert {
        "twilioAuthToken",
        "openAIKey",
        "hmacSecret",
        "presignedLogUrl",
        "headers",
        "authPassword",
    } <= set(found)
    assert sum(map(len, found.values())) > 200


def test_nothing_is_both_secret_and_harmless() -> None:
    harmless = [name for names in HARMLESS.values() for name in names]
    assert sorted(TABLE & set(harmless)) == []
    assert len(harmless) == len(set(harmless))


def test_no_harmless_name_is_there_for_nothing() -> None:
    found = set[str]().union(*(telling_fields(document) for document in DOCUMENTS.values()))
    assert sorted(set[str]().union(*HARMLESS.values(), HOLDERS) - found) == []
