"""A refusal made a lesson: each problem told with the outline of its place, within a budget.

Who sees the outline need not know the contract beforehand; so an almost empty argument is a question, and
its refusal the answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_list, is_object, size
from vapi_sessions_tools.engine.problem import Problem, path_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

LARGEST_LESSON = 6_000
"""Bytes of all problems of a refusal together, as compact JSON."""


def taught(problems: Sequence[Problem], outline_at: Callable[[Sequence[str | int]], Any]) -> list[Problem]:
    """Return problems with the outlines of their places, the first ones while there is room.

    A place is outlined once. A named type that was outlined before is referred to: `{"type", "as at"}`.

    Args:
        problems: In the order in which they are told.
        outline_at: Gives the outline of a place in the arguments, or None.
    """
    left = LARGEST_LESSON - sum(size(problem.as_json()) + 1 for problem in problems)
    seen: set[tuple[str | int, ...]] = set()
    types: dict[str, str] = {}
    lessons: list[Problem] = []
    for problem in problems:
        lesson = problem
        if problem.place is not None and problem.place not in seen:
            seen.add(problem.place)
            lesson = replace(problem, schema=_referring(outline_at(problem.place), problem, types))
        if _says_nothing_new(lesson):
            lesson = problem
        left -= size(lesson.as_json()) - size(problem.as_json())
        if left < 0:
            return [*lessons, *problems[len(lessons) :]]
        lessons.append(lesson)
    return lessons


def questions(arguments: Mapping[str, Any]) -> list[Problem]:
    """Return what arguments that hold nothing but empty objects ask: what may stand there.

    Nobody creates anything with them; to send them all the same, anything else beside them is enough.

    Args:
        arguments: Of a call.
    """
    found = list(_leaves(arguments, ()))
    if not arguments or not all(value == {} for _, value in found):
        return []
    rule = "is empty, and all that was given: taken as a question, its schema says what may stand here"
    way_out = "any of its fields; to send it empty, give another argument beside it"
    return [Problem(path_text(path), rule, way_out, place=path) for path, _ in found]


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
    return problem.allowed is not None and not is_object(problem.schema)
