"""What changed between two states of an API is told a change a line."""

from __future__ import annotations

from typing import Any

import pytest

from small_contract import DONE, Json, json_body, ref, small_document
from vapi_sessions_tools.engine.difference import differences
from vapi_sessions_tools.engine.facts import extract

TEXT: Json = {"type": "string"}


def document(schema: Json, **operation: Any) -> Json:
    raw = {"responses": {"200": json_body(ref("Thing"))}, **operation}
    return extract(small_document({"/thing": {"get": raw}}, {"Thing": schema, "A": TEXT, "B": TEXT}))


def changes(old: Json, new: Json) -> list[str]:
    return differences(document(old), document(new))


def test_a_state_does_not_differ_from_itself() -> None:
    assert changes(TEXT, TEXT) == []


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (TEXT, {"type": "number"}, ["~ Thing: type string -> number"]),
        (TEXT, {**TEXT, "maxLength": 4}, ["~ Thing: maxLength none -> 4"]),
        ({**TEXT, "format": "uuid"}, TEXT, ["~ Thing: format uuid -> none"]),
        (
            {**TEXT, "enum": ["a", "b"]},
            {**TEXT, "enum": ["b", "c"]},
            ["- Thing: enum a", "+ Thing: enum c"],
        ),
        ({**TEXT, "enum": ["a", "b"]}, {**TEXT, "enum": ["b", "a"]}, ["~ Thing: enum in another order"]),
        (TEXT, {**TEXT, "enum": ["a", "b"]}, ["~ Thing: enum none -> a, b"]),
        (
            TEXT,
            {**TEXT, "enum": list("abcdefghij")},
            ["~ Thing: enum none -> a, b, c, d, e, f, g, h and 2 more"],
        ),
        (
            {"properties": {"a": TEXT, "b": TEXT}},
            {"properties": {"b": {"type": "number"}, "c": TEXT}},
            ["- field Thing.a", "+ field Thing.c", "~ Thing.b: type string -> number"],
        ),
        (
            {"properties": {"a": TEXT}, "required": ["a"]},
            {"properties": {"a": TEXT}, "required": []},
            ["- Thing: required a"],
        ),
        (
            {"type": "array", "items": TEXT},
            {"type": "array", "items": {"type": "number"}},
            ["~ Thing[]: type string -> number"],
        ),
        (
            {"type": "array", "items": ref("A")},
            {"type": "array"},
            ["~ Thing: items A -> none"],
        ),
        (
            {"properties": {"a": {"additionalProperties": ref("A")}}},
            {"properties": {"a": {"additionalProperties": {}}}},
            ["~ Thing.a: additionalProperties A -> a schema"],
        ),
        (
            {"allOf": [ref("A"), ref("B")]},
            {"allOf": [ref("A"), TEXT]},
            ["- Thing: allOf B", "+ Thing: allOf string"],
        ),
    ],
)
def test_a_change_of_a_schema_is_told_at_its_place(old: Json, new: Json, lines: list[str]) -> None:
    assert [line for line in changes(old, new) if " schema " not in line] == lines


def test_schemas_that_come_and_go_are_told() -> None:
    old = document({"oneOf": [ref("A")]})
    new = document({"oneOf": [ref("B")]})
    assert differences(old, new) == [
        "- schema A",
        "+ schema B",
        "- Thing: oneOf A",
        "+ Thing: oneOf B",
    ]


def test_operations_that_come_and_go_are_told() -> None:
    get, post = {"get": {"responses": DONE}}, {"post": {"responses": DONE}}
    old, new = (extract(small_document({"/thing": item})) for item in (get, post))
    assert differences(old, new) == ["- operation GET /thing", "+ operation POST /thing"]


def test_changes_of_an_operation_are_told() -> None:
    old = document(
        TEXT,
        operationId="one",
        parameters=[
            {"name": "gone", "in": "query"},
            {"name": "same", "in": "query", "required": True, "schema": TEXT},
            {"name": "a", "in": "query", "required": True, "schema": {**TEXT, "maxLength": 1}},
        ],
    )
    new = document(
        TEXT,
        operationId="two",
        parameters=[
            {"name": "come", "in": "query"},
            {"name": "same", "in": "query", "required": True, "schema": TEXT},
            {"name": "a", "in": "query", "schema": {**TEXT, "maxLength": 2}},
        ],
        requestBody=json_body(TEXT),
        responses={"200": json_body(ref("Thing")), "204": {}},
    )
    assert differences(old, new) == [
        "~ operation GET /thing: operationId one -> two",
        "- parameter of GET /thing: query gone",
        "+ parameter of GET /thing: query come",
        "~ GET /thing query a: required True -> False",
        "~ GET /thing query a: maxLength 1 -> 2",
        "~ operation GET /thing: requestBody",
        "~ operation GET /thing: responses",
    ]
