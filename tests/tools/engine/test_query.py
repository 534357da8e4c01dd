"""A query selects from the full response, or is refused with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.engine.query import LongQueryError, QueryError, compile_query

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.problem import Problem


def refusal(expression: object, answer: object = None) -> Problem:
    with pytest.raises(QueryError) as caught:
        compile_query("query", expression)(answer)
    problem = caught.value.problem
    assert problem.path == "query"
    assert str(problem.allowed).startswith("a JMESPath expression, such as")
    return problem


def test_a_query_selects_what_it_names_or_null() -> None:
    answer = {"results": [{"id": 1, "status": "active"}, {"id": 2, "status": "completed"}]}
    assert compile_query("query", "results[?status=='active'].id")(answer) == [1]
    assert compile_query("query", "missing.field")(answer) is None


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        *((expression, "must be a JMESPath expression") for expression in ("", "  ", None, 5, ["id"])),
        ("a" * 4_001, "must have at most 4,000 characters"),
        *(
            (expression, "is no JMESPath expression: ")
            for expression in ("results[", "a b", "foo(", "`1", "&", "[" * 3_000, "a['x'", "a" * 2_000 + " b")
        ),
    ],
    ids=range(14),
)
def test_an_invalid_query_is_refused_with_a_short_reason(expression: object, rule: str) -> None:
    found = refusal(expression).rule
    assert found.startswith(rule)
    assert "\n" not in found
    assert len(found) < 400


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("length(a)", {"a": 5}),
        ("unknown(a)", {"a": 5}),
        ("sort(a)", {"a": [1, "b"]}),
        ("max_by(@, &x)", [{"x": 1}, {"x": "b"}]),
        ("a[::0]", {"a": [1, 2]}),
        ("join(',', a)", {"a": [1]}),
        (" | ".join(["[@, @]"] * 40), 1),
        ("join('', [" + ",".join("@" * 11) + "])", "x" * 1_000_000),
        ("@", [1] * 1_000_001),
        ("&a", {}),
        ("@", float("nan")),
    ],
    ids=range(11),
)
def test_a_query_that_does_not_fit_the_response_or_is_too_large_is_refused(
    expression: str, answer: object
) -> None:
    assert refusal(expression, answer).rule.startswith("does not fit the answer: ")


def test_a_long_query_is_not_carried_out_at_once() -> None:
    select = compile_query("query", "[*].a")
    answer = [{"a": 1}] * 10_000
    assert len(select(answer)) == 10_000
    with pytest.raises(LongQueryError):
        select(answer, at_once=True)
