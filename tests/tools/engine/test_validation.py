"""Arguments are measured against the whole contract: what surely fails is told, the rest passes."""

from __future__ import annotations

from typing import Any

import pytest

from small_contract import Json, body_contract, contract_of, problems, query_contract, rules
from vapi_sessions_tools.engine.problem import Problem

TEXT: Json = {"type": "string"}


def test_arguments_that_fit_have_no_problem() -> None:
    assert rules(body_contract({"name": TEXT}), {"name": "a"}) == []


def test_every_problem_is_told_in_one_answer_unknown_arguments_first() -> None:
    contract = body_contract({"name": TEXT, "size": {"type": "number"}}, required=("size",))
    found = rules(contract, {"name": ["a"], "zzzzzz": 1})
    assert found[0] == ("zzzzzz", "is no argument of make_thing")
    assert sorted(found[1:]) == [("name", "must be a string, not a list"), ("size", "is required")]


def test_an_unknown_argument_is_answered_with_the_nearest() -> None:
    contract = body_contract({"assistantId": TEXT, "squadId": TEXT})
    assert problems(contract, {"assistant_id": "a"})[0].allowed == ["assistantId"]


def test_an_argument_like_no_other_is_answered_with_all() -> None:
    contract = body_contract({"name": TEXT, "size": TEXT})
    assert problems(contract, {"zzzzzz": 1})[0].allowed == ["name", "size", "query"]


def test_a_name_that_is_often_mistaken_is_answered_with_the_way_out() -> None:
    get = {"operationId": "listThings", "x-not-an-argument": {"status": "use query"}, "responses": {}}
    found = problems(contract_of({"/thing": {"get": get}}), {"status": "a"})
    assert found == [Problem("status", "is no argument of list_things", "use query")]


def test_a_problem_of_several_alternatives_is_told_once() -> None:
    wrong = {"type": "object", "properties": {"a": TEXT}, "required": ["a"]}
    fields = {"thing": {"oneOf": [wrong, wrong]}}
    assert rules(body_contract(fields), {"thing": {"a": 1}}) == [
        ("thing.a", "must be a string, not a number")
    ]


def test_counting_stops_where_nobody_reads_further() -> None:
    contract = body_contract({"list": {"type": "array", "items": TEXT}})
    assert len(problems(contract, {"list": [1] * 5_000})) == 100


def test_a_duplicated_parameter_is_held_to_its_looser_rule() -> None:
    twice = query_contract(
        {"name": "name", "schema": {"type": "string", "maxLength": 40}}, {"name": "name", "schema": TEXT}
    )
    assert rules(twice, {"name": "n" * 60}) == []


def test_a_parameter_without_a_schema_is_text() -> None:
    contract = query_contract(
        {"name": "filter"}, {"name": "other", "schema": {}, "allOf": [{"type": "object"}]}
    )
    assert rules(contract, {"filter": "a", "other": '{"b":1}'}) == []
    assert rules(contract, {"filter": {"a": 1}}) == [("filter", "must be a string, not an object")]


@pytest.mark.parametrize(
    "moment", ["2026-01-31T09:30:00Z", "2026-01-31T09:30", "2026-01-31", "2026-01-31 09:30:00+02:00"]
)
def test_moments_are_taken_in_any_iso_8601_form(moment: str) -> None:
    assert rules(body_contract({"at": {"type": "string", "format": "date-time"}}), {"at": moment}) == []


@pytest.mark.parametrize("moment", ["31.01.2026", "2026-13-01", "2026-W05-6", "yesterday", ""])
def test_what_is_no_moment_is_refused(moment: str) -> None:
    contract = body_contract({"at": {"type": "string", "format": "date-time"}})
    assert rules(contract, {"at": moment}) == [("at", "must be a date and time in ISO 8601")]


def thing_at(schema: Json) -> Any:
    parameter = {"name": "id", "in": "path", "required": True, "schema": schema}
    return contract_of({"/thing/{id}": {"get": {"parameters": [parameter], "responses": {}}}})


@pytest.mark.parametrize(
    "schema",
    [
        TEXT,
        {},
        {"type": "string", "pattern": "^.*$"},
        {"oneOf": [TEXT, {"type": "integer"}]},
        {"type": "object"},
        {"type": "array", "items": TEXT},
    ],
)
@pytest.mark.parametrize("other_path", [".", "..", ""])
def test_a_path_argument_cannot_make_another_path(schema: Json, other_path: str) -> None:
    given = [other_path] if schema.get("type") == "array" else other_path
    assert rules(thing_at(schema), {"id": given}) != []


@pytest.mark.parametrize("value", ["a", "...", ".a", "a/..", "%2e"])
def test_any_other_text_is_a_path_argument(value: str) -> None:
    assert rules(thing_at(TEXT), {"id": value}) == []


def test_a_path_argument_of_a_format_is_held_to_it_alone() -> None:
    assert rules(thing_at({"type": "string", "format": "uuid"}), {"id": ""}) == [("id", "must be a UUID")]


def test_a_path_argument_is_required() -> None:
    assert rules(thing_at(TEXT), {}) == [("id", "is required")]


def test_path_query_and_body_arguments_of_one_name_are_told_apart() -> None:
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
        {"name": "id", "in": "query", "schema": {"type": "boolean"}},
    ]
    body = {"type": "object", "properties": {"id": {"type": "array", "items": TEXT}}}
    post = {
        "parameters": parameters,
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": {},
    }
    contract = contract_of({"/thing/{id}": {"post": post}})
    assert rules(contract, {"id": 1, "query_id": True, "body_id": ["a"]}) == []
    assert rules(contract, {"id": "x", "query_id": 3, "body_id": "b"}) == [
        ("id", "must be a whole number, not a string"),
        ("query_id", "must be true or false, not a number"),
        ("body_id", "must be a list, not a string"),
    ]


def test_an_empty_enum_and_a_doubled_one_are_no_rules() -> None:
    fields: dict[str, Json] = {
        "a": {"type": "string", "enum": []},
        "b": {"type": "string", "enum": ["x", "x"]},
    }
    closed = {name: {**schema, "x-closed-enum": True} for name, schema in fields.items()}
    assert rules(body_contract(fields), {"a": "1", "b": "2"}) == []
    assert rules(body_contract(closed), {"a": "1", "b": "x"}) == []


def test_openapi_3_0_flags_of_exclusive_bounds_hold() -> None:
    contract = body_contract({"size": {"type": "number", "minimum": 0, "exclusiveMinimum": True}})
    assert rules(contract, {"size": 1}) == []
    assert rules(contract, {"size": 0}) == [("size", "must be more than 0")]


def test_a_problem_at_the_end_of_a_long_list_is_found_at_its_place() -> None:
    contract = body_contract({"list": {"type": "array", "items": TEXT}})
    assert rules(contract, {"list": ["a"] * 5_000 + [1]}) == [
        ("list[5000]", "must be a string, not a number")
    ]


def test_a_list_of_many_values_that_is_too_long_is_refused_for_its_length() -> None:
    contract = body_contract({"list": {"type": "array", "maxItems": 3_000}, "name": TEXT})
    assert rules(contract, {"list": [1] * 5_000, "name": "a"}) == [
        ("list", "must have at most 3000 items; this has 5,000")
    ]


def test_a_long_list_is_not_refused_for_the_length_of_a_part_of_it() -> None:
    contract = body_contract({"list": {"type": "array", "minItems": 3_000, "items": TEXT}})
    assert rules(contract, {"list": ["a"] * 3_000}) == []
    assert rules(contract, {"list": ["a"] * 3_000 + [1]}) == [
        ("list[3000]", "must be a string, not a number")
    ]
