"""The many ways of writing one schema are read as one form."""

from __future__ import annotations

from typing import Any

import pytest

from small_contract import Json, ref, shapes_of
from vapi_sessions_tools.engine.shape import Shape, Shapes, plain_pattern
from vapi_sessions_tools.errors import DocumentError


def read(schema: Json, **schemas: Json) -> Shape:
    return shapes_of(**schemas).read(schema)


PERSON: Json = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name", "name"],
    "description": "Somebody",
}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, "string"),
        ({"type": "integer"}, "integer"),
        ({"type": "number"}, "number"),
        ({"type": "boolean"}, "boolean"),
        ({"type": "array", "items": {}}, "array"),
        ({"type": "array"}, "array"),
        ({"items": {"type": "string"}}, "array"),
        ({"properties": {"a": {}}}, "object"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "object"),
        ({"type": "object", "additionalProperties": True}, "object"),
        ({"type": "object", "additionalProperties": False}, "object"),
        ({"type": "object"}, "any"),
        ({"type": "object", "enum": ["fixed", "exponential"]}, "any"),
        ({}, "any"),
        ({"enum": ["a"]}, "string"),
        ({"enum": [1, 2.5]}, "number"),
        ({"enum": [1, "a"]}, "any"),
        ({"enum": [True]}, "any"),
        ({"enum": []}, "any"),
        ({"oneOf": [{"type": "string"}]}, "union"),
        ({"anyOf": [{"type": "string"}]}, "union"),
        ({"oneOf": [], "type": "string"}, "string"),
        ({"oneOf": [], "anyOf": []}, "any"),
        ({"allOf": [], "type": "string"}, "string"),
    ],
)
def test_a_schema_is_of_the_kind_that_it_means(schema: Json, kind: str) -> None:
    assert read(schema).kind == kind


def test_a_reference_is_read_as_what_it_refers_to_and_keeps_its_name() -> None:
    shape = read(ref("Person"), Person=PERSON)
    assert (shape.kind, shape.name, shape.required) == ("object", "Person", ("name",))


@pytest.mark.parametrize("wrapper", [{"allOf": [ref("Person")]}, ref("Person")])
def test_what_stands_beside_a_reference_is_laid_over_it(wrapper: Json) -> None:
    beside = {**wrapper, "description": "Our words", "nullable": True, "x-show": ["name"]}
    shape = read(beside, Person=PERSON)
    assert (shape.kind, shape.name, shape.nullable) == ("object", "Person", True)
    assert shape.meta == {"description": "Our words", "x-show": ["name"]}


def test_a_reference_to_a_reference_ends_at_the_schema() -> None:
    shape = read(ref("Alias"), Alias=ref("Person"), Person=PERSON)
    assert (shape.kind, shape.name) == ("object", "Alias")


def test_a_rule_beside_a_reference_closes_its_enum() -> None:
    shape = read({**ref("Status"), "x-closed-enum": True}, Status={"type": "string", "enum": ["on", "off"]})
    assert (shape.closed, shape.enum) == (True, ("on", "off"))


def test_several_parts_are_one_object_with_the_fields_of_all() -> None:
    more = {"type": "object", "properties": {"age": {"type": "number"}}, "required": ["age"]}
    shape = read({"allOf": [ref("Person"), more], "properties": {"extra": {}}}, Person=PERSON)
    assert set(shape.properties) == {"name", "age", "extra"}
    assert shape.required == ("name", "age")


def test_one_part_with_fields_beside_it_has_both() -> None:
    shape = read({"allOf": [ref("Person")], "properties": {"extra": {}}}, Person=PERSON)
    assert set(shape.properties) == {"name", "extra"}


@pytest.mark.parametrize("part", [{"description": "words"}, {"required": ["nick"]}, {"type": "object"}])
def test_a_part_that_only_adds_words_or_rules_takes_no_field_away(part: Json) -> None:
    shape = read({"allOf": [ref("Person"), part]}, Person=PERSON)
    assert (shape.kind, set(shape.properties)) == ("object", {"name"})
    assert shape.required == ("name", *part.get("required", ()))


def test_a_part_that_is_no_object_says_what_the_whole_is() -> None:
    shape = read({"allOf": [{"type": "string", "maxLength": 3}, {"description": "x"}], "nullable": True})
    assert (shape.kind, shape.limits, shape.nullable) == ("string", {"maxLength": 3}, True)


def test_parts_that_say_nothing_allow_anything() -> None:
    assert read({"allOf": [{"description": "a"}, {"description": "b"}]}).kind == "any"


@pytest.mark.parametrize("reference", ["#/components/schemas/Missing", "other.yml#/Person"])
def test_a_reference_that_leads_nowhere_is_refused(reference: str) -> None:
    with pytest.raises(DocumentError, match="leads nowhere"):
        read({"$ref": reference})


def test_a_schema_that_is_nothing_but_itself_is_refused() -> None:
    with pytest.raises(DocumentError, match="schema A refers to nothing but itself"):
        read(ref("A"), A={"allOf": [ref("B")]}, B=ref("A"))


def test_a_cycle_through_fields_costs_nothing() -> None:
    shapes = shapes_of(Node={"type": "object", "properties": {"next": ref("Node")}})
    node = shapes.named("Node")
    assert shapes.read(node.properties["next"]).name == "Node"


def test_a_schema_is_read_once() -> None:
    shapes = shapes_of(Person=PERSON)
    schema = ref("Person")
    assert shapes.read(schema) is shapes.read(schema)


def test_an_enum_tells_each_value_once_and_null_as_permission() -> None:
    shape = read({"type": "string", "enum": ["a", "b", "a", None]})
    assert (shape.enum, shape.nullable) == (("a", "b"), True)
    assert read({"enum": [1, True, 1.0]}).enum == (1, True, 1.0)


def test_a_former_enum_is_vocabulary_still() -> None:
    assert read({"type": "string", "x-former-enum": ["a"]}).enum == ("a",)


def test_an_enum_on_an_array_is_meant_for_its_items() -> None:
    shape = read({"type": "array", "items": {"type": "string"}, "enum": ["a", "b"]})
    assert (shape.enum, shape.items) == ((), {"type": "string", "enum": ["a", "b"]})


def test_an_enum_on_an_array_gives_way_to_its_items_own() -> None:
    shape = read({"type": "array", "items": {"type": "string", "enum": ["a"]}, "enum": ["b"]})
    assert shape.items == {"type": "string", "enum": ["a"]}


def test_an_enum_on_a_bare_object_still_teaches() -> None:
    shape = read({"type": "object", "enum": ["fixed", "exponential"]})
    assert (shape.kind, shape.enum) == ("any", ("fixed", "exponential"))


def test_a_discriminator_names_the_tag_and_all_values_of_a_branch() -> None:
    mapping = {"cat": "#/components/schemas/Pet", "dog": "#/components/schemas/Pet", "ant": "Ant"}
    shape = read(
        {"oneOf": [ref("Pet")], "discriminator": {"propertyName": "kind", "mapping": mapping}}, Pet=PERSON
    )
    assert (shape.tag, shape.mapping) == ("kind", {"Pet": ("cat", "dog"), "Ant": ("ant",)})


def test_required_written_on_a_field_itself_says_nothing_about_its_fields() -> None:
    shape = read({"type": "object", "properties": {"a": {}}, "required": True})
    assert shape.required == ()


@pytest.mark.parametrize(
    ("pattern", "plain"),
    [
        ("^a$", "^a$"),
        ("/^a$/", "^a$"),
        ("/^a$/i", "(?i)^a$"),
        ("/^a$/gmi", "(?mi)^a$"),
        (r"/^\/v1\/x$/", "^/v1/x$"),
        ("/a\nb/", "a\nb"),
        ("a/b", "a/b"),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_a_javascript_literal_is_read_without_slashes_and_flags(pattern: Any, plain: str | None) -> None:
    assert plain_pattern(pattern) == plain


@pytest.mark.parametrize("schema", [True, False, None, 7, "text"])
def test_a_schema_that_is_no_object_tells_nothing(schema: Any) -> None:
    assert Shapes({}).read(schema).kind == "any"


def test_an_enum_that_is_no_list_is_none() -> None:
    assert Shapes({}).read({"type": "string", "enum": "abc"}).enum == ()


def test_limits_in_several_parts_of_one_text_hold_together() -> None:
    shape = Shapes({}).read({"allOf": [{"type": "string"}, {"minLength": 5}, {"maxLength": 9}]})
    assert (shape.kind, dict(shape.limits)) == ("string", {"minLength": 5, "maxLength": 9})
