"""Coercion: what clients commonly get wrong is corrected, and nothing else is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from small_contract import Json, body_contract, coerced, number, object_of, query_contract, tagged, text
from vapi_sessions_tools.engine.coercion import coerce

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

OBJECT = object_of({"a": number()})
BOOLEAN: Json = {"type": "boolean"}


def body(schema: Json, value: object) -> Any:
    return coerced(body_contract({"it": schema}), {"it": value})["it"]


def query(parameter: Json, value: object) -> Any:
    return coerced(query_contract({"name": "it", **parameter}), {"it": value})["it"]


@pytest.mark.parametrize(
    ("schema", "value", "meant"),
    [
        (number(), " -5 ", -5),
        (number(), "1.5", 1.5),
        ({"type": "integer"}, "60", 60),
        (BOOLEAN, "true", True),
        (BOOLEAN, "False", False),
        (OBJECT, ' {"a": "1", "b": null} ', {"a": 1, "b": None}),
        ({"type": "array", "items": number()}, '["1", 2]', [1, 2]),
        ({"type": "array", "items": OBJECT}, ['{"a":"1"}'], [{"a": 1}]),
        ({"oneOf": [number(), OBJECT]}, "5", 5),
        ({"oneOf": [number(), OBJECT]}, '{"a":1}', {"a": 1}),
        (number(nullable=True), "5", 5),
    ],
)
def test_text_becomes_a_value_of_the_declared_type(schema: Json, value: object, meant: object) -> None:
    read = body(schema, value)
    assert (read, type(read)) == (meant, type(meant))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (text(), '{"a": 1}'),
        (number(), "five"),
        (number(), "1e3"),
        (number(), "1" * 20),
        (number(), ""),
        (BOOLEAN, "yes"),
        (BOOLEAN, 1),
        (OBJECT, "{not json"),
        (OBJECT, "text"),
        (OBJECT, "[" * 200 + "]" * 200),
        (OBJECT, "[" * 100_000),
        ({}, "5"),
        ({"oneOf": [number(), text()]}, "5"),
        ({"oneOf": [number(), {}]}, "5"),
        ({"oneOf": [text(), number()]}, {"a": "1"}),
        ({"type": "array"}, ["1"]),
        ({"oneOf": [{"type": "array", "items": number()}]}, ["1"]),
        (text(format="date-time"), "2026-01-31"),
    ],
)
def test_a_value_that_may_be_meant_as_it_is_does_not_change(schema: Json, value: object) -> None:
    assert body(schema, value) == value


def test_null_of_an_argument_is_dropped_and_a_nested_null_is_kept() -> None:
    contract = body_contract({"a": text(), "b": OBJECT})
    assert coerced(contract, {"a": None, "b": {"a": None, "x": [None]}}) == {"b": {"a": None, "x": [None]}}


def test_unknown_argument_is_kept_for_validation() -> None:
    assert coerced(body_contract({"a": number()}), {"other": "5"}) == {"other": "5"}


def test_legal_keys_are_replaced_by_the_names_of_the_api_at_every_depth() -> None:
    inner = object_of({"tools:append": number(), "plain": text()})
    contract = body_contract({"x:y": object_of({"deep er": {"type": "array", "items": inner}})})
    sent = {"x_y": {"deep_er": [{"tools_append": "1", "plain": "a", "other": 2}]}}
    assert coerced(contract, sent) == {"x_y": {"deep er": [{"tools:append": 1, "plain": "a", "other": 2}]}}


@pytest.mark.parametrize(
    ("names", "sent", "meant"),
    [
        (["tools:append"], {"tools:append": 1, "tools_append": 2}, {"tools:append": 1, "tools_append": 2}),
        (["a:b", "a_b"], {"a_b": 1, "a_b_2": 2}, {"a_b": 1, "a:b": 2}),
    ],
)
def test_a_declared_name_wins_over_the_legal_key_of_another(
    names: list[str], sent: Json, meant: Json
) -> None:
    assert body(object_of(dict.fromkeys(names, number())), sent) == meant


@pytest.mark.parametrize(
    ("tag", "sent", "size"), [("a", "5", 5), ("b", "5", "5"), ("new", "5", "5"), (1, "5", "5")]
)
def test_within_a_union_only_the_branch_of_the_tag_is_coerced(tag: object, sent: str, size: object) -> None:
    union = {"oneOf": [tagged("a", tag="@type", size=number()), tagged("b", tag="@type", size=text())]}
    assert body(union, {"@type": tag, "size": sent}) == {"@type": tag, "size": size}
    assert body(union, {"_type": tag, "size": sent})["size"] == size


def test_in_a_union_without_a_tag_every_branch_may_be_meant() -> None:
    union = {"oneOf": [object_of({"tools:append": number()}), object_of({"b": number()})]}
    assert body(union, {"tools_append": "1", "b": "2"}) == {"tools:append": 1, "b": 2}


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (["a", " b ", 3], "a,b,3"),
        ("a,b", "a,b"),
        ([], ""),
        ('["a", "b"]', "a,b"),
        ("[a", "[a"),
        (5, 5),
        ([["a"]], [["a"]]),
        ([True], [True]),
    ],
)
def test_a_list_is_joined_where_the_api_wants_values_separated_by_commas(value: object, sent: object) -> None:
    assert query({"schema": text(), "x-query-form": "comma"}, value) == sent


@pytest.mark.parametrize(
    ("items", "value", "sent"),
    [
        (text(), "a, b", ["a", "b"]),
        (text(), '["a","b"]', ["a", "b"]),
        (text(), ["a"], ["a"]),
        (number(), "1, 2", [1, 2]),
    ],
)
def test_text_is_split_where_the_api_wants_a_repeated_parameter(
    items: Json, value: object, sent: object
) -> None:
    assert query({"schema": {"type": "array", "items": items}}, value) == sent


@pytest.mark.parametrize(
    ("edge", "value", "sent"),
    [
        ("start", "2026-01-31T10:00+02:00", "2026-01-31T08:00:00.000Z"),
        ("start", "2026-01-31", "2026-01-31T00:00:00.000Z"),
        ("end", "2026-01-31", "2026-01-31T23:59:59.999Z"),
        ("start", "yesterday", "yesterday"),
        ("start", 5, 5),
    ],
)
def test_a_date_in_the_query_is_sent_in_utc(edge: str, value: object, sent: object) -> None:
    assert query({"schema": text(format="date-time"), "x-date-edge": edge}, value) == sent


@pytest.mark.parametrize("field", ["createdAt", "updatedAt"])
@pytest.mark.parametrize(
    ("bound", "time"),
    [("Ge", "00:00:00.000Z"), ("Lt", "00:00:00.000Z"), ("Gt", "23:59:59.999Z"), ("Le", "23:59:59.999Z")],
)
def test_a_day_in_a_filter_of_sessions_is_its_first_or_last_millisecond(
    contract: Contract, field: str, bound: str, time: str
) -> None:
    listing = contract.operation("SessionController_findAllPaginated")
    assert listing is not None
    name = field + bound
    assert coerce(listing, contract.shapes, {name: "2026-01-31"}) == {name: f"2026-01-31T{time}"}
