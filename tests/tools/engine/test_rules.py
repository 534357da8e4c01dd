"""An error of the validator is reported as a rule, with what is allowed at the place."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from small_contract import TEXT, Json, array, body_contract, number, object_of, problems, ref, tagged, text
from vapi_sessions_tools.engine.problem import Problem, path_text
from vapi_sessions_tools.engine.rules import explain
from vapi_sessions_tools.engine.slices import Slice

LIST: Json = array()
OPEN: Json = {"type": "object", "additionalProperties": True}
LISTED: Json = text(enum=["active", "completed"])
CLOSED: Json = {**LISTED, "x-closed-enum": True}
UUID_FORM = "8-4-4-4-12 hexadecimal digits, such as 123e4567-e89b-12d3-a456-426614174000"


def found(schema: Json, value: object, **named: Json) -> list[tuple[str, str, Any]]:
    """Return place, rule and what is allowed, for a field `it` of a schema."""
    contract = body_contract({"it": schema}, schemas=named)
    return [(problem.path, problem.rule, problem.allowed) for problem in problems(contract, {"it": value})]


@pytest.mark.parametrize(
    ("schema", "value", "rule", "allowed"),
    [
        (number(minimum=3), 2, "must be at least 3", None),
        (number(minimum=1, maximum=3), 4, "must be at most 3", "1 to 3"),
        (number(maximum=2592000), 10**7, "must be at most 2,592,000", None),
        (number(exclusiveMinimum=3), 3, "must be more than 3", None),
        (number(exclusiveMaximum=3), 3, "must be less than 3", None),
        (number(multipleOf=5), 3, "must be a multiple of 5", None),
        (text(minLength=2), "a", "must have at least 2 characters; this has 1", None),
        (text(maxLength=2), "äöü", "must have at most 2 characters; this has 3", None),
        ({**LIST, "minItems": 1}, [], "must have at least 1 items; this has 0", None),
        (
            {**LIST, "minItems": 1, "maxItems": 2},
            [1, 2, 3],
            "must have at most 2 items; this has 3",
            "1 to 2 items",
        ),
        ({**LIST, "uniqueItems": True}, [1, 1], "must not hold the same item twice", None),
        ({**OPEN, "minProperties": 2}, {"a": 1}, "must have at least 2 fields", None),
        (text(pattern="^a"), "b", "must match the pattern", "string, matching ^a, such as a"),
        (text(format="uuid"), "x", "must be a UUID", UUID_FORM),
        (text(format="date"), "x", "must be a date in ISO 8601", "such as 2026-01-31"),
        (text(format="ipv4"), "x", "must be an IPv4 address", "such as 192.0.2.1"),
        ({"type": "boolean", "nullable": True}, {"a": 1}, "must be true or false, not an object", None),
        (LISTED, 1, "must be a string, not a number", "a string, such as active, completed"),
        (
            CLOSED,
            "Activ",
            "must be one of the listed values; did you mean 'active'?",
            ("active", "completed"),
        ),
    ],
)
def test_a_broken_limit_is_reported_with_what_is_allowed(
    schema: Json, value: object, rule: str, allowed: object
) -> None:
    assert found(schema, value) == [("it", rule, allowed)]


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "null"), (True, "a boolean"), ("a", "a string"), (1.5, "a number"), ([], "a list")],
)
def test_a_wrong_type_is_reported_with_the_given_type(value: object, kind: str) -> None:
    outer = object_of({"in": object_of({"a": TEXT})}, "in")
    assert found(outer, {"in": value}) == [("it.in", f"must be an object, not {kind}", None)]


@pytest.mark.parametrize(
    ("schema", "allowed"),
    [
        (text(nullable=True), "a string"),
        (LISTED, "a string, such as active, completed"),
        (CLOSED, ("active", "completed")),
        (text(minLength=1, maxLength=2), "a string, 1 to 2 characters"),
        (number(minimum=2), "a number, at least 2"),
        (text(pattern="^a"), "string, matching ^a, such as a"),
        (text(format="uuid"), f"a UUID: {UUID_FORM}"),
        ({}, None),
    ],
)
def test_a_missing_field_is_reported_with_what_is_allowed(schema: Json, allowed: object) -> None:
    assert found(object_of({"a": schema}, "a"), {"b": 1}) == [("it.a", "is required", allowed)]


def test_a_missing_tag_is_reported_with_its_values() -> None:
    assert found({"oneOf": [tagged("cat"), tagged("dog")]}, {"name": "x"}) == [
        ("it.kind", "is required", ("cat", "dog"))
    ]


def test_every_undeclared_field_is_reported_with_the_nearest_names() -> None:
    strict = {**object_of({"name": TEXT, "size": TEXT}), "additionalProperties": False}
    assert found(strict, {"nmae": 1, "zzzz": 2}) == [
        ("it.nmae", "is no field of this object", ("name",)),
        ("it.zzzz", "is no field of this object", ("name", "size")),
    ]


@pytest.mark.parametrize(
    ("branches", "value", "path"),
    [
        ([object_of({"a": TEXT, "b": TEXT}, "a", "b"), object_of({"c": TEXT}, "c")], {"a": "x"}, "it.b"),
        ([object_of({"a": TEXT, "b": TEXT}, "a", "b"), object_of({"c": TEXT}, "c")], {"z": "x"}, "it.c"),
        ([ref("A"), ref("B")], {"y": "1"}, "it.b"),
        ([ref("A"), ref("B")], {"x": "1"}, "it.a"),
        ([text(maxLength=1), text(minLength=3)], "ab", "it"),
    ],
)
def test_only_the_problems_of_the_closest_alternative_are_reported(
    branches: list[Json], value: object, path: str
) -> None:
    named = {"A": object_of({"a": TEXT, "x": TEXT}, "a"), "B": object_of({"b": TEXT, "y": TEXT}, "b")}
    assert [place for place, _, _ in found({"anyOf": branches}, value, **named)] == [path]


def test_a_problem_behind_references_has_its_place() -> None:
    node = object_of({"next": ref("N"), "v": TEXT})
    assert [place for place, _, _ in found(ref("N"), {"next": {"next": {"v": 1}}}, N=node)] == [
        "it.next.next.v"
    ]


def test_an_unknown_keyword_is_reported_by_name() -> None:
    root = {"properties": {"a": {"const": 5}}}
    (error,) = jsonschema_rs.Draft202012Validator(root).iter_errors({"a": 6})
    assert list(explain(error, root, Slice({"a": 6}))) == [Problem("a", "breaks the rule 'const'", 5)]


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["assistant", "messages", 0, "role"], "assistant.messages[0].role"),
        (["tools:append"], "['tools:append']"),
        (["a", "tools:append", 1], "a['tools:append'][1]"),
        (["a", ""], "a['']"),
        ([], ""),
        (["n" * 90], "n" * 80 + "..."),
        (["a", "-" * 90], "a['" + "-" * 80 + "...']"),
        (["a"] * 300, "a." * 100 + "..." + ".a" * 100),
    ],
    ids=range(8),
)
def test_a_place_is_written_as_a_path(parts: list[str | int], text: str) -> None:
    assert path_text(parts) == text


def test_a_problem_as_json_has_only_what_there_is_to_report() -> None:
    assert Problem("a", "is required").as_json() == {"path": "a", "rule": "is required"}
    full = Problem("a", "is wrong", (1, 2), schema="string")
    assert full.as_json() == {"path": "a", "rule": "is wrong", "allowed": [1, 2], "schema": "string"}
