"""A caller's query selects from the full answer, or is refused with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapi_sessions_tools.engine.query import QueryError, compile_query


def refusal(expression: object, answer: object = None) -> tuple[str, str]:
    with pytest.raises(QueryError) as caught:
        compile_query("query", expression)(answer)
    problem = caught.value.problem
    assert str(problem.allowed).startswith("a JMESPath expression, such as")
    return problem.path, problem.rule


def test_a_query_selects_what_it_names() -> None:
    answer = {"results": [{"id": 1, "status": "active"}, {"id": 2, "status": "completed"}]}
    assert compile_query("query", "results[?status=='active'].id")(answer) == [1]


def test_a_query_that_finds_nothing_gives_null() -> None:
    assert compile_query("query", "missing.field")({"a": 1}) is None


@pytest.mark.parametrize("expression", ["", "  ", None, 5, ["id"]])
def test_a_query_is_a_text(expression: object) -> None:
    assert refusal(expression) == ("query", "must be a JMESPath expression")


def test_a_query_has_an_end() -> None:
    assert refusal("a" * 4_001) == ("query", "must have at most 4,000 characters")


@pytest.mark.parametrize("expression", ["results[", "a b", "foo(", "`1", "&", "[" * 3_000, "a['x'"])
def test_what_is_no_query_is_refused_with_the_reason(expression: str) -> None:
    assert refusal(expression)[1].startswith("is no JMESPath expression: ")


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("length(a)", {"a": 5}),
        ("unknown(a)", {"a": 5}),
        ("sort(a)", {"a": [1, "b"]}),
        ("max_by(@, &x)", [{"x": 1}, {"x": "b"}]),
        ("a[::0]", {"a": [1, 2]}),
        ("join(',', a)", {"a": [1]}),
    ],
)
def test_a_query_that_does_not_fit_the_answer_is_refused_with_the_reason(
    expression: str, answer: object
) -> None:
    assert refusal(expression, answer)[1].startswith("does not fit the answer: ")


def test_a_reason_is_short_and_on_one_line() -> None:
    rule = refusal("a" * 2_000 + " b")[1]
    assert "\n" not in rule
    assert len(rule) < 400


functions = [
    "length",
    "sum",
    "avg",
    "sort",
    "keys",
    "values",
    "reverse",
    "to_number",
    "abs",
    "max",
    "type",
    "join",
]
expressions = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        ["", "a", "a.b", "@", "*", "[0]", "[*]", "a[?b > `1`]", *[f"{name}(@)" for name in functions]]
    ),
    st.sampled_from(["", ".b", " | ", "[::0]", " || ", "[]", ".*"]),
    st.sampled_from(["", "b", "sort(@)", "max_by(@, &b)", "sum(@)", "@.a"]),
)
answers: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=6,
)


@given(expressions, answers)
def test_whatever_goes_wrong_with_a_query_is_told_as_one(expression: str, answer: object) -> None:
    try:
        compile_query("query", expression)(answer)
    except QueryError as error:
        assert error.problem.path == "query"  # noqa: PT017  any other exception fails the test
