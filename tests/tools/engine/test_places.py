"""What the contract knows of a place in the arguments, whoever names the place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from small_contract import body_contract, only_operation, ref
from vapi_sessions_tools.engine.places import outline_at

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

Json = dict[str, Any]
MODEL: Json = {"assistant": {"model": {"provider": "openai", "model": "m", "tools": [{"type": "dtmf"}]}}}


def at(contract: Contract, path: list[str | int], arguments: Json) -> Any:
    operation = contract.operations[0]
    return outline_at(operation, contract.shapes, arguments, path)


@pytest.mark.parametrize(
    ("path", "arguments", "told"),
    [
        (["name"], {}, "string, at most 40 characters"),
        (["status"], {}, ["active", "completed"]),
        (["assistant", "model", "temperature"], MODEL, "number, 0 to 2"),
        (["messages", 0, "content"], {"messages": [{"role": "user"}]}, "string, at most 10000 characters"),
        (["customer", "number"], {"customer": {}}, "string, 3 to 40 characters"),
        (["assistant", "model", "tools", 0, "type"], MODEL, ["dtmf"]),
    ],
)
def test_a_known_place_is_told(contract: Contract, path: list[str | int], arguments: Json, told: Any) -> None:
    assert at(contract, path, arguments) == told


def test_of_an_object_without_its_tag_the_branches_are_told(contract: Contract) -> None:
    told = at(contract, ["assistant", "model"], {"assistant": {"model": {}}})
    assert told["tag"] == "provider"
    assert told["branches"]["openai"] == "OpenAIModel"


def test_a_tag_that_no_branch_lists_is_told_the_listed_ones(contract: Contract) -> None:
    arguments = {"assistant": {"model": {"provider": "new"}}}
    assert "anthropic" in at(contract, ["assistant", "model", "provider"], arguments)
    assert "anthropic" in at(contract, ["assistant", "model"], arguments)["branches"]


def test_a_tag_chooses_the_branch_whose_fields_are_told(contract: Contract) -> None:
    told = at(contract, ["assistant", "model"], MODEL)
    assert told["type"] == "OpenAIModel"
    assert list(told["required"]) == ["provider", "model"]
    assert told["optional"]["temperature"] == "number, 0 to 2"


def test_where_a_tag_leaves_several_branches_all_are_told_the_likeliest_first(contract: Contract) -> None:
    by_content = at(contract, ["messages", 0], {"messages": [{"role": "user", "content": "hi"}]})
    assert [branch["type"] for branch in by_content["any of"]] == ["ChatUserMessage", "UserMessage"]
    by_time = at(contract, ["messages", 0], {"messages": [{"role": "user", "message": "hi", "time": 1}]})
    assert [branch["type"] for branch in by_time["any of"]] == ["UserMessage", "ChatUserMessage"]


def test_a_field_of_any_name_is_told_by_the_rule_for_all_of_them() -> None:
    fields = {"headers": {"type": "object", "additionalProperties": {"type": "string"}}}
    assert at(body_contract(fields), ["headers", "X-Any"], {}) == "string"


def test_a_place_is_found_by_the_name_that_the_api_uses() -> None:
    made = body_contract({"tools:append": {"type": "string"}})
    assert only_operation(made).arguments[0].name != "tools:append"
    assert at(made, ["tools:append"], {}) == "string"


def test_scalars_and_lists_choose_a_branch_by_their_kind() -> None:
    item = {"type": "object", "required": ["a"], "properties": {"a": {"type": "number"}}}
    union = {"oneOf": [{"type": "string", "maxLength": 3}, {"type": "array", "items": ref("Item")}]}
    made = body_contract({"this": union}, {"Item": item})
    assert at(made, ["this"], {"this": "long"}) == "string, at most 3 characters"
    assert at(made, ["this", 0, "a"], {"this": [{}]}) == "number"
    assert at(made, ["this"], {"this": True}) == {
        "any of": ["string, at most 3 characters", "list of object Item"]
    }


@pytest.mark.parametrize(
    "path",
    [
        ["nothing"],
        ["name", "deeper"],
        ["messages", 0, "new"],
        ["messages", 9, "new"],
        [0],
        ["assistant", 1],
    ],
)
def test_of_an_unknown_place_nothing_is_told(contract: Contract, path: list[str | int]) -> None:
    assert at(contract, path, {"messages": [{"role": "user", "content": "hi"}]}) is None


def test_of_all_arguments_their_names_are_told(contract: Contract) -> None:
    assert "assistantId" in at(contract, [], {})["further"]
