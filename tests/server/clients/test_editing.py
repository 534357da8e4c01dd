"""Changes to a JSON text: what is asked for is there then, and nothing else is touched."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapi_sessions_mcp.clients.editing import as_json, with_element, with_value
from vapi_sessions_mcp.clients.jsonc import parse
from vapi_sessions_tools.engine.json_values import is_object

NAMES = st.text(max_size=4)
OBJECTS = st.dictionaries(
    NAMES, st.integers() | st.dictionaries(NAMES, st.lists(st.text(max_size=3), max_size=2), max_size=3)
)


def expected(value: dict[str, Any], path: list[str], new: Any) -> dict[str, Any]:
    key, *rest = path
    below: Any = value.get(key)
    return {**value, key: expected(below if is_object(below) else {}, rest, new) if rest else new}


@given(
    OBJECTS,
    st.lists(NAMES, min_size=1, max_size=3),
    st.integers() | st.dictionaries(NAMES, st.text()),
    st.sampled_from([None, 2, 4, "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_the_value_is_there_and_all_others_are_what_they_were(
    value: dict[str, Any], path: list[str], new: Any, indent: int | str | None, newline: str
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    text = text.replace("\n", newline)
    changed = with_value(text, path, new)
    assert parse(changed).value == expected(value, path, new)
    assert with_value(changed, path, new) == changed
    assert newline not in text or changed.count("\n") == changed.count(newline)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", '{\n  "new": {\n    "a": 1\n  }\n}'),
        ('{"old":1}', '{"old":1, "new": {"a": 1}}'),
        ('{"old":1,}', '{"old":1, "new": {"a": 1}}'),
        ('{\n\t"old": 1\n}\n', '{\n\t"old": 1,\n\t"new": {\n\t\t"a": 1\n\t}\n}\n'),
        ('{\r\n    "old": 1\r\n}', '{\r\n    "old": 1,\r\n    "new": {\r\n        "a": 1\r\n    }\r\n}'),
        (
            '{\n  "old": 1, // of mine\n  // the end\n}',
            '{\n  "old": 1, // of mine\n  "new": {\n    "a": 1\n  }\n  // the end\n}',
        ),
        (
            '{\n  "old": 1 /* a */ // of mine\n}',
            '{\n  "old": 1, /* a */ // of mine\n  "new": {\n    "a": 1\n  }\n}',
        ),
        ("{\n  // nothing yet\n}", '{\n  // nothing yet\n  "new": {\n    "a": 1\n  }\n}'),
        ('{\n  "old": 1 }', '{\n  "old": 1,\n  "new": {\n    "a": 1\n  } }'),
        ('{"old": 1 // mine\n}', '{"old": 1, "new": {"a": 1} // mine\n}'),
    ],
)
def test_a_new_member_is_written_as_its_neighbours_are(before: str, after: str) -> None:
    assert with_value(before, ["new"], {"a": 1}) == after


def test_a_value_is_replaced_where_it_stands() -> None:
    text = '{ // root\n  "a": {"b": /* why */ [1,2], "c": 3}, // behind\n}\n'
    assert with_value(text, ["a", "b"], "x") == text.replace("[1,2]", '"x"')


def test_a_value_that_is_there_already_is_left_as_it_is_written() -> None:
    text = '{"a": [ "x" , // why\n "y" ]}'
    assert with_value(text, ["a"], ["x", "y"]) == text


def test_what_is_no_object_on_the_way_is_replaced() -> None:
    assert json.loads(with_value('{"a": null, "z": 1}', ["a", "b"], 2)) == {"a": {"b": 2}, "z": 1}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", {"list": [{"n": 1}]}),
        ('{"list": []}', {"list": [{"n": 1}]}),
        ('{\n  "list": [\n    0, // zero\n  ]\n}', {"list": [0, {"n": 1}]}),
        ('{"list": [0]}', {"list": [0, {"n": 1}]}),
    ],
)
def test_an_element_is_added_at_the_end_of_an_array(before: str, after: Any) -> None:
    assert parse(with_element(before, "list", {"n": 1})).value == after


def test_what_no_file_can_hold_is_written_in_ascii() -> None:
    assert as_json("é", None) == '"é"'
    assert as_json("\udc80", None) == '"\\udc80"'
