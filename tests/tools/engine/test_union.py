"""Several states of one API become one that holds everything, by the looser rule."""

from __future__ import annotations

from typing import Any

import pytest

from small_contract import DONE, NUMBER, TEXT, Json, json_body, object_of, ref, small_document
from vapi_sessions_tools.engine.facts import extract
from vapi_sessions_tools.engine.union import unite, unite_schemas

NULLABLE: Json = {**TEXT, "nullable": True}
A, B, C = (object_of({name: {}}) for name in "abc")


def enum(*values: object) -> Json:
    return {"type": "string", "enum": list(values)}


@pytest.mark.parametrize(
    ("older", "later", "united"),
    [
        (
            {**TEXT, "minLength": 3, "maxLength": 80},
            {**TEXT, "minLength": 5, "maxLength": 40},
            {**TEXT, "minLength": 3, "maxLength": 80},
        ),
        (
            {**NUMBER, "minimum": 1, "maximum": 9},
            {**NUMBER, "minimum": 0, "maximum": 8},
            {**NUMBER, "minimum": 0, "maximum": 9},
        ),
        ({**TEXT, "maxLength": 40}, TEXT, TEXT),
        (enum("a", "b", "b"), enum("c", "b"), enum("c", "b", "a")),
        ({"enum": [1]}, {"enum": [True]}, {"enum": [True, 1]}),
        (enum("a"), TEXT, {**TEXT, "x-former-enum": ["a"]}),
        ({**TEXT, "x-former-enum": ["a"]}, TEXT, {**TEXT, "x-former-enum": ["a"]}),
        (
            object_of({"a": TEXT, "b": TEXT}, "a", "b"),
            object_of({"a": TEXT, "b": TEXT}, "b"),
            object_of({"a": TEXT, "b": TEXT}, "b"),
        ),
        (object_of({}), object_of({"new": TEXT}, "new"), object_of({"new": TEXT}, "new")),
        ({"type": "object"}, {"type": "object", "required": ["a"]}, {"type": "object", "required": ["a"]}),
        (
            object_of({"a": TEXT, "old": NUMBER}),
            object_of({"a": TEXT, "new": TEXT}),
            object_of({"a": TEXT, "new": TEXT, "old": NUMBER}),
        ),
        (
            object_of({"mode": {"type": "object", "enum": ["a"]}}),
            object_of({"mode": TEXT}),
            object_of({"mode": TEXT}),
        ),
        (NULLABLE, {**TEXT, "nullable": False}, NULLABLE),
        ({**TEXT, "nullable": False}, NULLABLE, NULLABLE),
        (
            {"type": "array", "items": {"additionalProperties": {"enum": ["a"]}}},
            {"type": "array", "items": {"additionalProperties": {"enum": ["b"]}}},
            {"type": "array", "items": {"additionalProperties": {"enum": ["b", "a"]}}},
        ),
        (
            {"oneOf": [ref("A"), enum("x"), ref("Gone")]},
            {"oneOf": [ref("B"), enum("y"), ref("A")]},
            {"oneOf": [ref("B"), enum("y", "x"), ref("A"), ref("Gone")]},
        ),
        ({"anyOf": [A, B]}, {"anyOf": [B, C]}, {"anyOf": [B, C, A]}),
        (
            {"oneOf": [ref("A")], "discriminator": {"propertyName": "t", "mapping": {"a": "A"}}},
            {"oneOf": [ref("A")], "discriminator": {"propertyName": "t", "mapping": {"b": "B"}}},
            {"oneOf": [ref("A")], "discriminator": {"propertyName": "t", "mapping": {"a": "A", "b": "B"}}},
        ),
    ],
)
def test_two_states_of_a_schema_are_united_by_the_looser_rule(older: Json, later: Json, united: Json) -> None:
    assert unite_schemas(older, later) == united
    assert unite_schemas(united, united) == united


def post(**raw: Any) -> Json:
    return extract(small_document({"/a": {"post": {"responses": DONE, **raw}}}))


def united_post(older: Json, later: Json) -> Json:
    found: Json = unite([post(**older), post(**later)])["paths"]["/a"]["post"]
    return found


def parameter(**parts: Any) -> Json:
    return {"name": "name", "in": "query", **parts}


def test_paths_of_all_states_are_kept() -> None:
    states = [extract(small_document({path: {"get": {"responses": DONE}}})) for path in ("/a", "/b", "/c")]
    assert list(unite(states)["paths"]) == ["/c", "/b", "/a"]


def test_parameters_are_paired_by_place_name_and_occurrence() -> None:
    old = [parameter(required=True, schema=TEXT), parameter(schema={**TEXT, "maxLength": 40})]
    new = [parameter(), parameter(schema={**TEXT, "maxLength": 80})]
    assert united_post({"parameters": old}, {"parameters": new})["parameters"] == [
        parameter(required=False, schema=TEXT),
        parameter(schema={**TEXT, "maxLength": 80}),
    ]


def test_request_bodies_and_responses_are_united() -> None:
    bare: Json = {"content": {"application/json": {}}}
    x, y = json_body(object_of({"x": TEXT})), json_body(object_of({"y": TEXT}), required=False)
    both = united_post(
        {"requestBody": x, "responses": {"200": x, "201": bare, "202": x, "400": {}}},
        {"requestBody": y, "responses": {"200": y, "201": x, "202": bare}},
    )
    schema = object_of({"y": TEXT, "x": TEXT})
    assert both["requestBody"] == json_body(schema, required=False)
    assert {status: one.get("content") for status, one in both["responses"].items()} == {
        "200": json_body(schema)["content"],
        "201": x["content"],
        "202": x["content"],
        "400": None,
    }
