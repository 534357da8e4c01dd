"""A refusal is a lesson: each problem with the outline of its place, within a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.engine.json_values import size
from vapi_sessions_tools.engine.problem import Problem
from vapi_sessions_tools.engine.teaching import LARGEST_LESSON, questions, taught

if TYPE_CHECKING:
    from collections.abc import Sequence


def problem(place: str, allowed: Any = None) -> Problem:
    return Problem(place, "is wrong", allowed, place=(place,))


def outlines(**known: Any) -> Any:
    def outline_at(path: Sequence[str | int], _largest: int) -> Any:
        return known.get(str(path[0]))

    return outline_at


def test_each_place_is_told_once() -> None:
    lessons = taught([problem("a"), problem("a"), problem("b")], outlines(a="string", b={"type": "B"}))
    assert [lesson.schema for lesson in lessons] == ["string", None, {"type": "B"}]


def test_what_is_no_place_is_told_nothing() -> None:
    assert taught([Problem("request", "failed")], outlines())[0].schema is None


def test_words_beside_what_is_allowed_say_nothing_new() -> None:
    lessons = taught([problem("a", ["x"]), problem("b", "x")], outlines(a=["x"], b={"type": "B"}))
    assert [lesson.schema for lesson in lessons] == [None, {"type": "B"}]


def test_a_type_that_was_outlined_is_referred_to() -> None:
    one = {"type": "T", "required": {"x": "string"}}
    lessons = taught([problem("a"), problem("b")], outlines(a=one, b=dict(one)))
    assert [lesson.schema for lesson in lessons] == [one, {"type": "T", "as at": "a"}]


def test_outlines_are_told_while_there_is_room() -> None:
    big = {"further": ["x" * 1_400]}
    lessons = taught([problem(name) for name in "abcdefgh"], outlines(**dict.fromkeys("abcdefgh", big)))
    assert [lesson.schema is not None for lesson in lessons] == [True] * 4 + [False] * 4
    assert size([lesson.as_json() for lesson in lessons]) <= LARGEST_LESSON


CALLS: list[tuple[dict[str, Any], list[str]]] = [
    ({"a": {}}, ["a"]),
    ({"a": {"b": {}}, "c": [{}]}, ["a.b", "c[0]"]),
    ({}, []),
    ({"a": {}, "b": "x"}, []),
    ({"a": {"b": {}, "c": None}}, []),
    ({"a": []}, []),
]


@pytest.mark.parametrize(("arguments", "asked"), CALLS)
def test_nothing_but_empty_objects_is_a_question(arguments: dict[str, Any], asked: list[str]) -> None:
    assert [question.path for question in questions(arguments)] == asked
