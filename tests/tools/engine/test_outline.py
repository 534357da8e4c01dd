"""A schema told in few bytes: what must be given in depth, what may be given by one line a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from small_contract import ref, shapes_of
from vapi_sessions_tools.engine.json_values import size
from vapi_sessions_tools.engine.outline import LARGEST, outline

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

Json = dict[str, Any]
TEXT: Json = {"type": "string"}


def told(schemas: Json, name: str = "It", largest: int = LARGEST) -> Any:
    shapes = shapes_of(**schemas)
    return outline(shapes, shapes.named(name), largest=largest)


def thing(required: list[str] | None = None, **fields: Json) -> Json:
    return {"type": "object", "properties": fields, "required": required or []}


def test_an_object_is_its_fields_required_ones_first() -> None:
    it = thing(["b"], a={"type": "number", "minimum": 0, "maximum": 2}, b=TEXT)
    assert told({"It": it}) == {
        "type": "It",
        "required": {"b": "string"},
        "optional": {"a": "number, 0 to 2"},
    }
    assert list(told({"It": it})) == ["type", "required", "optional"]


def test_what_a_required_field_requires_is_told_with_it() -> None:
    inner = thing(["key", "more"], key=TEXT, more=ref("More"), other=TEXT)
    schemas = {"It": thing(["inner"], inner=ref("Inner")), "Inner": inner, "More": thing(["x"], x=TEXT)}
    assert told(schemas)["required"]["inner"] == {
        "type": "Inner",
        "required": {"key": "string", "more": {"type": "More", "required": {"x": "string"}}},
        "further": ["other"],
    }


def test_what_may_be_given_is_told_in_one_line() -> None:
    fields: Json = {
        "named": ref("Other"),
        "bare": thing(a=TEXT, b=TEXT),
        "map": {"type": "object", "additionalProperties": {"type": "number"}},
        "list": {"type": "array", "items": TEXT, "maxItems": 3},
        "listed": {"type": "string", "enum": ["a", "b"], "x-closed-enum": True},
        "many": {"type": "array", "items": {"type": "string", "enum": ["a", "b"], "x-closed-enum": True}},
        "union": {"oneOf": [ref("A"), ref("B"), TEXT]},
        "anything": {"oneOf": [TEXT, {}]},
        "vocabulary": {"oneOf": [{"type": "string", "enum": ["a", "b"]}, TEXT]},
    }
    a, b = (thing(["kind"], kind={"type": "string", "enum": [kind]}) for kind in "ab")
    assert told({"It": thing(**fields), "Other": thing(a=TEXT), "A": a, "B": b})["optional"] == {
        "named": "object Other",
        "bare": "object (a, b)",
        "map": "object of any names, each: number",
        "list": "list of string, at most 3 items",
        "listed": ["a", "b"],
        "many": "list of one of a, b",
        "union": "object by kind: a, b or string",
        "anything": "any JSON",
        "vocabulary": "string, such as a, b",
    }


def test_a_union_is_its_tag_and_its_branches() -> None:
    a, b = (thing(["kind"], kind={"type": "string", "enum": [kind]}) for kind in "ab")
    open_one = thing(["kind"], kind=TEXT)
    union = {"oneOf": [ref("A"), ref("B"), ref("Open")]}
    assert told({"It": union, "A": a, "B": b, "Open": open_one}) == {
        "tag": "kind",
        "branches": {"a": "A", "b": "B"},
        "any other tag": "Open",
    }


def test_branches_that_no_tag_tells_apart_are_told_each() -> None:
    union = {"oneOf": [ref("A"), ref("B"), {"type": "number"}]}
    schemas = {"It": union, "A": thing(["x"], x=TEXT), "B": thing(["y"], y=TEXT)}
    assert told(schemas) == {
        "any of": [
            {"type": "A", "required": {"x": "string"}},
            {"type": "B", "required": {"y": "string"}},
            "number",
        ]
    }


def test_a_list_is_what_its_items_must_have() -> None:
    it = {"type": "array", "items": ref("Item"), "minItems": 1}
    assert told({"It": it, "Item": thing(["x"], x=TEXT)}) == {
        "list of": {"type": "Item", "required": {"x": "string"}},
        "with": "at least 1 items",
    }


def test_a_type_that_holds_itself_is_told_to_an_end() -> None:
    assert size(told({"It": thing(["it"], it=ref("It"), x=TEXT)})) < LARGEST


def test_where_room_ends_fields_are_named_and_then_counted() -> None:
    number = {"type": "number", "minimum": 1, "maximum": 9}
    fields: Json = {f"field{count:02}": number for count in range(40)}
    it = {"It": {"type": "object", "properties": fields}}
    assert len(told(it, largest=3_000)["optional"]) == 40
    named = told(it, largest=800)
    assert [*named["optional"], *named["further"]] == list(fields)
    counted = told(it, largest=200)
    assert "optional" not in counted
    assert counted["further"][-1] == f"... {40 - len(counted['further']) + 1} more"


@pytest.mark.parametrize("largest", [LARGEST, 300])
def test_no_type_of_the_contract_is_told_in_more_than_was_asked_for(contract: Contract, largest: int) -> None:
    shapes = contract.shapes
    assert {
        name for name in shapes.names if size(outline(shapes, shapes.named(name), largest=largest)) > largest
    } == set()
