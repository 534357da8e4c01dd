"""A tool's input schema shows a model what matters, in a form that every client accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portability import compact, schema_faults, tokens
from small_contract import (
    Json,
    array,
    body_contract,
    coerced,
    number,
    object_of,
    only_operation,
    query_contract,
    ref,
    tagged,
    text,
)
from vapi_sessions_tools.engine.input_schema import input_schema

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract


def shown(contract: Contract) -> Json:
    schema = input_schema(only_operation(contract), contract.shapes)
    assert schema_faults(schema) == []
    return schema


def field(schema: Json, **schemas: Json) -> Json:
    found: Json = shown(body_contract({"it": schema}, schemas))["properties"]["it"]
    return found


def lists(levels: int) -> Json:
    return array(lists(levels - 1) if levels else text())


MODELS = [f"model-{number}" for number in range(20)]


@pytest.mark.parametrize(
    ("schema", "portable"),
    [
        (text(maxLength=40, pattern="^a", format="uuid"), text(maxLength=40)),
        (text(nullable=True, default="a"), text()),
        (text(enum=["a", "b", "a", None]), text(enum=["a", "b"])),
        (text(enum=[]), text()),
        (text(enum=[1, "a"]), text(enum=["a"])),
        (text(enum=MODELS), text()),
        ({**text(), "enum": MODELS, "x-closed-enum": True}, text(enum=MODELS)),
        (number(enum=[1, 2], minimum=1), number(enum=[1, 2], minimum=1)),
        ({"type": "boolean", "enum": [True]}, {"type": "boolean"}),
        ({}, {"type": "object"}),
        ({"type": "object", "enum": ["fixed"]}, text(enum=["fixed"])),
        ({"type": "object", "additionalProperties": text()}, {"type": "object"}),
        (array(), array({"type": "object"})),
        (array(text(), enum=["a"], maxItems=2), array(text(enum=["a"]), maxItems=2)),
        ({"oneOf": [text(), number()]}, text()),
        ({"oneOf": [number(), {"type": "boolean"}]}, number()),
        ({"oneOf": [array(number())]}, array(text())),
        ({"oneOf": [text(enum=["a"]), text()]}, text()),
        ({"oneOf": [{}]}, text()),
    ],
)
def test_a_schema_is_shown_with_one_type_and_portable_keywords(schema: Json, portable: Json) -> None:
    assert field(schema) == portable


def test_descriptions_are_shown_on_one_line_and_nested_ones_only_if_short() -> None:
    inner = object_of({"a": text(description="short\n words")})
    assert field({**inner, "description": "The  outer"}) == {
        **object_of({"a": text(description="short words")}),
        "description": "The outer",
    }
    assert field(object_of({"a": text(description="word " * 30)})) == object_of({"a": text()})


def test_a_short_object_is_shown_with_its_fields_and_a_long_one_by_their_names() -> None:
    small = object_of({"a": text(), "b": number()}, "a")
    assert field(small) == small
    many = object_of({f"field{n:02}": text() for n in range(40)}, "field07")
    names = "field07 (required), " + ", ".join(f"field{n:02}" for n in range(12) if n != 7)
    assert field(many) == {"type": "object", "description": f"Fields: {names}, ..."}
    assert field({**many, "description": "Big."})["description"] == f"Big. Fields: {names}, ..."


def test_the_contract_may_choose_the_fields_that_are_shown() -> None:
    schema = object_of({"a": text(), "tools:append": text(), "secret": text()}, "a", "secret")
    chosen = field({**schema, "x-show": ["tools:append", "a", "missing"]})
    assert chosen == object_of({"tools_append": text(), "a": text()}, "a")
    assert field({**schema, "x-show": [], "description": "Ours"}) == {"type": "object", "description": "Ours"}
    assert field({"type": "array", "items": schema, "x-show": []})["items"] == {"type": "object"}


def test_the_key_of_a_chosen_field_is_the_one_that_coercion_accepts() -> None:
    both = {**object_of({"a_b": number(), "a:b": text()}), "x-show": ["a:b"]}
    (key,) = field(both)["properties"]
    assert coerced(body_contract({"it": both}), {"it": {key: "5"}}) == {"it": {"a:b": "5"}}


def test_a_union_of_objects_is_shown_as_its_tag_and_the_fields_of_all_branches() -> None:
    branches = [tagged("a", "x", x=text()), tagged("b", "y", y=number())]
    kind: Json = text(enum=["a", "b"])
    assert field({"oneOf": branches}) == object_of({"kind": kind, "x": text(), "y": number()}, "kind")
    untagged = [object_of({"x": text()}, "x"), object_of({"y": text()}), text()]
    assert field({"oneOf": untagged}) == object_of({"x": text(), "y": text()})


def test_a_cycle_is_shown_to_a_limited_depth() -> None:
    level = field(ref("Node"), Node=object_of({"next": ref("Node")}))
    for _ in range(4):
        level = level["properties"]["next"]
    assert level == {"type": "object"}


@pytest.mark.parametrize(
    "schema",
    [
        lists(1),
        lists(9),
        {**lists(3), "x-show": []},
        array(array(object_of({f"field{n}": text() for n in range(30)}))),
    ],
)
def test_every_array_has_items(schema: Json) -> None:
    assert field(schema)["items"]["type"] == "array"


def test_required_arguments_and_the_query_are_shown() -> None:
    schema = shown(body_contract({"a": text(), "b": text()}, required=("a",)))
    assert schema["required"] == ["a"]
    assert list(schema["properties"]) == ["a", "b", "query"]
    assert "required" not in shown(query_contract({"name": "a", "schema": text()}))


def test_a_document_with_everything_that_some_client_refuses_gives_a_portable_tool() -> None:
    keywords = ("properties", "required", "items", "enum", "format", "oneOf", "$ref", "type", "not")
    words = dict.fromkeys(keywords, text())
    fields: Json = {
        **words,
        "tools:append": array(),
        "2fa": object_of({"a b": lists(7), "größe": {"enum": []}, "": number()}),
        "x" * 90: text(enum=["a", "a", None]),
        "x" * 91: {"allOf": [ref("Node")], "nullable": True},
        "union": {"oneOf": [ref("Node"), text(), array({}), ref("Tagged")]},
        "map": {"type": "object", "additionalProperties": ref("Node")},
        "any": {"type": "object", "enum": [1, {"a": 1}, "b", "b"]},
        "listed": array(text(), enum=["a", "a"]),
    }
    node = object_of({**words, "next:": ref("Node"), "all": ref("Tagged")})
    other = object_of({"@type": text(enum=["a", "a"]), "node": ref("Node")}, "@type", "undeclared")
    shown(body_contract(fields, {"Node": node, "Tagged": other}, required=("tools:append", "missing")))


def test_the_tools_of_the_shipped_contract_are_small(contract: Contract) -> None:
    offered = [
        {"name": one.tool, "description": one.description, "inputSchema": input_schema(one, contract.shapes)}
        for one in contract.operations
    ]
    text = compact(offered)
    assert len(text.encode()) <= 9_000
    assert tokens(text) <= 2_000
