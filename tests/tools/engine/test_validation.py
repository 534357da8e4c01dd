"""Arguments are validated against the contract: what surely fails is reported, the rest is sent."""

from __future__ import annotations

from typing import Any

import pytest

from small_contract import (
    Json,
    array,
    body_contract,
    contract_of,
    json_body,
    number,
    object_of,
    problems,
    query_contract,
    rules,
    text,
)
from vapi_sessions_tools.engine.problem import Problem

LIST: Json = array(text())
KEPT = object_of({"role": text()}, "role")
WRONG_TEXT = "must be a string, not a number"
LAST = ("it[2001][0]", WRONG_TEXT)


def thing_at(schema: Json) -> Any:
    parameter = {"name": "id", "in": "path", "required": True, "schema": schema}
    return contract_of({"/thing/{id}": {"get": {"parameters": [parameter], "responses": {}}}})


def test_all_problems_are_reported_at_once_unknown_arguments_first() -> None:
    contract = body_contract({"name": text(), "size": number()}, required=("size",))
    assert rules(contract, {"name": "a", "size": 1}) == []
    found = rules(contract, {"name": ["a"], "zzzzzz": 1})
    assert found[0] == ("zzzzzz", "is no argument of make_thing")
    assert sorted(found[1:]) == [("name", "must be a string, not a list"), ("size", "is required")]


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("assistant_id", ["assistantId"]),
        ("zzzzzz", ["assistantId", "squadId", "query"]),
        ("metadata", "use it"),
    ],
)
def test_an_unknown_argument_is_refused_with_the_right_name(name: str, allowed: object) -> None:
    body = json_body(object_of({"assistantId": text(), "squadId": text()}))
    post = {"operationId": "make", "requestBody": body, "responses": {}}
    contract = contract_of({"/thing": {"post": {**post, "x-not-an-argument": {"metadata": "use it"}}}})
    found = problems(contract, {name: "a"})
    assert found == [Problem(name, "is no argument of make", allowed)]


def test_a_hint_of_the_contract_is_added_to_what_is_allowed() -> None:
    contract = query_contract({"name": "limit", "schema": number(maximum=9), "x-way-out": "ask for pages"})
    assert [problem.allowed for problem in problems(contract, {"limit": 10})] == ["ask for pages"]
    assert problems(contract, {"limit": "x"})[0].rule == "must be a number, not a string"


def test_a_problem_of_several_alternatives_is_reported_once() -> None:
    branch = object_of({"a": text()}, "a")
    contract = body_contract({"thing": {"oneOf": [branch, branch]}})
    assert rules(contract, {"thing": {"a": 1}}) == [("thing.a", WRONG_TEXT)]


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        (LIST, ["a"] * 5_000 + [1], [("it[5000]", WRONG_TEXT)]),
        (array(LIST), [["a"]] * 2_000 + [["a"] * 3_000 + [1], [2]], [("it[2000][3000]", WRONG_TEXT), LAST]),
        (array(KEPT), [{"role": "a"}] * 2_000 + [{"role": 1}], [("it[2000].role", WRONG_TEXT)]),
        ({**LIST, "minItems": 3_000}, ["a"] * 3_000, []),
        ({**LIST, "minItems": 3_000}, ["a"] * 3_000 + [1], [("it[3000]", WRONG_TEXT)]),
        (array(maxItems=3_000), [1] * 5_000, [("it", "must have at most 3000 items; this has 5,000")]),
        (array(uniqueItems=True), [*range(3_000), 1], [("it", "must not hold the same item twice")]),
    ],
    ids=range(7),
)
def test_a_long_list_is_validated_to_its_end(
    schema: Json, value: object, found: list[tuple[str, str]]
) -> None:
    assert rules(body_contract({"it": schema}), {"it": value}) == found


def test_not_more_than_a_hundred_problems_are_reported() -> None:
    assert len(problems(body_contract({"list": LIST}), {"list": [1] * 5_000})) == 100
    assert len(problems(body_contract({}), dict.fromkeys(map(str, range(500)), 1))) == 100


@pytest.mark.parametrize(
    ("parameters", "arguments", "found"),
    [
        ([{"name": "a", "schema": text(maxLength=40)}, {"name": "a", "schema": text()}], {"a": "n" * 60}, []),
        ([{"name": "a"}], {"a": {"b": 1}}, [("a", "must be a string, not an object")]),
        ([{"name": "a", "schema": {}, "allOf": [{"type": "object"}]}], {"a": '{"b":1}'}, []),
        ([{"name": "a", "schema": LIST}], {"a": []}, [("a", "must have at least 1 items; this has 0")]),
        (
            [{"name": "a", "schema": text(), "x-query-form": "comma"}],
            {"a": []},
            [("a", "must have at least 1 characters; this has 0")],
        ),
    ],
)
def test_query_parameters_are_validated(parameters: list[Json], arguments: Json, found: list[Any]) -> None:
    assert rules(query_contract(*parameters), arguments) == found


@pytest.mark.parametrize(
    ("time", "accepted"),
    [
        *((time, True) for time in ("2026-01-31T09:30:00Z", "2026-01-31", "2026-01-31 09:30+02:00")),
        *((time, False) for time in ("31.01.2026", "2026-13-01", "2026-W05-6", "")),
    ],
)
def test_a_time_may_have_any_iso_8601_form(time: str, *, accepted: bool) -> None:
    found = [] if accepted else [("at", "must be a date and time in ISO 8601")]
    assert rules(body_contract({"at": text(format="date-time")}), {"at": time}) == found


@pytest.mark.parametrize(
    "schema",
    [text(), {}, text(pattern="^.*$"), {"oneOf": [text(), {"type": "integer"}]}, {"type": "object"}, LIST],
)
@pytest.mark.parametrize("value", [".", "..", ""])
def test_a_path_argument_that_would_change_the_path_is_refused(schema: Json, value: str) -> None:
    assert rules(thing_at(schema), {"id": [value] if schema is LIST else value}) != []


def test_a_path_argument_is_required_and_has_its_format() -> None:
    contract = thing_at(text(format="uuid"))
    assert rules(contract, {"id": ""}) == [("id", "must be a UUID")]
    assert [rules(thing_at(text()), {"id": value}) for value in ("...", ".a", "a/..", "%2e")] == [[]] * 4
    assert rules(contract, {}) == [("id", "is required")]
