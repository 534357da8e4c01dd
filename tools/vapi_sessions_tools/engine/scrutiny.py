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
    """Return what no JSON text can hold; while there is any of it, nothing else can be checked."""
    if deeper_than(arguments, DEEPEST):
        return [_too_deep(arguments)]
    problems: list[Problem] = []
    for path, value in _walk(arguments):
        if is_object(value):
            bad = [key for key in value if _has_lone_surrogate(key)]
            problems += [_not_unicode((*path, key.encode(errors="replace").decode())) for key in bad]
        elif isinstance(value, float) and not math.isfinite(value):
            rule = "must be a finite number: JSON has no NaN and no infinity"
            problems.append(Problem(path_text(path), rule, place=path))
        elif isinstance(value, str) and _has_lone_surrogate(value):
            problems.append(_not_unicode(path))
    return problems


def placeholders(arguments: dict[str, Any]) -> list[Problem]:
    """Return the marks of an earlier result that came back in the arguments."""
    rule = "must not be a placeholder of an earlier result: it would overwrite what it stands for"
    way_out = "leave this argument out to keep the present value, or give the real value"
    return [
        Problem(path_text(path), rule, way_out, place=path)
        for path, value in _walk(arguments)
        for text in (value if is_object(value) else (value,))
        if isinstance(text, str) and is_placeholder(text)
    ]


def _walk(arguments: dict[str, Any]) -> Iterator[tuple[_Path, Any]]:
    todo: list[tuple[_Path, Any]] = [((), arguments)]
    while todo:
        path, value = todo.pop()
        todo.extend(_children(path, value))
        yield path, value


def _too_deep(arguments: dict[str, Any]) -> Problem:
    name = next(name for name, value in arguments.items() if deeper_than(value, DEEPEST - 1))
    return Problem(path_text([name]), f"must not be nested deeper than {DEEPEST} levels")


def _children(path: _Path, value: Any) -> Iterator[tuple[_Path, Any]]:
    if is_object(value):
        yield from (((*path, key), child) for key, child in value.items())
    elif is_list(value):
        yield from (((*path, index), child) for index, child in enumerate(value))


def _not_unicode(path: _Path) -> Problem:
    rule = "must be valid Unicode text: it has half of a surrogate pair"
    return Problem(path_text(path), rule, place=path)


def _has_lone_surrogate(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
