"""The differences of two states of an API are listed, one change a line."""

from __future__ import annotations

from typing import Any

import pytest

from small_contract import DONE, NUMBER, TEXT, Json, json_body, object_of, ref, small_document
from vapi_sessions_tools.engine.difference import differences
from vapi_sessions_tools.engine.facts import extract


def document(schema: Json, **operation: Any) -> Json:
    raw = {"responses": {"200": json_body(ref("Thing"))}, **operation}
    return extract(small_document({"/thing": {"get": raw}}, {"Thing": schema, "A": TEXT, "B": TEXT}))


def fields(**properties: Json) -> Json:
    return {"properties": properties}


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (TEXT, {**TEXT, "deprecated": False}, []),
        (TEXT, {**TEXT, "maxLength": 4}, ["~ Thing: maxLength none -> 4"]),
        ({**TEXT, "enum": ["a", "b"]}, {**TEXT, "enum": ["b", "c"]}, ["- Thing: enum a", "+ Thing: enum c"]),
        ({**TEXT, "enum": ["a", "b"]}, {**TEXT, "enum": ["b", "a"]}, ["~ Thing: enum in another order"]),
        (
            TEXT,
            {**TEXT, "enum": list("abcdefghij")},
            ["~ Thing: enum none -> a, b, c, d, e, f, g, h and 2 more"],
        ),
        (
            fields(a=TEXT, b=TEXT),
            fields(b=NUMBER, c=TEXT),
            ["- field Thing.a", "+ field Thing.c", "~ Thing.b: type string -> number"],
        ),
        (object_of({"a": TEXT}, "a"), object_of({"a": TEXT}) | {"required": []}, ["- Thing: required a"]),
        (
            {"type": "array", "items": TEXT},
            {"type": "array", "items": NUMBER},
            ["~ Thing[]: type string -> number"],
        ),
        ({"type": "array", "items": ref("A")}, {"type": "array"}, ["~ Thing: items A -> none"]),
        (
            fields(a={"additionalProperties": ref("A")}),
            fields(a={"additionalProperties": {}}),
            ["~ Thing.a: additionalProperties A -> a schema"],
        ),
        (
            {"additionalProperties": {**TEXT, "maxLength": 1}},
            {"additionalProperties": {**TEXT, "maxLength": 2}},
            ["~ Thing{}: maxLength 1 -> 2"],
        ),
        ({"allOf": [ref("A")]}, {"allOf": [TEXT]}, ["- Thing: allOf A", "+ Thing: allOf string"]),
    ],
)
def test_a_change_of_a_schema_is_listed_at_its_place(old: Json, new: Json, lines: list[str]) -> None:
    found = differences(document(old), document(new))
    assert [line for line in found if " schema " not in line] == lines


def test_added_and_removed_schemas_and_operations_are_listed() -> None:
    old, new = document({"oneOf": [ref("A")]}), document({"oneOf": [ref("B")]})
    assert differences(old, new)[:2] == ["- schema A", "+ schema B"]
    get, post = (
        extract(small_document({"/thing": {method: {"responses": DONE}}})) for method in ("get", "post")
    )
    assert differences(get, post) == ["- operation GET /thing", "+ operation POST /thing"]


def test_changes_of_an_operation_are_listed() -> None:
    a: Json = {"name": "a", "in": "query", "schema": {**TEXT, "maxLength": 2}}
    older = {**a, "required": True, "schema": {**TEXT, "maxLength": 1}}
    old = document(TEXT, operationId="one", parameters=[{"name": "gone", "in": "query"}, older])
    new = document(
        TEXT,
        operationId="two",
        deprecated=True,
        parameters=[{"name": "new", "in": "query"}, {**a, "deprecated": True}],
        requestBody=json_body(TEXT),
        responses={"200": json_body(ref("Thing")), "204": {}},
    )
    assert differences(old, new) == [
        "~ operation GET /thing: operationId one -> two",
        "~ operation GET /thing: deprecated False -> True",
        "- parameter of GET /thing: query gone",
        "+ parameter of GET /thing: query new",
        "~ GET /thing query a: required True -> False",
        "~ GET /thing query a: deprecated False -> True",
        "~ GET /thing query a: maxLength 1 -> 2",
        "+ request body of GET /thing",
        "+ response of GET /thing: 204",
    ]
    assert "- request body of GET /thing" in differences(new, old)


def test_changes_within_bodies_are_listed_by_media_type() -> None:
    csv: Json = {"text/csv": {"schema": {**TEXT, "maxLength": 1}}}
    longer: Json = {"text/csv": {"schema": {**TEXT, "maxLength": 2}}}
    old = document(TEXT, requestBody=json_body(TEXT, required=False), responses={"200": {"content": csv}})
    new = document(TEXT, requestBody=json_body(NUMBER), responses={"200": {"content": longer}})
    assert differences(old, new) == [
        "~ GET /thing request body: required False -> True",
        "~ GET /thing request body: type string -> number",
        "~ GET /thing response 200 (text/csv): maxLength 1 -> 2",
    ]
    other = document(TEXT, requestBody={"content": csv}, responses={"200": {"content": csv}})
    assert differences(old, other) == [
        "- media type of GET /thing request body: application/json",
        "+ media type of GET /thing request body: text/csv",
    ]
