"""Shapes are written as JSON Schema that a stock validator checks."""

from __future__ import annotations

import jsonschema_rs
import pytest

from small_contract import Json, ref, shapes_of
from vapi_sessions_tools.engine.validation_schema import SchemaWriter, is_checkable


def written(schema: Json, **schemas: Json) -> Json:
    return SchemaWriter(shapes_of(**schemas)).write(schema)


def accepts(schema: Json, value: object, **schemas: Json) -> bool:
    writer = SchemaWriter(shapes_of(**schemas))
    root = {"properties": {"value": writer.write(schema)}, "$defs": writer.definitions}
    return jsonschema_rs.Draft202012Validator(root, validate_formats=True).is_valid({"value": value})


def test_a_scalar_keeps_its_limits() -> None:
    assert written({"type": "string", "minLength": 1, "maxLength": 3}) == {
        "type": "string",
        "minLength": 1,
        "maxLength": 3,
    }


def test_an_open_enum_is_no_rule_but_a_closed_one_is() -> None:
    assert written({"type": "string", "enum": ["a", "b"]}) == {"type": "string", "examples": ["a", "b"]}
    assert written({"type": "string", "enum": ["a", "b"], "x-closed-enum": True}) == {
        "type": "string",
        "enum": ["a", "b"],
    }


def test_null_is_among_the_values_where_it_may_stand() -> None:
    schema = {"type": "string", "enum": ["a"], "nullable": True, "x-closed-enum": True}
    assert written(schema) == {"type": ["string", "null"], "enum": ["a", None]}


@pytest.mark.parametrize("form", ["uuid", "date-time", "date", "uri", "email", "ipv4", "ipv6"])
def test_a_format_whose_rule_is_certain_is_checked(form: str) -> None:
    assert written({"type": "string", "format": form}) == {"type": "string", "format": form}


@pytest.mark.parametrize("form", ["phone", "binary", "password", "hostname"])
def test_any_other_format_is_a_hint(form: str) -> None:
    assert written({"type": "string", "format": form}) == {"type": "string"}


def test_a_javascript_pattern_holds_with_its_flags() -> None:
    schema = {"type": "string", "pattern": "/^[a-f]+$/i"}
    assert accepts(schema, "ABC")
    assert not accepts(schema, "xyz")


@pytest.mark.parametrize(
    ("pattern", "checkable"),
    [("^a$", True), ("(?!a)b", True), ("[", False), (r"\p{L}", False), ("(a", False)],
)
def test_a_pattern_that_cannot_be_expressed_is_a_hint(pattern: str, *, checkable: bool) -> None:
    assert is_checkable(pattern) is checkable
    assert ("pattern" in written({"type": "string", "pattern": pattern})) is checkable


@pytest.mark.parametrize("value", ["fixed", 404, True, None, [1], {"a": 1}])
def test_a_bare_object_stands_for_any_value(value: object) -> None:
    assert accepts({"type": "object"}, value)
    assert accepts({"type": "array", "items": {"type": "object"}}, [value])


def test_an_array_without_items_takes_any() -> None:
    assert written({"type": "array"}) == {"type": "array"}
    assert accepts({"type": "array"}, [1, "a", None])


def test_unknown_fields_of_an_object_pass_unless_it_says_otherwise() -> None:
    known = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert accepts(known, {"b": 1})
    assert not accepts({**known, "additionalProperties": False}, {"b": 1})
    assert not accepts({**known, "additionalProperties": {"type": "string"}}, {"b": 1})


def test_null_passes_where_a_named_schema_is_nullable_and_nowhere_else() -> None:
    person: Json = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert accepts({"allOf": [ref("P")], "nullable": True}, None, P=person)
    assert not accepts(ref("P"), None, P=person)


def test_both_forms_of_a_named_schema_can_be_reached_from_one_place() -> None:
    person: Json = {"type": "object", "properties": {"a": {"type": "string"}}}
    writer = SchemaWriter(shapes_of(P=person))
    writer.write({"type": "object", "properties": {"a": ref("P"), "b": {**ref("P"), "nullable": True}}})
    assert set(writer.definitions) == {"P", "P?"}


@pytest.mark.parametrize("name", ["Page«Session»", "A/B~C", "100%", "a b", "Päge", "~1", "a#b"])
def test_a_schema_of_any_name_can_be_referred_to(name: str) -> None:
    number: Json = {name: {"type": "object", "properties": {"a": {"type": "number"}}}}
    assert accepts(ref(name), {"a": 1}, **number)
    assert not accepts(ref(name), {"a": "x"}, **number)


NODE: Json = {"type": "object", "properties": {"value": {"type": "string"}, "next": ref("Node")}}


def test_a_cycle_is_checked_all_the_way_down() -> None:
    assert accepts(ref("Node"), {"next": {"next": {"value": "a"}}}, Node=NODE)
    assert not accepts(ref("Node"), {"next": {"next": {"value": 1}}}, Node=NODE)


def test_a_cycle_through_nameless_schemas_ends() -> None:
    tree = {"type": "array", "items": ref("Tree")}
    leaf: list[object] = []
    assert accepts(ref("Tree"), [leaf, [leaf]], Tree=tree)
    assert not accepts(ref("Tree"), "leaf", Tree=tree)
    extended = {"allOf": [ref("Node")], "properties": {"more": {"type": "string"}}}
    node = {"type": "object", "properties": {"next": extended, "value": {"type": "string"}}}
    assert accepts(ref("Node"), {"next": {"more": "a", "next": {"value": "b"}}}, Node=node)
    assert not accepts(ref("Node"), {"next": {"more": 1}}, Node=node)


LISTED: Json = {"type": "string", "enum": ["en", "de"]}


def test_listed_strings_or_any_string_take_every_string() -> None:
    union = {"oneOf": [LISTED, {"type": "string"}]}
    assert accepts(union, "en")
    assert accepts(union, "tlh")
    assert not accepts(union, 1)


def test_closed_strings_alone_are_the_rule() -> None:
    closed = {**LISTED, "x-closed-enum": True}
    assert accepts({"oneOf": [closed, {"type": "number"}]}, "en")
    assert not accepts({"oneOf": [closed, {"type": "number"}]}, "tlh")


def test_strings_of_several_forms_may_have_any_of_them() -> None:
    union = {"oneOf": [{"type": "string", "maxLength": 1}, {"type": "string", "minLength": 3}]}
    assert accepts(union, "a")
    assert accepts(union, "abc")
    assert not accepts(union, "ab")


def test_a_whole_number_in_a_union_is_whole() -> None:
    union = {"oneOf": [{"type": "integer"}, {"type": "string"}]}
    assert accepts(union, 1)
    assert accepts(union, "a")
    assert not accepts(union, 1.5)


def test_kinds_of_a_union_are_checked_each_by_its_own_rule() -> None:
    union = {
        "oneOf": [
            {"type": "string", "maxLength": 2},
            {"type": "array", "items": {"type": "number"}},
            {"type": "object", "properties": {"a": {"type": "string"}}},
        ],
        "nullable": True,
    }
    assert [accepts(union, good) for good in ("ab", [1], {"a": "b"}, None)] == [True] * 4
    assert [accepts(union, bad) for bad in ("abc", ["a"], {"a": 1}, 7)] == [False] * 4


def test_a_union_with_a_bare_object_takes_any_object() -> None:
    union = {"oneOf": [{"type": "string"}, {"type": "object"}, ref("Node")]}
    assert accepts(union, {"value": 1}, Node=NODE)
    assert not accepts(union, 1, Node=NODE)


def test_a_union_with_a_branch_for_anything_takes_anything() -> None:
    assert written({"oneOf": [{"type": "string", "maxLength": 1}, {}]}) == {}


def test_a_union_of_one_branch_is_that_branch() -> None:
    assert accepts({"oneOf": [ref("Node")]}, {"value": "a"}, Node=NODE)
    assert not accepts({"oneOf": [ref("Node")]}, {"value": 1}, Node=NODE)
    assert not accepts({"oneOf": [ref("Node")]}, "a", Node=NODE)


def tagged(kind: str, **fields: Json) -> Json:
    properties = {"kind": {"type": "string", "enum": [kind]}, **fields}
    return {"type": "object", "properties": properties, "required": ["kind", *fields]}


CAT, DOG = tagged("cat", lives={"type": "number"}), tagged("dog", bark={"type": "string"})


def test_an_object_is_measured_against_the_branch_of_its_tag() -> None:
    union = {"oneOf": [CAT, DOG]}
    assert accepts(union, {"kind": "cat", "lives": 9})
    assert not accepts(union, {"kind": "cat", "bark": "wow"})
    assert not accepts(union, {"lives": 9})
    assert not accepts(union, {"kind": 1})


def test_a_branch_that_nobody_knows_yet_passes_unless_the_union_is_closed() -> None:
    assert accepts({"oneOf": [CAT, DOG]}, {"kind": "ant", "legs": 6})
    assert not accepts({"oneOf": [CAT, DOG], "x-closed-enum": True}, {"kind": "ant"})


def test_a_tag_that_is_optional_may_be_left_out() -> None:
    loose = {**DOG, "required": ["bark"]}
    assert accepts({"oneOf": [CAT, loose]}, {"bark": "wow"})


def test_the_branch_with_an_open_tag_takes_what_no_other_lists() -> None:
    other = {
        "type": "object",
        "properties": {"kind": {"type": "string"}, "legs": {"type": "number"}},
        "required": ["kind", "legs"],
    }
    union = {"oneOf": [CAT, other]}
    assert accepts(union, {"kind": "ant", "legs": 6})
    assert not accepts(union, {"kind": "ant", "legs": "six"})
    assert not accepts(union, {"kind": "cat", "legs": 4})


def test_branches_that_share_a_tag_value_are_alternatives() -> None:
    wild = tagged("cat", claws={"type": "number"})
    union = {"oneOf": [CAT, wild, DOG]}
    assert accepts(union, {"kind": "cat", "claws": 18})
    assert accepts(union, {"kind": "cat", "lives": 9})
    assert not accepts(union, {"kind": "cat"})


def test_objects_without_a_tag_are_alternatives() -> None:
    one: Json = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    two: Json = {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}
    assert accepts({"oneOf": [one, two]}, {"b": "x"})
    assert not accepts({"oneOf": [one, two]}, {"c": "x"})


@pytest.mark.parametrize(
    "name",
    ["properties", "required", "items", "enum", "format", "pattern", "oneOf", "$ref", "type", "default"],
)
def test_a_field_named_like_a_keyword_is_a_field(name: str) -> None:
    schema = {"type": "object", "properties": {name: {"type": "number"}}, "required": [name]}
    assert accepts(schema, {name: 1})
    assert not accepts(schema, {name: "x"})
    assert not accepts(schema, {})
