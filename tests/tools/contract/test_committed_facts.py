"""The committed facts hold what the API is known to have; the expectations are listed here by hand."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.engine.facts import PROSE

if TYPE_CHECKING:
    from collections.abc import Iterator

OPERATIONS = {
    ("post", "/session"): "SessionController_create",
    ("get", "/session"): "SessionController_findAllPaginated",
    ("get", "/session/{id}"): "SessionController_findOne",
    ("patch", "/session/{id}"): "SessionController_update",
    ("delete", "/session/{id}"): "SessionController_remove",
}
LIST_PARAMETERS = {
    *("id", "idAny", "name", "assistantId", "assistantIdAny", "squadId", "workflowId"),
    *("numberE164CheckEnabled", "extension", "assistantOverrides", "squadOverrides", "number", "sipUri"),
    *("email", "externalId", "customerNumberAny", "phoneNumberId", "phoneNumberIdAny"),
    *("page", "sortOrder", "sortBy", "limit"),
    *("createdAtGt", "createdAtLt", "createdAtGe", "createdAtLe"),
    *("updatedAtGt", "updatedAtLt", "updatedAtGe", "updatedAtLe"),
}
CREATE_FIELDS = {
    *("name", "status", "expirationSeconds", "assistantId", "assistant", "assistantOverrides"),
    *("squadId", "squad", "messages", "customer", "customerId", "phoneNumberId", "phoneNumber"),
}
SESSION_FIELDS = CREATE_FIELDS | {"id", "orgId", "createdAt", "updatedAt", "cost", "costs", "artifact"}


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    text = resources.files("vapi_sessions_tools.contract").joinpath("facts.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def schema(facts: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = facts["components"]["schemas"][name]
    return found


def test_the_five_operations_are_there_and_no_other(facts: dict[str, Any]) -> None:
    found = {
        (method, path): raw["operationId"]
        for path, item in facts["paths"].items()
        for method, raw in item.items()
    }
    assert found == OPERATIONS


def test_the_list_has_every_parameter_and_name_twice(facts: dict[str, Any]) -> None:
    names = [parameter["name"] for parameter in facts["paths"]["/session"]["get"]["parameters"]]
    assert set(names) == LIST_PARAMETERS
    assert len(names) == len(LIST_PARAMETERS) + 1
    assert names.count("name") == 2


def test_the_bodies_and_the_answer_have_every_field(facts: dict[str, Any]) -> None:
    assert set(schema(facts, "CreateSessionDTO")["properties"]) == CREATE_FIELDS
    assert set(schema(facts, "UpdateSessionDTO")["properties"]) == {
        *("name", "status", "expirationSeconds", "messages")
    }
    assert set(schema(facts, "Session")["properties"]) == SESSION_FIELDS
    assert set(schema(facts, "PaginationMeta")["properties"]) >= {
        *("itemsPerPage", "totalItems", "currentPage", "totalPages", "hasNextPage", "nextCursor", "sortOrder")
    }


def test_limits_enums_and_required_are_facts(facts: dict[str, Any]) -> None:
    create = schema(facts, "CreateSessionDTO")["properties"]
    assert create["name"]["maxLength"] == 40
    assert create["status"]["enum"] == ["active", "completed"]
    assert (create["expirationSeconds"]["minimum"], create["expirationSeconds"]["maximum"]) == (60, 2592000)
    assert schema(facts, "Session")["required"] == ["id", "orgId", "createdAt", "updatedAt"]
    assert schema(facts, "PaginationMeta")["required"] == ["itemsPerPage", "totalItems", "currentPage"]
    assert "required" not in schema(facts, "CreateSessionDTO")


def test_both_states_are_in_it(facts: dict[str, Any]) -> None:
    schemas = facts["components"]["schemas"]
    assert len(schemas) == 348
    assert "SbcConfiguration" in schemas, "only the older state has it"
    assert {"VapiModel", "VapiTranscriber", "MicrosoftVoice"} <= schemas.keys(), (
        "only the later state has them"
    )
    branches = {
        field: len(schema(facts, "CreateAssistantDTO")["properties"][field]["oneOf"])
        for field in ("model", "voice", "transcriber")
    }
    assert branches == {"model": 17, "voice": 20, "transcriber": 14}
    assert len(schema(facts, "CreateAssistantDTO")["properties"]["credentials"]["items"]["oneOf"]) == 57


def test_what_a_later_state_loosened_is_loose(facts: dict[str, Any]) -> None:
    locator = schema(facts, "ElevenLabsPronunciationDictionaryLocator")
    assert locator["required"] == ["pronunciationDictionaryId"]
    assert schema(facts, "CustomerSpeechTimeoutOptions")["properties"]["triggerResetMode"]["type"] == "string"


def test_a_vocabulary_that_lost_its_rule_is_remembered_without_it(facts: dict[str, Any]) -> None:
    voice = schema(facts, "VapiVoice")["properties"]["voiceId"]
    assert "enum" not in voice
    assert "Elliot" in voice["x-former-enum"]


def test_no_prose_survives(facts: dict[str, Any]) -> None:
    assert [place for place in _keywords(facts, "") if place.rsplit("/", 1)[-1] in PROSE] == []


def _keywords(node: Any, path: str) -> Iterator[str]:
    """Yield the place of every key that is a keyword, not a name that the API chose."""
    if isinstance(node, dict):
        named = path.endswith(("/properties", "/schemas", "/mapping", "/paths"))
        for key, value in node.items():  # pyright: ignore[reportUnknownVariableType]
            if not named:
                yield f"{path}/{key}"
            yield from _keywords(value, f"{path}/{key}" if not named else f"{path}/{key}/.")
    elif isinstance(node, list):
        for value in node:  # pyright: ignore[reportUnknownVariableType]
            yield from _keywords(value, f"{path}/.")
