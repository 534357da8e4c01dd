"""JSON with comments and trailing commas: what is read, and changes that leave everything else as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vapi_sessions_mcp.clients.editing import as_json, with_element, with_value
from vapi_sessions_mcp.clients.jsonc import NotJsonError, parse
from vapi_sessions_tools.engine.json_values import is_object

NAMES = st.text(max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)
OBJECTS = st.dictionaries(
    NAMES, st.integers() | st.dictionaries(NAMES, st.lists(st.text(max_size=3), max_size=2), max_size=3)
)
COMMENTED = """\
// a comment
{
  "servers": { /* here */
    "one": {"command": "x", "args": ["a", "b",],}, // there
  },
  "url": "http://not.a/comment", /* the end */
  "a": 1, "a": 2
}
"""


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.dictionaries(NAMES, JSON, max_size=4), st.sampled_from([None, 2, "\t"]))
def test_json_is_read_with_the_place_of_every_member(value: dict[str, Any], indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent)
    document = parse(text)
    assert document.value == value
    for member in document.members:
        assert json.loads(text[member.node.start : member.node.end]) == member.node.value
        assert text[member.start] == '"'


def test_comments_and_trailing_commas_are_skipped_and_the_last_of_equal_names_counts() -> None:
    document = parse(COMMENTED)
    one = {"command": "x", "args": ["a", "b"]}
    assert document.value == {"servers": {"one": one}, "url": "http://not.a/comment", "a": 2}
    member = document.member("a")
    assert member is not None
    assert member.node.value == 2


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ('{\n  "a" 1\n}', 2, "a colon"),
        ('{\n  "a": 1\n  "b": 2\n}', 3, "a comma or }"),
        ("{\n  a: 1\n}", 2, "a name in quotes"),
        ('{"a": NaN}', 1, "a value"),
        ('{"a": "open\n}', 1, "a string that ends on its line"),
        ('{"a":\n"C:\\Program Files"}', 2, "each backslash of a path twice"),
        ('{"a":\n"C:\\users"}', 2, "each backslash of a path twice"),
        ('{"a": [1 2]}', 1, "a comma or ]"),
        ("{} {}", 1, "nothing more"),
        ("{,}", 1, "a name in quotes"),
        ("[,]", 1, "a value"),
        ('{"a": 1 /* open', 1, "a comma or }"),
        ("", 1, "a value"),
        ("9" * 5000, 1, "a shorter number"),
        ("[" * 5000, 1, "at most 100 levels"),
    ],
    ids=range(15),
)
def test_other_text_is_refused_with_its_line(text: str, line: int, expected: str) -> None:
    with pytest.raises(NotJsonError, match=f"line {line}, column .*: expected {expected}"):
        parse(text)


def expected(value: dict[str, Any], path: list[str], new: Any) -> dict[str, Any]:
    key, *rest = path
    below: Any = value.get(key)
    return {**value, key: expected(below if is_object(below) else {}, rest, new) if rest else new}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    OBJECTS,
    st.lists(NAMES, min_size=1, max_size=3),
    st.integers() | st.dictionaries(NAMES, st.text(max_size=5)),
    st.sampled_from([None, 2, 4, "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_new_value_is_written_and_all_others_are_kept(
    value: dict[str, Any], path: list[str], new: Any, indent: int | str | None, newline: str
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False).replace("\n", newline)
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
            '{\n  "old": 1, // mine\n  // the end\n}',
            '{\n  "old": 1, // mine\n  "new": {\n    "a": 1\n  }\n  // the end\n}',
        ),
        ('{\n  "old": 1 /* a */ // b\n}', '{\n  "old": 1, /* a */ // b\n  "new": {\n    "a": 1\n  }\n}'),
        ("{\n  // nothing yet\n}", '{\n  // nothing yet\n  "new": {\n    "a": 1\n  }\n}'),
        ('{\n  "old": 1 }', '{\n  "old": 1,\n  "new": {\n    "a": 1\n  } }'),
        ('{"old": 1 // mine\n}', '{"old": 1, "new": {"a": 1} // mine\n}'),
    ],
)
def test_a_new_member_is_written_like_its_neighbours(before: str, after: str) -> None:
    assert with_value(before, ["new"], {"a": 1}) == after


def test_a_value_is_replaced_in_its_place_unless_it_is_the_same() -> None:
    text = '{ // root\n  "a": {"b": /* why */ [1,2 ], "c": 3}, // behind\n}\n'
    assert with_value(text, ["a", "b"], "x") == text.replace("[1,2 ]", '"x"')
    assert with_value(text, ["a", "b"], [1, 2]) == text
    assert json.loads(with_value('{"a": null, "z": 1}', ["a", "b"], 2)) == {"a": {"b": 2}, "z": 1}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", [9]),
        ('{"list": []}', [9]),
        ('{\n  "list": [\n    0, // zero\n  ]\n}', [0, 9]),
        ('{"list": [0]}', [0, 9]),
    ],
)
def test_an_element_is_added_at_the_end_of_an_array(before: str, after: list[int]) -> None:
    assert parse(with_element(before, "list", 9)).value == {"list": after}


def test_text_that_cannot_be_encoded_is_escaped() -> None:
    assert (as_json("é", None), as_json("\udc80", None)) == ('"é"', '"\\udc80"')
