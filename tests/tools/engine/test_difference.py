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
            {"additionalProperties": {**TEXT, "maxLength": 1}},
            {"additionalProperties": {**TEXT, "maxLength": 2}},
            ["~ Thing{}: maxLength 1 -> 2"],
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
        "+ request body of GET /thing",
        "+ response of GET /thing: 204",
    ]


def test_changes_inside_a_request_body_are_told_at_their_place() -> None:
    before = {
        "type": "object",
        "properties": {"gone": TEXT, "a": {**TEXT, "maxLength": 1, "enum": ["x", "y"]}},
    }
    after = {
        "type": "object",
        "properties": {"come": TEXT, "a": {**TEXT, "maxLength": 2, "enum": ["y", "z"]}},
        "required": ["a"],
    }
    old = document(TEXT, requestBody=json_body(before, required=False))
    new = document(TEXT, requestBody=json_body(after))
    assert differences(old, new) == [
        "~ GET /thing request body: required False -> True",
        "- field GET /thing request body.gone",
        "+ field GET /thing request body.come",
        "- GET /thing request body.a: enum x",
        "+ GET /thing request body.a: enum z",
        "~ GET /thing request body.a: maxLength 1 -> 2",
        "~ GET /thing request body: required none -> a",
    ]


def test_changes_inside_a_response_are_told_at_their_place() -> None:
    rows: Json = {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}}
    fewer: Json = {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "number"}}}}
    old = document(TEXT, responses={"200": json_body(rows), "201": json_body(ref("A")), "404": {}})
    new = document(TEXT, responses={"200": json_body(fewer), "201": json_body(ref("B")), "409": {}})
    assert [line for line in differences(old, new) if " schema " not in line] == [
        "- response of GET /thing: 404",
        "+ response of GET /thing: 409",
        "~ GET /thing response 200[].n: type integer -> number",
        "~ GET /thing response 201: $ref A -> B",
    ]


def test_a_media_type_that_comes_or_goes_is_told() -> None:
    form = {"content": {"multipart/form-data": {"schema": TEXT}}}
    old = document(TEXT, requestBody=json_body(TEXT, required=False))
    new = document(TEXT, requestBody=form)
    assert differences(old, new) == [
        "- media type of GET /thing request body: application/json",
        "+ media type of GET /thing request body: multipart/form-data",
    ]


def test_another_media_type_of_both_is_compared_under_its_name() -> None:
    old, new = (
        document(TEXT, responses={"200": {"content": {"text/csv": {"schema": {**TEXT, "maxLength": n}}}}})
        for n in (1, 2)
    )
    assert differences(old, new) == ["~ GET /thing response 200 (text/csv): maxLength 1 -> 2"]


def test_a_request_body_that_goes_is_told() -> None:
    old, new = document(TEXT, requestBody=json_body(TEXT)), document(TEXT)
    assert differences(old, new) == ["- request body of GET /thing"]


def test_what_became_deprecated_is_told() -> None:
    parameter: Json = {"name": "a", "in": "query", "schema": TEXT}
    old = document({"properties": {"f": TEXT}}, parameters=[parameter])
    new = document(
        {"properties": {"f": {**TEXT, "deprecated": True}}},
        parameters=[{**parameter, "deprecated": True}],
        deprecated=True,
    )
    assert differences(old, new) == [
        "~ operation GET /thing: deprecated False -> True",
        "~ GET /thing query a: deprecated False -> True",
        "~ Thing.f: deprecated False -> True",
    ]


def test_stating_that_something_is_not_deprecated_changes_nothing() -> None:
    assert changes(TEXT, {**TEXT, "deprecated": False}) == []
