"""Checks of arguments that need no schema: the number of values, depth, JSON types, placeholders."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from vapi_sessions_tools.engine.json_values import MOST_VALUES, compact, count_in_text, is_list, is_object
from vapi_sessions_tools.engine.placeholder import PLACEHOLDER_PARTS, is_placeholder
from vapi_sessions_tools.engine.problem import MOST_COUNTED, Problem, path_text

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 100
"""Levels of nesting; the deepest real assistant has about twenty."""

_LIGHT = 1_000
"""Values that are checked at once; more are checked beside the event loop."""

_LIGHT_CHARACTERS = 100_000

_LARGEST_INTEGER = 10**4_000
"""Python neither reads nor writes integers of more than 4,300 digits."""

_CONTAINERS: tuple[Any, ...] = (dict, list, tuple)
_Path = tuple[str | int, ...]


def plain_arguments(arguments: object) -> tuple[dict[str, Any], list[Problem]]:
    """Return arguments as plain JSON values, and the problems that prevent it.

    Subclasses of JSON's types and tuples become what JSON writes for them; anything else is a problem.

    Args:
        arguments: Of a call, as a client or a program gave them.
    """
    given = _as_dict(arguments)
    if given is None:
        rule = f"must be an object, not a Python object of type {type(arguments).__name__}"
        return {}, [Problem("arguments", rule)]
    survey = _survey(given)
    if survey.values > MOST_VALUES:
        rule = f"must hold at most {MOST_VALUES:,} values, each item and field counted"
        return given, [Problem("arguments", rule, "send less at a time")]
    if survey.depth > DEEPEST:
        return given, [_too_deep(given)]
    if survey.is_plain:
        return given, []
    problems: list[Problem] = []
    plain: dict[str, Any] = _plain(given, (), problems)
    return plain, problems[:MOST_COUNTED]


def is_light(arguments: object) -> bool:
    """Whether checking arguments takes a few milliseconds at most."""
    given = _as_dict(arguments)
    if given is None:
        return True
    survey = _survey(given, _LIGHT)
    return survey.values <= _LIGHT and survey.characters <= _LIGHT_CHARACTERS


def _as_dict(arguments: object) -> dict[str, Any] | None:
    return dict(cast("Mapping[str, Any]", arguments)) if isinstance(arguments, Mapping) else None


def placeholders(arguments: dict[str, Any]) -> list[Problem]:
    """Return the marks of an earlier result that came back in the arguments."""
    written = compact(arguments)
    if not any(part in written for part in PLACEHOLDER_PARTS):  # far cheaper than to look at each value
        return []
    rule = "must not be a placeholder of an earlier result: it would overwrite what it stands for"
    way_out = "leave this argument out to keep the present value, or give the real value"
    found = (
        Problem(path_text(path), rule, way_out, place=path)
        for path, value in _walk(arguments)
        for text in (value if is_object(value) else (value,))
        if isinstance(text, str) and is_placeholder(text)
    )
    return list(islice(found, MOST_COUNTED))


class _Survey(NamedTuple):
    """What arguments consist of: values, characters of their texts, levels; and whether all is plain JSON."""

    values: int
    characters: int
    depth: int
    is_plain: bool


def _survey(arguments: dict[str, Any], most: int = MOST_VALUES) -> _Survey:
    """Return what arguments consist of.

    Looking ends beyond `most` values and the deepest level: a value may contain itself. JSON that is
    written as text counts as what it holds, because it may be read.
    """
    count = characters = deepest = 0
    is_plain = True
    values: Any
    todo: list[tuple[Any, int]] = [(arguments, 1)]
    while todo and count <= most and deepest <= DEEPEST:
        part, depth = todo.pop()
        deepest = max(deepest, depth)
        values = part
        if is_object(part):
            is_plain = is_plain and type(part) is dict and all(map(_is_plain_text, part))
            values = part.values()
        else:
            is_plain = is_plain and type(part) is list
        count += len(values)
        if count > most:
            break
        for value in values:
            if isinstance(value, _CONTAINERS):
                todo.append((value, depth + 1))
            elif isinstance(value, str):
                characters += len(value)
                if value[:1] in ("[", "{") or value[:1].isspace():
                    count += count_in_text(value, most)
                is_plain = is_plain and _is_plain_text(value)
            else:
                is_plain = is_plain and _is_plain_scalar(value)
    return _Survey(count, characters, deepest, is_plain)


def _is_plain_text(text: object) -> bool:
    return type(text) is str and (text.isascii() or not _has_lone_surrogate(text))


def _is_plain_scalar(value: object) -> bool:
    if type(value) is float:
        return math.isfinite(value)
    if type(value) is int:
        return -_LARGEST_INTEGER < value < _LARGEST_INTEGER
    return value is None or type(value) is bool


def _plain(value: Any, path: _Path, problems: list[Problem]) -> Any:
    """Return a value as plain JSON; what cannot be is added to the problems."""
    if is_object(value):
        return _plain_object(value, path, problems)
    if isinstance(value, _CONTAINERS):
        return [_plain(item, (*path, index), problems) for index, item in enumerate(value)]
    if isinstance(value, str):
        plain: Any = str.__str__(value)
        rule = _NOT_UNICODE if _has_lone_surrogate(plain) else None
    elif value is None or isinstance(value, bool):
        plain, rule = value, None
    elif isinstance(value, int):
        plain = int.__pos__(value)
        rule = None if _is_plain_scalar(plain) else "must have at most 4,000 digits"
    elif isinstance(value, float):
        plain = float.__pos__(value)
        rule = None if math.isfinite(plain) else "must be a finite number: JSON has no NaN and no infinity"
    else:
        plain, rule = None, f"must be a JSON value, not a Python object of type {type(value).__name__}"
    if rule is not None:
        problems.append(Problem(path_text(path), rule, place=path))
    return plain


def _plain_object(value: dict[Any, Any], path: _Path, problems: list[Problem]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, held in value.items():
        if not isinstance(key, str):
            rule = f"must have names that are strings; one is of the Python type {type(key).__name__}"
            problems.append(Problem(path_text(path) or "arguments", rule, place=path or None))
            continue
        name = str.__str__(key)
        if _has_lone_surrogate(name):
            shown = (*path, name.encode(errors="replace").decode())
            problems.append(Problem(path_text(shown), _NOT_UNICODE, place=shown))
        result[name] = _plain(held, (*path, name), problems)
    return result


_NOT_UNICODE = "must be valid Unicode text: it has half of a surrogate pair"


def _walk(arguments: dict[str, Any]) -> Iterator[tuple[_Path, Any]]:
    todo: list[tuple[_Path, Any]] = [((), arguments)]
    while todo:
        path, value = todo.pop()
        todo.extend(_children(path, value))
        yield path, value


def _too_deep(arguments: dict[str, Any]) -> Problem:
    name = next(name for name, value in arguments.items() if _survey({name: value}).depth > DEEPEST)
    return Problem(path_text([name]), f"must not be nested deeper than {DEEPEST} levels")


def _children(path: _Path, value: Any) -> Iterator[tuple[_Path, Any]]:
    if is_object(value):
        yield from (((*path, key), child) for key, child in value.items())
    elif is_list(value):
        yield from (((*path, index), child) for index, child in enumerate(value))


def _has_lone_surrogate(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
