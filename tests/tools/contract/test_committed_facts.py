"""The committed facts have what the API is known to have; the expectations are listed by hand."""

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


@pytest.fixture(scope="module")
def schemas(facts: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = facts["components"]["schemas"]
    return found


def test_the_five_operations_and_their_parameters_are_complete(facts: dict[str, Any]) -> None:
    operations = {
        (method, path): raw["operationId"]
        for path, item in facts["paths"].items()
        for method, raw in item.items()
    }
    assert operations == OPERATIONS
    names = [parameter["name"] for parameter in facts["paths"]["/session"]["get"]["parameters"]]
    assert sorted(names) == sorted([*LIST_PARAMETERS, "name"]), "the API declares name twice"


def test_the_bodies_and_the_response_have_every_field_with_its_limits(schemas: dict[str, Any]) -> None:
    create = schemas["CreateSessionDTO"]["properties"]
    assert set(create) == CREATE_FIELDS
    assert create["name"]["maxLength"] == 40
    assert create["status"]["enum"] == ["active", "completed"]
    assert (create["expirationSeconds"]["minimum"], create["expirationSeconds"]["maximum"]) == (60, 2592000)
    assert "required" not in schemas["CreateSessionDTO"]
    update = {"name", "status", "expirationSeconds", "messages"}
    assert set(schemas["UpdateSessionDTO"]["properties"]) == update
    assert set(schemas["Session"]["properties"]) == SESSION_FIELDS
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


def test_no_prose_is_kept(facts: dict[str, Any]) -> None:
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
