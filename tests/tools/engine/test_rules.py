"""A validator's error is told as a rule, with what is allowed at the place."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from small_contract import Json, body_contract, problems
from vapi_sessions_tools.engine.problem import Problem
from vapi_sessions_tools.engine.rules import explain, value_at
from vapi_sessions_tools.engine.slices import Slice

TEXT: Json = {"type": "string"}


def told(schema: Json, value: object, **named: Json) -> list[tuple[str, Any]]:
    """Return rule and what is allowed, for a field `it` that is measured against a schema."""
    contract = body_contract({"it": schema}, schemas=named)
    return [(problem.rule, problem.allowed) for problem in problems(contract, {"it": value})]


@pytest.mark.parametrize(
    ("schema", "value", "rule", "allowed"),
    [
        ({"type": "number", "minimum": 3}, 2, "must be at least 3", None),
        ({"type": "number", "maximum": 3}, 4, "must be at most 3", None),
        ({"type": "number", "minimum": 1, "maximum": 3}, 4, "must be at most 3", "1 to 3"),
        ({"type": "number", "maximum": 2592000}, 10**7, "must be at most 2,592,000", None),
        ({"type": "number", "exclusiveMinimum": 3}, 3, "must be more than 3", None),
        ({"type": "number", "exclusiveMaximum": 3}, 3, "must be less than 3", None),
        ({"type": "number", "multipleOf": 5}, 3, "must be a multiple of 5", None),
        ({**TEXT, "minLength": 2}, "a", "must have at least 2 characters; this has 1", None),
        ({**TEXT, "maxLength": 2}, "äöü", "must have at most 2 characters; this has 3", None),
        (
            {**TEXT, "minLength": 1, "maxLength": 2},
            "abc",
            "must have at most 2 characters; this has 3",
            "1 to 2 characters",
        ),
        ({"type": "array", "minItems": 1}, [], "must have at least 1 items; this has 0", None),
        (
            {"type": "array", "minItems": 1, "maxItems": 2},
            [1, 2, 3],
            "must have at most 2 items; this has 3",
            "1 to 2 items",
        ),
        ({"type": "array", "uniqueItems": True}, [1, 1], "must not hold the same item twice", None),
        ({**TEXT, "pattern": "^a"}, "b", "must match the pattern", "string, matching ^a, such as a"),
        (
            {**TEXT, "format": "uuid"},
            "x",
            "must be a UUID",
            "8-4-4-4-12 hexadecimal digits, such as 123e4567-e89b-12d3-a456-426614174000",
        ),
        ({**TEXT, "format": "date"}, "x", "must be a date in ISO 8601", "such as 2026-01-31"),
        ({**TEXT, "format": "uri"}, "x", "must be a URL", "such as https://example.com/path"),
        ({**TEXT, "format": "email"}, "x", "must be an e-mail address", "such as name@example.com"),
        ({**TEXT, "format": "ipv4"}, "x", "must be an IPv4 address", "such as 192.0.2.1"),
    ],
)
def test_a_limit_is_told_as_a_sentence(schema: Json, value: object, rule: str, allowed: object) -> None:
    assert told(schema, value) == [(rule, allowed)]


@pytest.mark.parametrize(
    ("properties", "value", "rule"),
    [
        ({"minProperties": 2}, {"a": 1}, "must have at least 2 fields"),
        ({"maxProperties": 1}, {"a": 1, "b": 2}, "must have at most 1 fields"),
    ],
)
def test_the_number_of_fields_is_a_limit_too(properties: Json, value: Json, rule: str) -> None:
    assert told({"type": "object", "additionalProperties": True, **properties}, value) == [(rule, None)]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "a boolean"),
        ("a", "a string"),
        (1, "a number"),
        (1.5, "a number"),
        ([], "a list"),
    ],
)
def test_a_wrong_type_is_told_with_what_it_is(value: object, kind: str) -> None:
    inner: Json = {"type": "object", "properties": {"a": TEXT}}
    outer = {"type": "object", "properties": {"in": inner}, "required": ["in"]}
    (problem,) = problems(body_contract({"it": outer}), {"it": {"in": value}})
    assert problem == Problem("it.in", f"must be an object, not {kind}")


def test_a_wrong_type_is_told_with_all_types_that_are_right() -> None:
    assert told({"type": "boolean", "nullable": True}, {"a": 1}) == [
        ("must be true or false, not an object", None)
    ]


def test_a_wrong_type_is_told_with_the_words_that_are_listed() -> None:
    assert told({**TEXT, "enum": ["a", "b"]}, 1) == [
        ("must be a string, not a number", "a string, such as a, b")
    ]
    closed = {**TEXT, "enum": ["a", "b"], "x-closed-enum": True}
    assert ("must be a string, not a number", ("a", "b")) in told(closed, 1)


def test_a_value_that_is_not_listed_is_told_with_the_one_that_was_meant() -> None:
    closed = {**TEXT, "enum": ["active", "completed"], "x-closed-enum": True}
    assert told(closed, "Activ") == [
        ("must be one of the listed values; did you mean 'active'?", ("active", "completed"))
    ]


@pytest.mark.parametrize(
    ("schema", "allowed"),
    [
        (TEXT, "a string"),
        ({**TEXT, "nullable": True}, "a string"),
        ({**TEXT, "enum": ["a", "b"]}, "a string, such as a, b"),
        ({**TEXT, "enum": ["a", "b"], "x-closed-enum": True}, ("a", "b")),
        ({**TEXT, "minLength": 1, "maxLength": 2}, "a string, 1 to 2 characters"),
        ({**TEXT, "maxLength": 2}, "a string, at most 2 characters"),
        ({"type": "number", "minimum": 2}, "a number, at least 2"),
        (
            {**TEXT, "format": "uuid"},
            "a UUID: 8-4-4-4-12 hexadecimal digits, such as 123e4567-e89b-12d3-a456-426614174000",
        ),
        ({"type": "object"}, None),
        ({}, None),
    ],
)
def test_a_missing_field_is_told_with_what_belongs_there(schema: Json, allowed: object) -> None:
    holder = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    (problem,) = problems(body_contract({"it": holder}), {"it": {"b": 1}})
    assert (problem.path, problem.rule, problem.allowed) == ("it.a", "is required", allowed)


def tagged(kind: str, **fields: Json) -> Json:
    properties = {"kind": {"type": "string", "enum": [kind]}, **fields}
    return {"type": "object", "properties": properties, "required": ["kind"]}


def test_a_missing_tag_is_told_with_its_values() -> None:
    union = {"oneOf": [tagged("cat"), tagged("dog")]}
    assert told(union, {"name": "x"}) == [("is required", ("cat", "dog"))]


def test_a_field_too_many_is_told_with_the_nearest() -> None:
    strict = {"type": "object", "properties": {"name": TEXT, "size": TEXT}, "additionalProperties": False}
    (problem,) = problems(body_contract({"it": strict}), {"it": {"nmae": 1}})
    assert problem == Problem("it.nmae", "is no field of this object", ("name",))
    assert told(strict, {"zzzz": 1}) == [("is no field of this object", ("name", "size"))]


def test_every_field_too_many_is_told() -> None:
    strict = {"type": "object", "properties": {"name": TEXT}, "additionalProperties": False}
    found = problems(body_contract({"it": strict}), {"it": {"a": 1, "b": 2}})
    assert [problem.path for problem in found] == ["it.a", "it.b"]


def test_of_alternatives_the_one_that_is_closest_is_told() -> None:
    one: Json = {"type": "object", "properties": {"a": TEXT, "b": TEXT}, "required": ["a", "b"]}
    two: Json = {"type": "object", "properties": {"c": TEXT}, "required": ["c"]}
    union = {"oneOf": [one, two]}
    assert [p.path for p in problems(body_contract({"it": union}), {"it": {"a": "x"}})] == ["it.b"]
    assert [p.path for p in problems(body_contract({"it": union}), {"it": {"z": "x"}})] == ["it.c"]


def test_of_named_alternatives_the_one_with_the_values_own_fields_is_told() -> None:
    one: Json = {"type": "object", "properties": {"a": TEXT, "x": TEXT}, "required": ["a"]}
    two: Json = {"type": "object", "properties": {"b": TEXT, "y": TEXT}, "required": ["b"]}
    refs = [{"$ref": "#/components/schemas/One"}, {"$ref": "#/components/schemas/Two"}]
    contract = body_contract({"it": {"anyOf": refs}}, schemas={"One": one, "Two": two})
    assert [p.path for p in problems(contract, {"it": {"y": "1"}})] == ["it.b"]
    assert [p.path for p in problems(contract, {"it": {"x": "1"}})] == ["it.a"]


def test_alternatives_of_texts_are_told_by_the_closest() -> None:
    union = {"oneOf": [{**TEXT, "maxLength": 1}, {**TEXT, "minLength": 3}]}
    assert told(union, "ab") == [("must have at most 1 characters; this has 2", None)]


def test_a_problem_behind_a_reference_is_told_at_its_place() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/N"}, "v": TEXT}}
    contract = body_contract({"it": {"$ref": "#/components/schemas/N"}}, schemas={"N": node})
    (problem,) = problems(contract, {"it": {"next": {"next": {"v": 1}}}})
    assert problem.path == "it.next.next.v"


def test_a_rule_without_words_is_named() -> None:
    root = {"properties": {"a": {"const": 5}}}
    validator = jsonschema_rs.Draft202012Validator(root)
    (error,) = validator.iter_errors({"a": 6})
    assert list(explain(error, root, Slice({"a": 6}))) == [Problem("a", "breaks the rule 'const'", 5)]


def test_a_place_in_the_arguments_is_found() -> None:
    assert value_at({"a": [{"b": 1}]}, ["a", 0, "b"]) == 1
