"""A refusal made a lesson: each problem told with the outline of its place, within a budget.

Who sees the outline need not know the contract beforehand; so an almost empty argument is a question, and
its refusal the answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_list, is_object, size
from vapi_sessions_tools.engine.outline import LARGEST
from vapi_sessions_tools.engine.problem import MOST_COUNTED, Problem, path_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_FRAME = len(',"schema":')
_LEAST = 200
"""Bytes: in less nothing is said that helps."""

LARGEST_LESSON = 6_000
"""Bytes of all problems of a refusal together, as compact JSON."""


def taught(
    problems: Sequence[Problem], outline_at: Callable[[Sequence[str | int], int], Any]
) -> list[Problem]:
    """Return the problems there is room for, the first ones with the outlines of their places.

    A place is outlined once. A named type that was outlined before is referred to: `{"type", "as at"}`.

    Args:
        problems: In the order in which they are told.
        outline_at: Gives the outline of a place in the arguments within so many bytes, or None.
    """
    listed = _fitting(problems)
    left = LARGEST_LESSON - sum(size(problem.as_json()) + 1 for problem in listed)
    seen: set[tuple[str | int, ...]] = set()
    types: dict[str, str] = {}
    lessons: list[Problem] = []
    for problem in listed:
        lesson = problem
        if problem.place is not None and problem.place not in seen:
            seen.add(problem.place)
            room = LARGEST - size(problem.as_json()) - _FRAME
            outline = outline_at(problem.place, room) if room > _LEAST else None
            lesson = replace(problem, schema=_referring(outline, problem, types))
        if _says_nothing_new(lesson):
            lesson = problem
        left -= size(lesson.as_json()) - size(problem.as_json())
        if left < 0:
            return [*lessons, *listed[len(lessons) :]]
        lessons.append(lesson)
    return lessons


def _fitting(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems that can be told at all, at least one."""
    used, listed = 2, list[Problem]()
    for problem in problems:
        used += size(problem.as_json()) + 1
        if listed and used > LARGEST_LESSON:
            break
        listed.append(problem)
    return listed


def questions(arguments: Mapping[str, Any]) -> list[Problem]:
    """Return what arguments that hold nothing but empty objects ask: what may stand there.

    Nobody creates anything with them; to send them all the same, anything else beside them is enough.

    Args:
        arguments: Of a call.
    """
    empty: list[tuple[str | int, ...]] = []
    for path, value in _leaves(arguments, ()):
        if value != {} or not path:
            return []
        if len(empty) < MOST_COUNTED:
            empty.append(path)
    rule = "is empty, and all that was given: taken as a question; with another argument beside, it is sent"
    return [Problem(path_text(path), rule, place=path) for path in empty]


def _leaves(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield what holds nothing further, with its place."""
    if is_object(value) and value:
        for name, child in value.items():
            yield from _leaves(child, (*path, name))
    elif is_list(value) and value:
        for index, child in enumerate(value):
            yield from _leaves(child, (*path, index))
    else:
        yield path, value


def _referring(outline: Any, problem: Problem, types: dict[str, str]) -> Any:
    """Return an outline, or where its type was outlined before a reference to that place."""
    name = outline.get("type") if is_object(outline) else None
    if not isinstance(name, str):
        return outline
    if name in types:
        return {"type": name, "as at": types[name]}
    types[name] = path_text(problem.place or ())
    return outline


def _says_nothing_new(problem: Problem) -> bool:
    """Whether a scalar's outline stands beside what says the same."""
    if problem.allowed is None or is_object(problem.schema):
        return False
    told, allowed = problem.schema, problem.allowed
    return not (is_list(told) and isinstance(allowed, (list, tuple)) and len(told) > len(allowed))  # pyright: ignore[reportUnknownArgumentType]
