"""Nothing is larger than clients take; what was cut is named, with the way to the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapi_sessions_tools.engine.json_values import size
from vapi_sessions_tools.engine.placeholder import is_placeholder
from vapi_sessions_tools.engine.shrinking import LARGEST, shrink, shrink_result


def test_what_fits_is_left_alone() -> None:
    assert shrink({"a": 1}, 100) == ({"a": 1}, {})
    assert shrink_result({"a": 1}, "query") == {"a": 1}


def test_a_long_text_is_cut_with_a_mark() -> None:
    text, notice = shrink("x" * 1_000, 240)
    assert text == "x" * 197 + "…[+803 characters]"
    assert notice == {"result": "197 of 1000 characters"}


def test_a_text_of_wide_characters_is_cut_by_its_bytes() -> None:
    text, _ = shrink("😀" * 1_000, 240)
    assert 100 < size(text) <= 240
    assert is_placeholder(text)


def test_of_a_long_list_the_first_items_are_kept() -> None:
    assert shrink(list(range(1000)), 20) == (
        [0, 1, 2, 3, 4, 5, 6, 7, 8],
        {"result": "the first 9 of 1000 items"},
    )


def test_of_a_list_whose_first_item_is_too_long_as_much_as_fits_is_kept() -> None:
    (text,), notice = shrink(["x" * 1_000, "b"], 240)
    assert text.startswith("xxx")
    assert notice == {"result": "the first 1 of 2 items", "[0]": "195 of 1000 characters"}


def test_of_an_object_the_largest_fields_are_cut() -> None:
    value, notice = shrink({"id": "s1", "text": "x" * 2_000, "list": ["y"] * 50}, 1_000)
    assert (value["id"], value["list"]) == ("s1", ["y"] * 50)
    assert size(value) <= 1_000
    assert list(notice) == ["text"]


def test_a_cut_deep_within_is_named_by_its_place() -> None:
    _, notice = shrink({"a": {"b": ["x" * 5_000]}}, 1_000)
    assert list(notice) == ["a.b", "a.b[0]"]


def test_of_an_object_of_many_small_fields_those_that_fit_are_kept() -> None:
    value, notice = shrink({f"field{number}": "x" * 90 for number in range(100)}, 1_000)
    assert size(value) <= 1_000
    assert list(value)[:2] == ["field0", "field1"]
    assert notice == {"result": f"{len(value)} of 100 fields"}


def test_a_number_is_left_alone() -> None:
    assert shrink(12345, 2) == (12345, {})


@pytest.mark.parametrize("query", ["query", None])
def test_a_result_that_was_cut_says_so(query: str | None) -> None:
    result = shrink_result({"result": ["x" * 100] * 2_000}, query)
    assert size(result) <= LARGEST
    assert result["cut"]["result"].startswith("the first 56")
    assert result["cut"]["result"].endswith("of 2000 items")
    assert ("rest" in result["cut"]) == (query is not None)


@pytest.mark.parametrize(
    "value",
    [
        {f"field{number}": "x" * 150 for number in range(1_000)},
        {"k" * 70_000: 1},
        {"k" * 20_000: "x" * 70_000, "b": "y" * 70_000},
        {"\u0001" * 500: {"\u0001" * 500: ["\u0001" * 70_000]}},
        [[["x" * 70_000]]],
        [{"a": ["😀" * 30_000] * 2, "b": {str(number): [number] for number in range(9_000)}}],
        {f"{number}": {f"{inner}": "x" * 199 for inner in range(60)} for number in range(60)},
    ],
)
def test_however_large_it_was_a_result_fits(value: object) -> None:
    result = shrink_result({"result": value}, "query")
    assert size(result) <= LARGEST
    assert result["cut"]


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.text()
    | st.text().map(lambda text: text * 50),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | inner.map(lambda one: [one] * 30),
    max_leaves=12,
)


@given(json_values, st.integers(200, 3_000))
def test_whatever_is_shrunk_fits_and_is_valid(value: object, room: int) -> None:
    shrunk, notice = shrink(value, room)
    assert size(shrunk) <= room
    assert json.loads(json.dumps(shrunk)) == shrunk
    assert bool(notice) == (size(value) > room)
    assert type(shrunk) is type(value)
