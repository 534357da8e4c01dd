"""The contract's declaration at a place in the arguments, and arguments without effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from small_contract import NUMBER, TEXT, Json, array, body_contract, object_of, ref, text
from vapi_sessions_tools.engine.ignored import ignored_fields
from vapi_sessions_tools.engine.places import outline_at

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

MODEL: Json = {"assistant": {"model": {"provider": "openai", "model": "m", "tools": [{"type": "dtmf"}]}}}
NEW_MODEL: Json = {"assistant": {"model": {"provider": "new"}}}
MESSAGE: Json = {"messages": [{"role": "user", "content": "hi"}]}
ID = "0197f3c2-1111-4222-8333-444455556666"


def at(contract: Contract, path: list[str | int], arguments: Json) -> Any:
    return outline_at(contract.operations[0], contract.shapes, arguments, path)


@pytest.mark.parametrize(
    ("path", "arguments", "expected"),
    [
        (["name"], {}, "string, at most 40 characters"),
        (["status"], {}, ["active", "completed"]),
        (["assistant", "model", "temperature"], MODEL, "number, 0 to 2"),
        (["messages", 0, "content"], MESSAGE, "string, at most 10000 characters"),
        (["customer", "number"], {"customer": {}}, "string, 3 to 40 characters"),
        (["assistant", "model", "tools", 0, "type"], MODEL, ["dtmf"]),
        *((path, MESSAGE, None) for path in ([0], ["nothing"], ["name", "deeper"], ["assistant", 1])),
        *((["messages", index, "new"], MESSAGE, None) for index in (0, 9)),
    ],
)
def test_the_rule_of_a_known_place_is_found(
    contract: Contract, path: list[str | int], arguments: Json, expected: Any
) -> None:
    assert at(contract, path, arguments) == expected


def test_without_a_listed_tag_the_branches_are_listed(contract: Contract) -> None:
    without = at(contract, ["assistant", "model"], {"assistant": {"model": {}}})
    assert (without["tag"], without["branches"]["openai"]) == ("provider", "OpenAIModel")
    assert "anthropic" in at(contract, ["assistant", "model"], NEW_MODEL)["branches"]
    assert "anthropic" in at(contract, ["assistant", "model", "provider"], NEW_MODEL)
    assert "assistantId" in at(contract, [], {})["further"]


def test_a_tag_chooses_the_branch(contract: Contract) -> None:
    found = at(contract, ["assistant", "model"], MODEL)
    assert (found["type"], list(found["required"])) == ("OpenAIModel", ["provider", "model"])
    assert found["optional"]["temperature"] == "number, 0 to 2"


def test_branches_of_one_tag_are_all_listed_the_likeliest_first(contract: Contract) -> None:
    by_content = at(contract, ["messages", 0], MESSAGE)
    assert [branch["type"] for branch in by_content["any of"]] == ["ChatUserMessage", "UserMessage"]
    by_time = at(contract, ["messages", 0], {"messages": [{"role": "user", "message": "hi", "time": 1}]})
    assert [branch["type"] for branch in by_time["any of"]] == ["UserMessage", "ChatUserMessage"]


def test_fields_of_any_name_and_names_of_the_api_are_found() -> None:
    made = body_contract({"tools:append": TEXT, "headers": {"type": "object", "additionalProperties": TEXT}})
    assert at(made, ["headers", "X-Any"], {}) == "string"
    assert at(made, ["tools:append"], {}) == at(made, ["tools_append"], {}) == "string"


def test_scalars_and_lists_choose_a_branch_by_their_type() -> None:
    union = {"oneOf": [text(maxLength=3), array(ref("Item"))]}
    made = body_contract({"this": union}, {"Item": object_of({"a": NUMBER}, "a")})
    assert at(made, ["this"], {"this": "long"}) == "string, at most 3 characters"
    assert at(made, ["this", 0, "a"], {"this": [{}]}) == "number"
    both = ["string, at most 3 characters", "list of object Item"]
    assert at(made, ["this"], {"this": True}) == {"any of": both}


@pytest.mark.parametrize(
    ("arguments", "ignored"),
    [
        ({"assistantId": ID, "assistant": {}}, {"assistant": "assistantId is given, and wins"}),
        ({"squadId": ID, "squad": {"members": []}}, {"squad": "squadId is given, and wins"}),
        (
            {"phoneNumber": {"twilioAuthToken": "t", "twilioApiKey": "k"}},
            {"phoneNumber.twilioApiKey": "twilioAuthToken is given, and wins"},
        ),
        ({"assistant": {"name": "a"}}, {}),
        ({"assistantId": None, "assistant": {}}, {}),
        ({"assistantId": ID, "assistant": None}, {}),
        ({"assistantId": ID, "squad": {"members": []}}, {}),
        ({"assistant": {"model": {"provider": "unheard-of"}}, "unknown": {}}, {}),
    ],
)
def test_a_field_that_another_overrides_is_reported(
    contract: Contract, arguments: Json, ignored: Json
) -> None:
    assert ignored_fields(contract.operations[0], contract.shapes, arguments) == ignored
