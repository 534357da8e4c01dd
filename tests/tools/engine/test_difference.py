"""The differences of two states of an API are listed, one change a line."""

from __future__ import annotations

from typing import Any

from small_contract import DONE, Json, array, json_body, number, object_of, ref, small_document, text
from vapi_sessions_tools.engine.difference import differences
from vapi_sessions_tools.engine.facts import extract

CHANGES: list[tuple[Json, Json, list[str]]] = [
    (text(), text(deprecated=False), []),
    (text(), text(deprecated=True), ["~ It: deprecated False -> True"]),
    (text(), text(maxLength=4), ["~ It: maxLength none -> 4"]),
    (text(enum=["a", "b"]), text(enum=["b", "c"]), ["- It: enum a", "+ It: enum c"]),
    (text(enum=["a", "b"]), text(enum=["b", "a"]), ["~ It: enum in another order"]),
    (text(), text(enum=list("abcdefghij")), ["~ It: enum none -> a, b, c, d, e, f, g, h and 2 more"]),
    (object_of({"a": text()}), object_of({"b": text()}), ["- field It.a", "+ field It.b"]),
    (object_of({"a": text()}), object_of({"a": number()}), ["~ It.a: type string -> number"]),
    (object_of({}, "a"), {**object_of({}), "required": []}, ["- It: required a"]),
    (array(text()), array(number()), ["~ It[]: type string -> number"]),
    (array(ref("A")), array(), ["~ It: items A -> none"]),
    (
        {"additionalProperties": ref("A")},
        {"additionalProperties": {}},
        ["~ It: additionalProperties A -> a schema"],
    ),
    ({"additionalProperties": text()}, {"additionalProperties": number()}, ["~ It{}: type string -> number"]),
    ({"allOf": [ref("A")]}, {"allOf": [text()]}, ["- It: allOf A", "+ It: allOf string"]),
]


def document(schemas: Json | None = None, **operation: Any) -> Json:
    raw = {"parameters": [], "responses": DONE, **operation}
    return {"paths": {"/thing": {"get": raw}}, "components": {"schemas": schemas or {}}}


def test_changes_of_a_schema_are_listed_at_their_places() -> None:
    for old, new, lines in CHANGES:
        assert differences(document({"It": old}), document({"It": new})) == lines


def test_added_and_removed_schemas_and_operations_are_listed() -> None:
    assert differences(document({"A": {}}), document({"B": {}})) == ["- schema A", "+ schema B"]
    get, post = (
        extract(small_document({"/thing": {method: {"responses": DONE}}})) for method in ("get", "post")
    )
    assert differences(get, post) == ["- operation GET /thing", "+ operation POST /thing"]


def test_changes_of_an_operation_are_listed() -> None:
    a: Json = {"name": "a", "in": "query", "required": True, "schema": text(maxLength=1)}
    changed: Json = {**a, "required": False, "deprecated": True, "schema": text(maxLength=2)}
    old = document(operationId="one", parameters=[{"name": "gone", "in": "query"}, a])
    new = document(
        operationId="two",
        deprecated=True,
        parameters=[{"name": "new", "in": "query"}, changed],
        requestBody=json_body(text()),
        responses={**DONE, "200": {}},
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
        "+ response of GET /thing: 200",
    ]
    assert "- request body of GET /thing" in differences(new, old)


def test_changes_within_bodies_are_listed_by_media_type() -> None:
    csv, longer = ({"content": {"text/csv": {"schema": text(maxLength=length)}}} for length in (1, 2))
    old = document(requestBody=json_body(text(), required=False), responses={"200": csv})
    assert differences(old, document(requestBody=json_body(number()), responses={"200": longer})) == [
        "~ GET /thing request body: required False -> True",
        "~ GET /thing request body: type string -> number",
        "~ GET /thing response 200 (text/csv): maxLength 1 -> 2",
    ]
    assert differences(old, document(requestBody=csv, responses={"200": csv})) == [
        "- media type of GET /thing request body: application/json",
        "+ media type of GET /thing request body: text/csv",
    ]
