"""What clients mangle on the way is mended, and nothing else is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_contract import Json, body_contract, mended, query_contract
from vapi_sessions_tools.engine.coercion import coerce

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "number"}
OBJECT: Json = {"type": "object", "properties": {"a": NUMBER}}


def body(schema: Json, value: object) -> Any:
    return mended(body_contract({"it": schema}), {"it": value})["it"]


@pytest.mark.parametrize(
    ("schema", "value", "meant"),
    [
        (NUMBER, "5", 5),
        (NUMBER, " -5 ", -5),
        (NUMBER, "1.5", 1.5),
        ({"type": "integer"}, "60", 60),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "False", False),
        (OBJECT, '{"a": "1"}', {"a": 1}),
        (OBJECT, ' {"b": null} ', {"b": None}),
        ({"type": "array", "items": NUMBER}, '["1", 2]', [1, 2]),
        ({"type": "array", "items": OBJECT}, ['{"a":"1"}'], [{"a": 1}]),
        ({"oneOf": [NUMBER, OBJECT]}, "5", 5),
        ({"oneOf": [NUMBER, OBJECT]}, '{"a":1}', {"a": 1}),
        ({**NUMBER, "nullable": True}, "5", 5),
    ],
)
def test_text_is_made_the_kind_of_thing_that_belongs_there(
    schema: Json, value: object, meant: object
) -> None:
    read = body(schema, value)
    assert (read, type(read)) == (meant, type(meant))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (TEXT, "5"),
        (TEXT, "true"),
        (TEXT, '{"a": 1}'),
        (NUMBER, "five"),
        (NUMBER, "1e3"),
        (NUMBER, "0x1f"),
        (NUMBER, "1" * 20),
        (NUMBER, ""),
        ({"type": "boolean"}, "yes"),
        ({"type": "boolean"}, 1),
        (OBJECT, "{not json"),
        (OBJECT, "text"),
        (OBJECT, "[" * 200 + "]" * 200),
        (OBJECT, "[" * 100_000),
        ({"type": "object"}, '{"a": 1}'),
        ({}, "5"),
        ({"oneOf": [NUMBER, TEXT]}, "5"),
        ({"oneOf": [NUMBER, {}]}, "5"),
        ({"type": "array"}, ["1"]),
        ({"oneOf": [{"type": "array", "items": NUMBER}]}, ["1"]),
    ],
)
def test_what_may_be_meant_as_it_is_stays_as_it_is(schema: Json, value: object) -> None:
    assert body(schema, value) == value


def test_null_for_an_argument_is_not_given_but_a_nested_null_is_a_value() -> None:
    contract = body_contract({"a": TEXT, "b": OBJECT})
    assert mended(contract, {"a": None, "b": {"a": None, "x": [None]}}) == {"b": {"a": None, "x": [None]}}


def test_unknown_arguments_are_left_for_validation_to_refuse() -> None:
    assert mended(body_contract({"a": NUMBER}), {"other": "5"}) == {"other": "5"}


def test_keys_that_clients_do_not_accept_are_found_again_at_every_depth() -> None:
    inner = {"type": "object", "properties": {"tools:append": NUMBER, "plain": TEXT}}
    fields = {"x:y": {"type": "object", "properties": {"deep er": {"type": "array", "items": inner}}}}
    contract = body_contract(fields)
    sent = {"x_y": {"deep_er": [{"tools_append": "1", "plain": "a", "other": 2}]}}
    assert mended(contract, sent) == {"x_y": {"deep er": [{"tools:append": 1, "plain": "a", "other": 2}]}}


def test_a_key_under_its_own_name_wins_over_its_legal_form() -> None:
    schema = {"type": "object", "properties": {"tools:append": NUMBER}}
    assert body(schema, {"tools:append": 1, "tools_append": 2}) == {"tools:append": 1, "tools_append": 2}


def test_a_key_that_looks_like_the_legal_form_of_another_is_itself() -> None:
    schema = {"type": "object", "properties": {"a:b": NUMBER, "a_b": NUMBER}}
    assert body(schema, {"a_b": 1, "a_b_2": 2}) == {"a_b": 1, "a:b": 2}


def tagged(tag: str, kind: str, **fields: Json) -> Json:
    properties = {tag: {"type": "string", "enum": [kind]}, **fields}
    return {"type": "object", "properties": properties, "required": [tag]}


def test_within_a_union_the_branch_of_the_tag_is_mended() -> None:
    union = {"oneOf": [tagged("kind", "a", size=NUMBER), tagged("kind", "b", size=TEXT)]}
    assert body(union, {"kind": "a", "size": "5"}) == {"kind": "a", "size": 5}
    assert body(union, {"kind": "b", "size": "5"}) == {"kind": "b", "size": "5"}
    assert body(union, {"kind": "new", "size": "5"}) == {"kind": "new", "size": "5"}
    assert body(union, {"kind": 1, "size": "5"}) == {"kind": 1, "size": "5"}


def test_a_tag_under_its_legal_name_chooses_the_branch_too() -> None:
    union = {"oneOf": [tagged("@type", "a", size=NUMBER), tagged("@type", "b", size=TEXT)]}
    assert body(union, {"_type": "a", "size": "5"}) == {"@type": "a", "size": 5}


def test_without_a_tag_every_branch_may_be_meant() -> None:
    one = {"type": "object", "properties": {"tools:append": NUMBER}}
    two = {"type": "object", "properties": {"b": NUMBER}}
    assert body({"oneOf": [one, two]}, {"tools_append": "1", "b": "2"}) == {"tools:append": 1, "b": 2}


def test_a_union_without_objects_leaves_objects_alone() -> None:
    assert body({"oneOf": [TEXT, NUMBER]}, {"a": "1"}) == {"a": "1"}


def query(parameter: Json, value: object) -> Any:
    return mended(query_contract({"name": "it", **parameter}), {"it": value})["it"]


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
def test_a_list_is_joined_by_commas_where_the_api_wants_one_text(value: object, sent: object) -> None:
    assert query({"schema": TEXT, "x-query-form": "comma"}, value) == sent


@pytest.mark.parametrize(
    ("value", "sent"), [("a, b", ["a", "b"]), ("a", ["a"]), ('["a","b"]', ["a", "b"]), (["a"], ["a"])]
)
def test_a_text_is_split_where_the_api_wants_a_value_each(value: object, sent: list[str]) -> None:
    assert query({"schema": {"type": "array", "items": TEXT}}, value) == sent


def test_repeated_numbers_are_numbers() -> None:
    assert query({"schema": {"type": "array", "items": NUMBER}}, "1, 2") == [1, 2]


DATE: Json = {"schema": {"type": "string", "format": "date-time"}}


def test_a_moment_in_the_query_is_written_in_utc() -> None:
    assert query(DATE, "2026-01-31T10:00+02:00") == "2026-01-31T08:00:00.000Z"
    assert query(DATE, "2026-01-31") == "2026-01-31T00:00:00.000Z"
    assert query({**DATE, "x-date-edge": "end"}, "2026-01-31") == "2026-01-31T23:59:59.999Z"
    assert query(DATE, "yesterday") == "yesterday"
    assert query(DATE, 5) == 5


def test_a_moment_in_the_body_is_sent_as_it_was_written() -> None:
    assert body({"type": "string", "format": "date-time"}, "2026-01-31") == "2026-01-31"


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("createdAtGe", "2026-01-31T00:00:00.000Z"),
        ("createdAtLt", "2026-01-31T00:00:00.000Z"),
        ("createdAtGt", "2026-01-31T23:59:59.999Z"),
        ("createdAtLe", "2026-01-31T23:59:59.999Z"),
        ("updatedAtGe", "2026-01-31T00:00:00.000Z"),
        ("updatedAtLt", "2026-01-31T00:00:00.000Z"),
        ("updatedAtGt", "2026-01-31T23:59:59.999Z"),
        ("updatedAtLe", "2026-01-31T23:59:59.999Z"),
    ],
)
def test_a_day_begins_and_ends_where_the_filter_means(contract: Contract, name: str, moment: str) -> None:
    listing = contract.operation("SessionController_findAllPaginated")
    assert listing is not None
    assert coerce(listing, contract.shapes, {name: "2026-01-31"}) == {name: moment}


def test_the_ways_in_which_clients_mangle_a_creation_are_mended(contract: Contract) -> None:
    create = contract.operation("SessionController_create")
    assert create is not None
    sent = {
        "messages": '[{"role": "user", "content": "5"}]',
        "expirationSeconds": "3600",
        "customer": '{"numberE164CheckEnabled": "false", "name": null}',
        "squadId": None,
    }
    assert coerce(create, contract.shapes, sent) == {
        "messages": [{"role": "user", "content": "5"}],
        "expirationSeconds": 3600,
        "customer": {"numberE164CheckEnabled": False, "name": None},
    }


def test_the_key_for_appended_tools_is_found_again(contract: Contract) -> None:
    create = contract.operation("SessionController_create")
    assert create is not None
    overrides = {"assistantOverrides": {"tools_append": [{"type": "endCall"}]}}
    assert coerce(create, contract.shapes, overrides) == {
        "assistantOverrides": {"tools:append": [{"type": "endCall"}]}
    }


EVERYTHING = body_contract(
    {
        "n": NUMBER,
        "o": {"type": "object", "properties": {"a:b": NUMBER, "c": {"type": "boolean"}}},
        "l": {"type": "array", "items": {"oneOf": [NUMBER, OBJECT]}},
        "u": {"oneOf": [tagged("kind", "x", v=NUMBER), tagged("kind", "y", v=TEXT)]},
    }
)
texts = st.sampled_from(
    ["1", "1.5", "true", "x", "y", '{"a":"1"}', '["1",{"a":"2"}]', '{"a_b":"1","c":"true"}', "["]
)
values: st.SearchStrategy[Any] = st.recursive(
    texts | st.none() | st.booleans() | st.integers(-9, 9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "a_b", "a:b", "c", "kind", "v"]), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["n", "o", "l", "u", "unknown"]), values))
def test_what_is_mended_once_is_mended_for_good(arguments: Json) -> None:
    once = mended(EVERYTHING, arguments)
    assert mended(EVERYTHING, once) == once
