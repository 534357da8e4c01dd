"""Each problem is reported with the outline of its place, within a size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.engine.json_values import size
from vapi_sessions_tools.engine.problem import Problem
from vapi_sessions_tools.engine.teaching import LARGEST_LESSON, questions, taught

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMED = {"type": "T", "required": {"x": "string"}}
BIG = {"further": ["x" * 1_400]}


def problem(place: str, allowed: Any = None) -> Problem:
    return Problem(place, "is wrong", allowed, place=(place,))


@pytest.mark.parametrize(
    ("problems", "outlines", "schemas"),
    [
        (
            [problem("a"), problem("a"), problem("b")],
            {"a": "string", "b": {"x": 1}},
            ["string", None, {"x": 1}],
        ),
        ([Problem("request", "failed")], {}, [None]),
        ([problem("a", ["x"]), problem("b", "x")], {"a": ["x"], "b": NAMED}, [None, NAMED]),
        ([problem("a", ["x"])], {"a": ["x", "y"]}, [["x", "y"]]),
        ([problem("a"), problem("b")], {"a": NAMED, "b": dict(NAMED)}, [NAMED, {"type": "T", "as at": "a"}]),
        ([problem(name) for name in "abcdefgh"], dict.fromkeys("abcdefgh", BIG), [BIG] * 4 + [None] * 4),
    ],
    ids=["once", "no place", "same as allowed", "more than allowed", "known type", "too large"],
)
def test_a_place_is_outlined_once_where_it_helps_and_fits(
    problems: list[Problem], outlines: dict[str, Any], schemas: list[Any]
) -> None:
    def outline_at(path: Sequence[str | int], _largest: int) -> Any:
        return outlines.get(str(path[0]))

    lessons = taught(problems, outline_at)
    assert [lesson.schema for lesson in lessons] == schemas
    assert size([lesson.as_json() for lesson in lessons]) <= LARGEST_LESSON


def test_problems_beyond_the_size_are_dropped_but_for_the_first() -> None:
    long = [Problem("a" * 4_000, "is wrong"), Problem("b" * 4_000, "is wrong")]
    assert taught(long, lambda _path, _largest: None) == long[:1]


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        ({"a": {}}, ["a"]),
        ({"a": {"b": {}}, "c": [{}]}, ["a.b", "c[0]"]),
        ({}, []),
        ({"a": {}, "b": "x"}, []),
        ({"a": {"b": {}, "c": None}}, []),
        ({"a": []}, []),
    ],
)
def test_arguments_that_are_only_empty_objects_are_questions(
    arguments: dict[str, Any], paths: list[str]
) -> None:
    assert [question.path for question in questions(arguments)] == paths
