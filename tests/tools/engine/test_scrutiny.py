"""No argument holds what JSON cannot carry, what is nested without end, or a mark of an earlier result."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapi_sessions_tools.engine.placeholder import REDACTED, cut
from vapi_sessions_tools.engine.scrutiny import DEEPEST, placeholders, plain_arguments


def found(arguments: dict[str, Any]) -> list[tuple[str, str]]:
    return [(problem.path, problem.rule) for problem in plain_arguments(arguments)[1]]


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("value", [1, 1.5, "ä", "", None, True, {"a": [None, {"b": 10**30}]}, "😀", "…"])
def test_ordinary_values_are_fine(value: object) -> None:
    assert found({"a": value}) == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_cannot_carry_are_refused(value: float) -> None:
    assert found({"a": [value]}) == [("a[0]", "must be a finite number: JSON has no NaN and no infinity")]


def test_half_of_a_surrogate_pair_is_refused_in_values_and_in_names() -> None:
    rule = "must be valid Unicode text: it has half of a surrogate pair"
    assert found({"a": {"b": "x\ud800"}}) == [("a.b", rule)]
    assert found({"a": {"\udfff": 1}}) == [("a['?']", rule)]
    assert found({"\udfff": 1}) == [("['?']", rule)]


@pytest.mark.parametrize("mark", [REDACTED, f"https://x.example/{REDACTED}", cut("long text", 4)])
def test_a_mark_of_an_earlier_result_is_refused_wherever_it_stands(mark: str) -> None:
    assert plain_arguments({"messages": [{"content": mark}]})[1] == []
    (problem,) = placeholders({"messages": [{"content": mark}]})
    assert problem.path == "messages[0].content"
    assert problem.rule.startswith("must not be a placeholder of an earlier result")
    assert problem.allowed == "leave this argument out to keep the present value, or give the real value"


def test_nesting_is_refused_beyond_what_any_call_needs() -> None:
    assert found({"a": nested(DEEPEST - 2)}) == []
    assert found({"fine": 1, "a": nested(DEEPEST)}) == [("a", "must not be nested deeper than 100 levels")]


def test_nesting_without_end_costs_no_recursion() -> None:
    assert [path for path, _ in found({"a": nested(100_000)})] == ["a"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), json_values))
def test_what_json_carries_is_never_refused(arguments: dict[str, Any]) -> None:
    assert plain_arguments(arguments)[1] == []


def test_a_mark_that_comes_back_as_a_name_is_refused() -> None:
    (problem,) = placeholders({"metadata": {REDACTED: 1}})
    assert problem.path == "metadata"
