"""A tool's input schema shows a model what matters, in a form that every client takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from portability import compact, name_faults, schema_faults, tokens
from small_contract import Json, body_contract, coerced, only_operation, query_contract, ref
from vapi_sessions_tools.engine.input_schema import input_schema

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "number"}
ANYTHING: Json = {}


def shown(contract: Contract) -> Json:
    schema = input_schema(only_operation(contract), contract.shapes)
    assert schema_faults(schema) == []
    return schema


def field(schema: Json, **schemas: Json) -> Json:
    found: Json = shown(body_contract({"it": schema}, schemas))["properties"]["it"]
    return found


@pytest.mark.parametrize(
    ("schema", "portable"),
    [
        ({**TEXT, "maxLength": 40, "pattern": "^a", "format": "uuid"}, {**TEXT, "maxLength": 40}),
        ({**TEXT, "nullable": True, "default": "a"}, TEXT),
        ({**TEXT, "enum": ["a", "b", "a", None]}, {**TEXT, "enum": ["a", "b"]}),
        ({**TEXT, "enum": []}, TEXT),
        ({**TEXT, "enum": [1, "a"]}, {**TEXT, "enum": ["a"]}),
        ({**NUMBER, "enum": [1, 2], "minimum": 1}, {**NUMBER, "enum": [1, 2], "minimum": 1}),
        ({"type": "boolean", "enum": [True]}, {"type": "boolean"}),
        (ANYTHING, {"type": "object"}),
        ({"type": "object"}, {"type": "object"}),
        ({"type": "object", "enum": ["fixed"]}, {**TEXT, "enum": ["fixed"]}),
        ({"type": "object", "additionalProperties": TEXT}, {"type": "object"}),
        ({"type": "array"}, {"type": "array", "items": {"type": "object"}}),
        (
            {"type": "array", "enum": ["a"], "items": TEXT, "maxItems": 2},
            {"type": "array", "maxItems": 2, "items": {**TEXT, "enum": ["a"]}},
        ),
        ({"oneOf": [TEXT, NUMBER]}, TEXT),
        ({"oneOf": [NUMBER, {"type": "boolean"}]}, NUMBER),
        ({"oneOf": [{"type": "array", "items": NUMBER}]}, {"type": "array", "items": TEXT}),
        ({"oneOf": [{**TEXT, "enum": ["a"]}, TEXT]}, TEXT),
        ({"oneOf": [ANYTHING]}, TEXT),
    ],
)
def test_whatever_the_document_says_one_type_is_shown(schema: Json, portable: Json) -> None:
    assert field(schema) == portable


def test_a_long_vocabulary_is_not_shown_but_a_closed_one_is() -> None:
    many = [f"model-{number}" for number in range(20)]
    assert field({**TEXT, "enum": many}) == TEXT
    assert field({**TEXT, "enum": many, "x-closed-enum": True}) == {**TEXT, "enum": many}


def test_words_are_shown_on_one_line_and_only_short_ones_within() -> None:
    inner = {"type": "object", "properties": {"a": {**TEXT, "description": "short\n words"}}}
    assert field({**inner, "description": "The  outer"}) == {
        "type": "object",
        "properties": {"a": {**TEXT, "description": "short words"}},
        "description": "The outer",
    }
    long = {"type": "object", "properties": {"a": {**TEXT, "description": "word " * 30}}}
    assert field(long)["properties"]["a"] == TEXT


def test_a_short_object_is_shown_whole_and_a_long_one_by_its_fields_names() -> None:
    small = {"type": "object", "properties": {"a": TEXT, "b": NUMBER}, "required": ["a"]}
    assert field(small) == small
    many = {
        "type": "object",
        "properties": {f"field{n:02}": TEXT for n in range(40)},
        "required": ["field07"],
    }
    names = "field07 (required), " + ", ".join(f"field{n:02}" for n in range(12) if n != 7)
    assert field(many) == {"type": "object", "description": f"Fields: {names}, ..."}
    assert field({**many, "description": "Big."})["description"] == f"Big. Fields: {names}, ..."


def test_what_is_to_be_shown_can_be_chosen() -> None:
    fields = {"a": TEXT, "tools:append": TEXT, "secret": TEXT}
    schema: Json = {"type": "object", "properties": fields, "required": ["a", "secret"]}
    assert field({**schema, "x-show": ["tools:append", "a", "missing"]}) == {
        "type": "object",
        "properties": {"tools_append": TEXT, "a": TEXT},
        "required": ["a"],
    }
    assert field({**schema, "x-show": [], "description": "Ours"}) == {"type": "object", "description": "Ours"}
    assert field({"type": "array", "items": schema, "x-show": []})["items"] == {"type": "object"}


def test_a_key_means_the_same_shown_in_part_and_sent() -> None:
    both = {"type": "object", "properties": {"a_b": NUMBER, "a:b": TEXT}, "x-show": ["a:b"]}
    (key,) = field(both)["properties"]
    assert coerced(body_contract({"it": both}), {"it": {key: "5"}}) == {"it": {"a:b": "5"}}


def test_a_union_of_objects_shows_its_tag_with_all_values_then_every_field() -> None:
    def branch(kind: str, **fields: Json) -> Json:
        properties = {**fields, "kind": {**TEXT, "enum": [kind]}}
        return {"type": "object", "properties": properties, "required": ["kind", *fields]}

    assert field({"oneOf": [branch("a", x=TEXT), branch("b", y=NUMBER)]}) == {
        "type": "object",
        "properties": {"kind": {**TEXT, "enum": ["a", "b"]}, "x": TEXT, "y": NUMBER},
        "required": ["kind"],
    }


def test_objects_without_a_tag_show_the_fields_of_all() -> None:
    one: Json = {"type": "object", "properties": {"x": TEXT}, "required": ["x"]}
    two: Json = {"type": "object", "properties": {"y": TEXT}}
    assert field({"oneOf": [one, two, TEXT]}) == {"type": "object", "properties": {"x": TEXT, "y": TEXT}}


def test_a_cycle_is_shown_as_deep_as_it_is_of_use() -> None:
    node: Json = {"type": "object", "properties": {"next": ref("Node")}}
    level = field(ref("Node"), Node=node)
    for _ in range(4):
        level = level["properties"]["next"]
    assert level == {"type": "object"}


def lists(levels: int) -> Json:
    return {"type": "array", "items": lists(levels - 1) if levels else TEXT}


@pytest.mark.parametrize("schema", [lists(1), lists(9), {**lists(3), "x-show": []}])
def test_every_array_has_items_however_deep(schema: Json) -> None:
    assert field(schema)["items"]["type"] == "array"


def test_a_long_list_of_lists_has_items_too() -> None:
    wide = {"type": "object", "properties": {f"field{n}": TEXT for n in range(30)}}
    assert field({"type": "array", "items": {"type": "array", "items": wide}})["type"] == "array"


def test_required_arguments_and_the_query_are_shown() -> None:
    schema = shown(body_contract({"a": TEXT, "b": TEXT}, required=("a",)))
    assert schema["required"] == ["a"]
    assert list(schema["properties"]) == ["a", "b", "query"]
    assert "required" not in shown(query_contract({"name": "a", "schema": TEXT}))


KEYWORDS = ("properties", "required", "items", "enum", "format", "pattern", "oneOf", "$ref", "type", "not")


def nasty() -> Contract:
    """A document that has everything which some client does not take."""
    words = dict.fromkeys(KEYWORDS, TEXT)
    fields: dict[str, Json] = {
        **words,
        "tools:append": {"type": "array"},
        "2fa": {"type": "object", "properties": {"a b": lists(7), "größe": {"enum": []}, "": NUMBER}},
        "x" * 90: {**TEXT, "enum": ["a", "a", None]},
        "x" * 91: {"allOf": [ref("Node")], "nullable": True},
        "union": {"oneOf": [ref("Node"), TEXT, {"type": "array", "items": {}}, ref("Tagged")]},
        "tagged": {"anyOf": [ref("Tagged"), ref("Node")]},
        "map": {"type": "object", "additionalProperties": ref("Node")},
        "any": {"type": "object", "enum": [1, {"a": 1}, "b", "b"]},
        "listed": {"type": "array", "enum": ["a", "a"], "items": TEXT},
    }
    node = {"type": "object", "properties": {**words, "next:": ref("Node"), "all": ref("Tagged")}}
    tag = {"@type": {**TEXT, "enum": ["a", "a"]}, "node": ref("Node")}
    tagged = {"type": "object", "properties": tag, "required": ["@type", "undeclared"]}
    return body_contract(fields, {"Node": node, "Tagged": tagged}, required=("tools:append", "missing"))


def test_the_nastiest_document_gives_a_portable_tool() -> None:
    contract = nasty()
    operation = only_operation(contract)
    assert name_faults(operation.tool) == []
    assert schema_faults(input_schema(operation, contract.shapes)) == []


def offered(contract: Contract) -> list[dict[str, Any]]:
    return [
        {
            "name": operation.tool,
            "description": operation.description,
            "inputSchema": input_schema(operation, contract.shapes),
        }
        for operation in contract.operations
    ]


def test_the_five_tools_are_portable(contract: Contract) -> None:
    for tool in offered(contract):
        assert name_faults(tool["name"]) == []
        assert schema_faults(tool["inputSchema"]) == []
        assert len(tool["description"]) <= 2_000


def test_the_five_tools_stay_within_their_budget(contract: Contract) -> None:
    text = compact(offered(contract))
    assert len(text.encode()) <= 9_000
    assert tokens(text) <= 2_000


def test_the_five_tools_show_the_roles_and_states_that_exist(contract: Contract) -> None:
    create = offered(contract)[0]["inputSchema"]["properties"]
    assert create["status"]["enum"] == ["active", "completed"]
    message = create["messages"]["items"]
    assert message["required"] == ["role"]
    assert list(message["properties"]) == ["role", "content", "name", "tool_call_id", "tool_calls"]
