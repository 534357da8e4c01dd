"""The many ways of writing one schema are read as one form."""

from __future__ import annotations

from typing import Any

import pytest

from small_contract import ANYTHING, NUMBER, TEXT, Json, array, object_of, ref, shapes_of, text
from vapi_sessions_tools.engine.shape import Shape, plain_pattern
from vapi_sessions_tools.errors import DocumentError

PERSON: Json = {**object_of({"name": TEXT}, "name", "name"), "description": "Somebody"}


def read(schema: Any, **schemas: Json) -> Shape:
    return shapes_of(Person=PERSON, **schemas).read(schema)


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        *(({"type": kind}, kind) for kind in ("string", "integer", "number", "boolean", "array")),
        ({"items": TEXT}, "array"),
        ({"properties": {"a": {}}}, "object"),
        *(({"type": "object", "additionalProperties": more}, "object") for more in (TEXT, True, False)),
        ({"type": "object"}, "any"),
        (ANYTHING, "any"),
        ({"enum": ["a"]}, "string"),
        ({"enum": [1, 2.5]}, "number"),
        *(({"enum": values}, "any") for values in ([1, "a"], [True], [])),
        ({"oneOf": [TEXT]}, "union"),
        ({"anyOf": [TEXT]}, "union"),
        ({"oneOf": [], **TEXT}, "string"),
        ({"oneOf": [], "anyOf": []}, "any"),
        ({"allOf": [], **TEXT}, "string"),
        ({"allOf": [{"description": "a"}, {"description": "b"}]}, "any"),
        *((schema, "any") for schema in (True, False, None, 7, "text")),
    ],
)
def test_a_schema_is_read_as_the_kind_it_means(schema: Any, kind: str) -> None:
    assert read(schema).kind == kind


def test_a_reference_is_read_as_its_schema_and_keeps_its_name() -> None:
    shape = read(ref("Person"))
    assert (shape.kind, shape.name, shape.required) == ("object", "Person", ("name",))
    alias = read(ref("Alias"), Alias=ref("Person"))
    assert (alias.kind, alias.name) == ("object", "Alias")


@pytest.mark.parametrize("wrapper", [{"allOf": [ref("Person")]}, ref("Person")])
def test_keywords_beside_a_reference_override_those_of_its_schema(wrapper: Json) -> None:
    shape = read({**wrapper, "description": "Our words", "nullable": True, "x-show": ["name"]})
    assert (shape.kind, shape.name, shape.nullable) == ("object", "Person", True)
    assert shape.meta == {"description": "Our words", "x-show": ["name"]}


@pytest.mark.parametrize(
    ("schema", "fields", "required"),
    [
        (
            {"allOf": [ref("Person"), object_of({"age": NUMBER}, "age")], "properties": {"extra": {}}},
            ["age", "extra", "name"],
            ("name", "age"),
        ),
        ({"allOf": [ref("Person")], "properties": {"extra": {}}}, ["extra", "name"], ("name",)),
        ({"allOf": [ref("Person"), {"description": "words"}]}, ["name"], ("name",)),
        ({"allOf": [ref("Person"), {"required": ["nick"]}]}, ["name"], ("name", "nick")),
        ({"allOf": [ref("Person"), {"type": "object"}]}, ["name"], ("name",)),
        ({**object_of({"a": {}}), "required": True}, ["a"], ()),
    ],
)
def test_several_parts_are_one_object_with_the_fields_of_all(
    schema: Json, fields: list[str], required: tuple[str, ...]
) -> None:
    shape = read(schema)
    assert (shape.kind, sorted(shape.properties), shape.required) == ("object", fields, required)


def test_parts_of_a_scalar_have_their_limits_together() -> None:
    shape = read({"allOf": [TEXT, {"minLength": 5}, {"maxLength": 9}], "nullable": True})
    assert (shape.kind, dict(shape.limits), shape.nullable) == (
        "string",
        {"minLength": 5, "maxLength": 9},
        True,
    )


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (ref("Missing"), "leads nowhere"),
        ({"$ref": "other.yml#/Person"}, "leads nowhere"),
        (ref("A"), "schema A refers to nothing but itself"),
    ],
)
def test_a_reference_that_cannot_be_followed_is_refused(schema: Json, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read(schema, A={"allOf": [ref("B")]}, B=ref("A"))


def test_a_schema_is_read_once_and_cycles_are_followed_only_on_demand() -> None:
    shapes = shapes_of(Node=object_of({"next": ref("Node")}))
    node = shapes.named("Node")
    assert shapes.read(node.properties["next"]).name == "Node"
    assert shapes.read(node.properties["next"]) is shapes.read(node.properties["next"])


@pytest.mark.parametrize(
    ("schema", "enum"),
    [
        (text(enum=["a", "b", "a", None]), ("a", "b")),
        ({"enum": [1, True, 1.0]}, (1, True, 1.0)),
        ({**TEXT, "x-former-enum": ["a"]}, ("a",)),
        ({"type": "object", "enum": ["fixed", "exponential"]}, ("fixed", "exponential")),
        (text(enum="abc"), ()),
        (array(TEXT, enum=["a", "b"]), ()),
    ],
)
def test_an_enum_has_every_value_once(schema: Json, enum: tuple[object, ...]) -> None:
    assert read(schema).enum == enum


def test_null_in_an_enum_makes_the_schema_nullable() -> None:
    assert read(text(enum=["a", None])).nullable
    assert not read(text(enum=["a"])).nullable


def test_an_enum_of_an_array_is_that_of_items_without_their_own() -> None:
    assert read(array(TEXT, enum=["a", "b"])).items == text(enum=["a", "b"])
    own: Json = text(enum=["a"])
    assert read(array(own, enum=["b"])).items == own


def test_a_keyword_beside_a_reference_closes_its_enum() -> None:
    shape = read({**ref("Status"), "x-closed-enum": True}, Status=text(enum=["on", "off"]))
    assert (shape.closed, shape.enum) == (True, ("on", "off"))


@pytest.mark.parametrize(
    ("pattern", "plain"),
    [
        ("^a$", "^a$"),
        ("/^a$/", "^a$"),
        ("/^a$/gmi", "(?mi)^a$"),
        (r"/^\/v1\/x$/", "^/v1/x$"),
        ("/a\nb/", "a\nb"),
        ("a/b", "a/b"),
        ("", None),
        (7, None),
    ],
)
def test_a_javascript_pattern_is_read_without_slashes_and_flags(pattern: Any, plain: str | None) -> None:
    assert plain_pattern(pattern) == plain
