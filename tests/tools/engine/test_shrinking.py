"""A result is not larger than clients accept; every cut is reported with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapi_sessions_tools.engine.json_values import size
from vapi_sessions_tools.engine.placeholder import is_placeholder
from vapi_sessions_tools.engine.shrinking import LARGEST, shrink, shrink_result


@pytest.mark.parametrize(
    ("value", "room", "shown", "notice"),
    [
        ({"a": 1}, 100, {"a": 1}, {}),
        (12345, 2, 12345, {}),
        ("x" * 1_000, 240, "x" * 197 + "…[+803 characters]", {"result": "197 of 1000 characters"}),
        (list(range(1000)), 20, list(range(9)), {"result": "the first 9 of 1000 items"}),
        (
            ["x" * 1_000, "b"],
            240,
            ["x" * 195 + "…[+805 characters]"],
            {"result": "the first 1 of 2 items", "[0]": "195 of 1000 characters"},
        ),
    ],
    ids=range(5),
)
def test_a_value_is_cut_to_what_fits(value: object, room: int, shown: object, notice: dict[str, str]) -> None:
    assert shrink(value, room) == (shown, notice)


def test_the_size_of_a_text_is_its_bytes() -> None:
    text, _ = shrink("😀" * 1_000, 240)
    assert 100 < size(text) <= 240
    assert is_placeholder(text)


def test_the_largest_fields_of_an_object_are_cut() -> None:
    value, notice = shrink({"id": "s1", "text": "x" * 2_000, "list": ["y"] * 50}, 1_000)
    assert (value["id"], value["list"]) == ("s1", ["y"] * 50)
    assert size(value) <= 1_000
    assert list(notice) == ["text"]
    assert list(shrink({"a": {"b": ["x" * 5_000]}}, 1_000)[1]) == ["a.b", "a.b[0]"]


def test_of_many_small_fields_the_first_are_kept() -> None:
    value, notice = shrink({f"field{number}": "x" * 90 for number in range(100)}, 1_000)
    assert size(value) <= 1_000
    assert list(value)[:2] == ["field0", "field1"]
    assert notice == {"result": f"{len(value)} of 100 fields"}


@pytest.mark.parametrize("query", ["query", None])
def test_a_result_that_was_cut_has_a_notice(query: str | None) -> None:
    assert shrink_result({"a": 1}, query) == {"a": 1}
    result = shrink_result({"result": ["x" * 100] * 2_000}, query)
    assert size(result) <= LARGEST
    assert result["cut"]["result"].startswith("the first 56")
    assert result["cut"]["result"].endswith("of 2000 items")
    assert ("rest" in result["cut"]) == (query is not None)


@pytest.mark.parametrize(
    "value",
    [
        {"k" * 70_000: 1},
        {"k" * 20_000: "x" * 70_000, "b": "y" * 70_000},
        {"\u0001" * 500: {"\u0001" * 500: ["\u0001" * 70_000]}},
        [{"a": ["😀" * 30_000] * 2, "b": {str(number): [number] for number in range(2_000)}}],
        {f"{number}": {f"{inner}": "x" * 199 for inner in range(60)} for number in range(20)},
    ],
    ids=range(5),
)
def test_a_large_result_fits(value: object) -> None:
    result = shrink_result({"result": value}, "query")
    assert size(result) <= LARGEST
    assert result["cut"]


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.integers(-(10**6), 10**6)
    | st.text(max_size=20)
    | st.text(max_size=20).map(lambda text: text * 50),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(max_size=9), inner) | inner.map(lambda one: [one] * 12)
    ),
    max_leaves=6,
)


@given(json_values, st.integers(200, 3_000))
def test_any_shrunk_value_fits_is_valid_and_has_its_type(value: object, room: int) -> None:
    shrunk, notice = shrink(value, room)
    assert size(shrunk) <= room
    assert json.loads(json.dumps(shrunk)) == shrunk
    assert bool(notice) == (size(value) > room)
    assert type(shrunk) is type(value)
