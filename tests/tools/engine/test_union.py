"""Several states of one API become one that holds everything, by the looser rule."""

from __future__ import annotations

from typing import Any

import pytest

from small_contract import DONE, Json, array, json_body, number, object_of, ref, small_document, text
from vapi_sessions_tools.engine.facts import extract
from vapi_sessions_tools.engine.union import unite, unite_schemas

FORMER: Json = {**text(), "x-former-enum": ["a"]}
A, B, C = (object_of({name: {}}) for name in "abc")
OBJECT: Json = {"type": "object"}


def union_of(*branches: Json, **tags: str) -> Json:
    discriminator = {"propertyName": "t", "mapping": tags}
    return {"oneOf": list(branches), **({"discriminator": discriminator} if tags else {})}


def fields(*names: str, required: tuple[str, ...] = ()) -> Json:
    return object_of(dict.fromkeys(names, text()), *required)


def of(*enum: object) -> Json:
    return array({"additionalProperties": {"enum": list(enum)}})


@pytest.mark.parametrize(
    ("older", "later", "united"),
    [
        (text(minLength=3, maxLength=80), text(minLength=5, maxLength=40), text(minLength=3, maxLength=80)),
        (number(minimum=1, maximum=9), number(minimum=0, maximum=8), number(minimum=0, maximum=9)),
        (text(maxLength=40), text(), text()),
        (text(enum=["a", "b", "b"]), text(enum=["c", "b"]), text(enum=["c", "b", "a"])),
        ({"enum": [1]}, {"enum": [True]}, {"enum": [True, 1]}),
        (text(enum=["a"]), text(), FORMER),
        (FORMER, text(), FORMER),
        (
            fields("a", "b", required=("a", "b")),
            fields("a", "b", required=("b",)),
            fields("a", "b", required=("b",)),
        ),
        (fields(), fields("new", required=("new",)), fields("new", required=("new",))),
        (OBJECT, {**OBJECT, "required": ["a"]}, {**OBJECT, "required": ["a"]}),
        (fields("a", "old"), fields("a", "new"), fields("a", "new", "old")),
        (object_of({"a": {**OBJECT, "enum": ["x"]}}), fields("a"), fields("a")),
        (text(nullable=True), text(nullable=False), text(nullable=True)),
        (text(nullable=False), text(nullable=True), text(nullable=True)),
        (of("a"), of("b"), of("b", "a")),
        (
            union_of(ref("A"), text(enum=["x"]), ref("Gone")),
            union_of(ref("B"), text(enum=["y"]), ref("A")),
            union_of(ref("B"), text(enum=["y", "x"]), ref("A"), ref("Gone")),
        ),
        ({"anyOf": [A, B]}, {"anyOf": [B, C]}, {"anyOf": [B, C, A]}),
        (union_of(ref("A"), a="A"), union_of(ref("A"), b="B"), union_of(ref("A"), a="A", b="B")),
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
    old = [parameter(required=True, schema=text()), parameter(schema=text(maxLength=40))]
    new = [parameter(), parameter(schema=text(maxLength=80))]
    assert united_post({"parameters": old}, {"parameters": new})["parameters"] == [
        parameter(required=False, schema=text()),
        parameter(schema=text(maxLength=80)),
    ]


def test_request_bodies_and_responses_are_united() -> None:
    bare: Json = {"content": {"application/json": {}}}
    x, y = json_body(object_of({"x": text()})), json_body(object_of({"y": text()}), required=False)
    both = united_post(
        {"requestBody": x, "responses": {"200": x, "201": bare, "202": x, "400": {}}},
        {"requestBody": y, "responses": {"200": y, "201": x, "202": bare}},
    )
    schema = object_of({"y": text(), "x": text()})
    assert both["requestBody"] == json_body(schema, required=False)
    assert {status: one.get("content") for status, one in both["responses"].items()} == {
        "200": json_body(schema)["content"],
        "201": x["content"],
        "202": x["content"],
        "400": None,
    }
