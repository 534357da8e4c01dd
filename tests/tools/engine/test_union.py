"""Several states of one API become one that holds everything, by the looser rule."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_contract import DONE, Json, json_body, ref, small_document
from vapi_sessions_tools.engine.facts import extract
from vapi_sessions_tools.engine.union import unite, unite_schemas


def united(older: Json, later: Json) -> Json:
    return unite_schemas(older, later)


@pytest.mark.parametrize(
    ("keyword", "older", "later", "wider"),
    [
        ("minimum", 1, 0, 0),
        ("minLength", 3, 5, 3),
        ("minItems", 1, 2, 1),
        ("minProperties", 1, 2, 1),
        ("maximum", 10, 20, 20),
        ("maxLength", 80, 40, 80),
        ("maxItems", 5, 3, 5),
        ("maxProperties", 5, 3, 5),
    ],
)
def test_of_two_limits_the_wider_holds(keyword: str, older: int, later: int, wider: int) -> None:
    both = united({"type": "string", keyword: older}, {"type": "string", keyword: later})
    assert both == {"type": "string", keyword: wider}


def test_a_limit_that_is_gone_stays_gone() -> None:
    assert united({"type": "string", "maxLength": 40}, {"type": "string"}) == {"type": "string"}


def test_enums_are_joined_the_later_values_first_and_none_twice() -> None:
    both = united({"type": "string", "enum": ["a", "b", "b"]}, {"type": "string", "enum": ["c", "b"]})
    assert both["enum"] == ["c", "b", "a"]


def test_true_and_one_are_two_enum_values() -> None:
    assert united({"enum": [1]}, {"enum": [True]})["enum"] == [True, 1]


def test_an_enum_that_was_dropped_is_remembered_as_words() -> None:
    both = united({"type": "string", "enum": ["a"]}, {"type": "string"})
    assert both == {"type": "string", "x-former-enum": ["a"]}


def test_words_of_a_dropped_enum_survive_a_further_state() -> None:
    both = united({"type": "string", "x-former-enum": ["a"]}, {"type": "string"})
    assert both["x-former-enum"] == ["a"]


def test_a_field_is_required_only_where_both_states_require_it() -> None:
    fields = {"a": {"type": "string"}, "b": {"type": "string"}}
    older = {"type": "object", "properties": fields, "required": ["a", "b"]}
    later = {"type": "object", "properties": fields, "required": ["b"]}
    assert united(older, later)["required"] == ["b"]
    assert united(later, older)["required"] == ["b"]


def test_a_field_that_only_the_later_state_knows_is_under_its_rule() -> None:
    older: Json = {"type": "object", "properties": {}}
    later = {"type": "object", "properties": {"new": {"type": "string"}}, "required": ["new"]}
    assert united(older, later)["required"] == ["new"]


def test_a_schema_without_fields_keeps_the_later_states_required() -> None:
    assert united({"type": "object"}, {"type": "object", "required": ["a"]})["required"] == ["a"]


def test_no_field_of_either_state_is_lost() -> None:
    older = {"type": "object", "properties": {"a": {"type": "string"}, "old": {"type": "number"}}}
    later = {"type": "object", "properties": {"a": {"type": "string"}, "new": {"type": "boolean"}}}
    assert set(united(older, later)["properties"]) == {"a", "old", "new"}


def test_a_field_whose_kind_changed_is_what_the_later_state_says() -> None:
    older = {"type": "object", "properties": {"mode": {"type": "object", "enum": ["a"]}}}
    later = {"type": "object", "properties": {"mode": {"type": "string"}}}
    assert united(older, later)["properties"]["mode"] == {"type": "string"}


def test_null_is_allowed_where_either_state_allows_it() -> None:
    nullable, strict = {"type": "string", "nullable": True}, {"type": "string", "nullable": False}
    assert united(nullable, strict) == united(strict, nullable) == nullable


def test_items_and_further_fields_are_united_too() -> None:
    older = {"type": "array", "items": {"type": "object", "additionalProperties": {"enum": ["a"]}}}
    later = {"type": "array", "items": {"type": "object", "additionalProperties": {"enum": ["b"]}}}
    assert united(older, later)["items"]["additionalProperties"] == {"enum": ["b", "a"]}


def test_branches_of_a_union_are_paired_by_what_they_refer_to() -> None:
    older = {"oneOf": [ref("A"), {"type": "string", "enum": ["x"]}, ref("Gone")]}
    later = {"oneOf": [ref("B"), {"type": "string", "enum": ["y"]}, ref("A")]}
    assert united(older, later)["oneOf"] == [
        ref("B"),
        {"type": "string", "enum": ["y", "x"]},
        ref("A"),
        ref("Gone"),
    ]


def test_branches_that_cannot_be_paired_are_all_kept() -> None:
    one: Json = {"type": "object", "properties": {"a": {}}}
    two: Json = {"type": "object", "properties": {"b": {}}}
    three: Json = {"type": "object", "properties": {"c": {}}}
    assert united({"anyOf": [one, two]}, {"anyOf": [two, three]})["anyOf"] == [two, three, one]


def test_a_discriminator_keeps_the_tags_of_both_states() -> None:
    older = {"oneOf": [ref("A")], "discriminator": {"propertyName": "type", "mapping": {"a": "A"}}}
    later = {"oneOf": [ref("A")], "discriminator": {"propertyName": "type", "mapping": {"b": "B"}}}
    assert united(older, later)["discriminator"] == {
        "propertyName": "type",
        "mapping": {"a": "A", "b": "B"},
    }


def state(**operations: Json) -> Json:
    paths = {f"/{name}": {"post": {"responses": DONE, **raw}} for name, raw in operations.items()}
    return extract(small_document(paths))


def test_paths_and_methods_of_both_states_are_kept() -> None:
    assert list(unite([state(a={}), state(b={}), state(c={})])["paths"]) == ["/c", "/b", "/a"]


def parameter(**parts: Any) -> Json:
    return {"name": "name", "in": "query", **parts}


def test_a_parameter_is_required_only_where_both_states_require_it() -> None:
    old = state(a={"parameters": [parameter(required=True, schema={"type": "string", "maxLength": 1})]})
    new = state(a={"parameters": [parameter(schema={"type": "string", "maxLength": 2})]})
    assert unite([old, new])["paths"]["/a"]["post"]["parameters"] == [
        parameter(required=False, schema={"type": "string", "maxLength": 2})
    ]


def test_a_parameter_declared_twice_is_paired_by_occurrence() -> None:
    twice = [parameter(schema={"type": "string"}), parameter(schema={"type": "string", "maxLength": 40})]
    looser = [parameter(schema={"type": "string"}), parameter(schema={"type": "string", "maxLength": 80})]
    both = unite([state(a={"parameters": twice}), state(a={"parameters": looser})])
    assert both["paths"]["/a"]["post"]["parameters"] == looser


def test_a_parameter_without_a_schema_in_one_state_has_the_others() -> None:
    old, new = [parameter(schema={"type": "string"})], [parameter()]
    both = unite([state(a={"parameters": old}), state(a={"parameters": new})])
    assert both["paths"]["/a"]["post"]["parameters"] == old


def test_bodies_and_answers_are_united() -> None:
    def body(**fields: Json) -> Json:
        return json_body({"type": "object", "properties": fields})

    text: Json = {"type": "string"}
    old = state(a={"requestBody": body(x=text), "responses": {"200": body(x=text), "400": {}}})
    new = state(a={"requestBody": {**body(y=text), "required": False}, "responses": {"200": body(y=text)}})
    post = unite([old, new])["paths"]["/a"]["post"]
    media = "application/json"
    assert post["requestBody"]["required"] is False
    assert set(post["requestBody"]["content"][media]["schema"]["properties"]) == {"x", "y"}
    assert set(post["responses"]["200"]["content"][media]["schema"]["properties"]) == {"x", "y"}
    assert "400" in post["responses"]


def test_media_without_a_schema_gives_way_to_media_with_one() -> None:
    bare: Json = {"content": {"application/json": {}}}
    old = state(a={"responses": {"200": json_body({"type": "string"}), "201": bare}})
    new = state(a={"responses": {"200": bare, "201": json_body({"type": "string"})}})
    responses = unite([old, new])["paths"]["/a"]["post"]["responses"]
    assert responses["201"]["content"]["application/json"] == {"schema": {"type": "string"}}
    assert responses["200"]["content"]["application/json"] == {"schema": {"type": "string"}}


def _scalar(kind: str, enum: list[str], low: int, high: int) -> Json:
    limits = {"minLength": low, "maxLength": high} if high else {}
    return {"type": kind, **({"enum": enum} if enum else {}), **limits}


def _object(fields: Json, required: list[str]) -> Json:
    known = [name for name in required if name in fields]
    return {"type": "object", "properties": fields, **({"required": known} if known else {})}


def _array(items: Json) -> Json:
    return {"type": "array", "items": items}


def _nested(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    fields = st.dictionaries(st.sampled_from(["a", "b", "c", "properties"]), inner)
    required = st.lists(st.sampled_from(["a", "b", "c"]), unique=True)
    return st.builds(_object, fields, required) | st.builds(_array, inner)


scalars = st.builds(
    _scalar,
    st.sampled_from(["string", "number"]),
    st.lists(st.sampled_from("abc"), unique=True),
    st.integers(0, 2),
    st.integers(0, 9),
)
schemas: st.SearchStrategy[Json] = st.recursive(scalars, _nested, max_leaves=8)


@given(schemas)
def test_a_state_united_with_itself_is_itself(schema: Json) -> None:
    assert united(schema, schema) == schema


@given(
    st.dictionaries(st.sampled_from("abcd"), schemas),
    st.dictionaries(st.sampled_from("abcd"), schemas),
)
def test_whatever_the_states_are_every_property_is_kept(older: Json, later: Json) -> None:
    both = united(_object(older, []), _object(later, []))
    assert set(both["properties"]) == {*older, *later}
    assert united(both, _object(later, []))["properties"].keys() == both["properties"].keys()
