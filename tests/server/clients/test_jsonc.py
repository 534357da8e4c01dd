"""JSON with comments and trailing commas: what is read, where it stands, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapi_sessions_mcp.clients.jsonc import NotJsonError, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)

COMMENTED = """\
// a comment
{
  "servers": { /* here */
    "one": {"command": "x", "args": ["a", "b",],}, // there
  },
  "url": "http://not.a/comment", /* the end */
}
"""


@given(JSON, st.sampled_from([None, 2, "\t"]))
def test_what_is_json_is_read_as_json(value: Any, indent: int | str | None) -> None:
    assert parse(json.dumps(value, indent=indent)).value == value


@given(st.dictionaries(st.text(), st.integers(), min_size=1))
def test_each_member_is_where_it_says(value: dict[str, int]) -> None:
    text = json.dumps(value, indent=2)
    for member in parse(text).members:
        assert json.loads(text[member.node.start : member.node.end]) == member.node.value
        assert text[member.start] == '"'


def test_comments_and_trailing_commas_are_no_part_of_it() -> None:
    document = parse(COMMENTED)
    assert document.value == {
        "servers": {"one": {"command": "x", "args": ["a", "b"]}},
        "url": "http://not.a/comment",
    }


def test_of_two_members_with_one_name_the_last_counts() -> None:
    document = parse('{"a": 1, "a": 2}')
    member = document.member("a")
    assert member is not None
    assert (document.value, member.node.value) == ({"a": 2}, 2)


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ('{\n  "a" 1\n}', 2, "a colon"),
        ('{\n  "a": 1\n  "b": 2\n}', 3, "a comma or }"),
        ("{\n  a: 1\n}", 2, "a name in quotes"),
        ('{"a": }', 1, "a value"),
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
)
def test_what_is_no_json_is_refused_with_its_line(text: str, line: int, expected: str) -> None:
    with pytest.raises(NotJsonError, match=f"line {line}, column .*: expected {expected}"):
        parse(text)
