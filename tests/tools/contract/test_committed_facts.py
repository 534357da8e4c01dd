"""The committed facts have what the API is known to have; the expectations are listed by hand."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from vapi_sessions_tools.contract.building import build_facts, contract_text

FACTS = resources.files("vapi_sessions_tools.contract").joinpath("facts.json")


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FACTS.read_text("utf-8"))["components"]["schemas"]
    return found


def test_a_session_has_every_field_and_its_pages_have_their_metadata(schemas: dict[str, Any]) -> None:
    assert set(schemas["Session"]["properties"]) == {
        *schemas["CreateSessionDTO"]["properties"],
        *("id", "orgId", "createdAt", "updatedAt", "cost", "costs", "artifact"),
    }
    assert schemas["Session"]["required"] == ["id", "orgId", "createdAt", "updatedAt"]
    assert {"totalPages", "hasNextPage", "nextCursor"} <= schemas["PaginationMeta"]["properties"].keys()
    assert schemas["PaginationMeta"]["required"] == ["itemsPerPage", "totalItems", "currentPage"]


def test_the_facts_of_both_published_states_are_united(schemas: dict[str, Any]) -> None:
    assert len(schemas) == 348
    assert "SbcConfiguration" in schemas, "only the older state has it"
    assert {"VapiModel", "VapiTranscriber", "MicrosoftVoice"} <= schemas.keys(), (
        "only the later state has them"
    )
    fields = schemas["CreateAssistantDTO"]["properties"]
    branches = {field: len(fields[field]["oneOf"]) for field in ("model", "voice", "transcriber")}
    assert branches == {"model": 17, "voice": 20, "transcriber": 14}
    assert len(fields["credentials"]["items"]["oneOf"]) == 57
    locator = schemas["ElevenLabsPronunciationDictionaryLocator"]
    assert locator["required"] == ["pronunciationDictionaryId"], "the later state requires less"
    voice = schemas["VapiVoice"]["properties"]["voiceId"]
    assert "enum" not in voice
    assert "Elliot" in voice["x-former-enum"]


def test_no_prose_is_kept() -> None:
    assert contract_text(build_facts([str(FACTS)])) == FACTS.read_text("utf-8")
