"""What no argument may hold, whatever its schema: checked first, without recursion.

Too deep a nesting, numbers and characters that JSON cannot carry, and marks left by an earlier result.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import deeper_than, is_list, is_object
from vapi_sessions_tools.engine.placeholder import is_placeholder
from vapi_sessions_tools.engine.problem import Problem, path_text

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 100
"""Levels of nesting; the deepest real assistant has about twenty."""

_Path = tuple[str | int, ...]


def scrutinise(arguments: dict[str, Any]) -> list[Problem]:
    """Return what is wrong with the arguments as JSON values."""
    if deeper_than(arguments, DEEPEST):
        return [_too_deep(arguments)]
    problems: list[Problem] = []
    todo: list[tuple[_Path, Any]] = [((), arguments)]
    while todo:
        path, value = todo.pop()
        todo.extend(_children(path, value))
        if is_object(value):
            bad = [key for key in value if _has_lone_surrogate(key)]
            problems += [_not_unicode((*path, key.encode(errors="replace").decode())) for key in bad]
        elif problem := _wrong_scalar(path, value):
            problems.append(problem)
    return problems


def _too_deep(arguments: dict[str, Any]) -> Problem:
    name = next(name for name, value in arguments.items() if deeper_than(value, DEEPEST - 1))
    return Problem(path_text([name]), f"must not be nested deeper than {DEEPEST} levels")


def _children(path: _Path, value: Any) -> Iterator[tuple[_Path, Any]]:
    if is_object(value):
        yield from (((*path, key), child) for key, child in value.items())
    elif is_list(value):
        yield from (((*path, index), child) for index, child in enumerate(value))


def _wrong_scalar(path: _Path, value: Any) -> Problem | None:
    if isinstance(value, float) and not math.isfinite(value):
        return Problem(path_text(path), "must be a finite number: JSON has no NaN and no infinity")
    if isinstance(value, str):
        if _has_lone_surrogate(value):
            return _not_unicode(path)
        if is_placeholder(value):
            return Problem(
                path_text(path),
                "must not be a placeholder of an earlier result: it would overwrite what it stands for",
                "leave this argument out to keep the present value, or give the real value",
            )
    return None


def _not_unicode(path: _Path) -> Problem:
    return Problem(path_text(path), "must be valid Unicode text: it has half of a surrogate pair")


def _has_lone_surrogate(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
