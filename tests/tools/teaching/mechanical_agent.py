"""An agent without wit or knowledge: it writes what a refusal says, and nothing else.

It sees the error as JSON, its own previous arguments and the names of the types it is meant to use. It has
no access to the contract. What it gets right, the refusals taught it.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from tools.teaching.json_kinds import is_list, is_object
from tools.teaching.told_words import Alternative, alternatives, items_at_least

if TYPE_CHECKING:
    from tools.teaching.json_kinds import Json

Path = tuple[str | int, ...]

_UNKNOWN = ("is no argument of", "is no field of this object")
_PARTS = re.compile(r"\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\.?([^.\[\]]{80}\.\.\.|[^.\[\]]+)")
"""Of a place: a position, a quoted name, a plain one, which is cut after 80 characters."""


def repair(arguments: Json, error: Json, wanted: tuple[str, ...] = ()) -> Json:
    """Return the arguments with each told problem repaired as its texts say.

    Args:
        arguments: What was refused.
        error: The refusal, as it was received.
        wanted: What is meant where branches are offered: names of types, values of tags.
    """
    return _Repair(arguments, wanted).of(error["error"]["problems"])


def path_parts(text: str) -> Path:
    """Read a place: `assistant.model.messages[0].role`."""
    return tuple(int(m[1]) if m[1] else (m[2] or m[3]) for m in _PARTS.finditer(text))


class _Repair:
    def __init__(self, arguments: Json, wanted: tuple[str, ...]) -> None:
        self._arguments = copy.deepcopy(arguments)
        self._wanted = wanted
        self._outlines: dict[Path, Any] = {}

    def of(self, problems: list[Json]) -> Json:
        for problem in problems:
            self._mend(problem)
        return self._arguments

    def _mend(self, problem: Json) -> None:
        path = path_parts(problem["path"])
        if problem["rule"].startswith(_UNKNOWN):
            self._found(path[:-1]).pop(path[-1])
            return
        missing = problem["rule"] == "is required"
        place = path[:-1] if missing else path
        outline = self._outline(place, problem)
        if missing:
            self._fill(place, str(path[-1]), outline, problem.get("allowed"))
        elif outline is not None or "allowed" in problem:
            self._put(path, compose(problem.get("allowed") if outline is None else outline, self._wanted))

    def _outline(self, place: Path, problem: Json) -> Any:
        """Return what the refusal tells of a place, here or at an earlier problem."""
        outline = problem.get("schema")
        if is_object(outline) and "as at" in outline:
            outline = self._outlines.get(path_parts(outline["as at"]))
        if outline is None:
            return self._outlines.get(place)
        self._outlines[place] = outline
        return outline

    def _fill(self, place: Path, name: str, outline: Any, allowed: Any) -> None:
        """Give an object the fields that its outline requires, and in any case the one that is missing."""
        owner = self._found(place)
        told = chosen(outline, self._wanted)
        for field, value in told.get("required", {}).items():
            if field not in owner or (is_list(value) and owner[field] not in value):
                owner[field] = compose(value, self._wanted)
        if name not in owner and allowed is not None:
            owner[name] = compose(allowed, self._wanted)

    def _found(self, place: Path) -> Any:
        value: Any = self._arguments
        for part in place:
            value = value[part]
        return value

    def _put(self, path: Path, value: Any) -> None:
        self._found(path[:-1])[path[-1]] = value


def chosen(outline: Any, wanted: tuple[str, ...]) -> Json:
    """Return the outline of the object that is meant, where several are offered."""
    if not is_object(outline):
        return {}
    if "any of" in outline:
        return chosen(_wanted_of(outline["any of"], wanted), wanted)
    if "tag" in outline:
        return {"required": {outline["tag"]: [_wanted_tag(outline, wanted)]}}
    return outline


def _wanted_of(offered: list[Any], wanted: tuple[str, ...]) -> Any:
    for one in offered:
        name = one.get("type") if is_object(one) else str(one).removeprefix("object ")
        if name in wanted:
            return one
    return offered[0]


def _wanted_tag(outline: Json, wanted: tuple[str, ...]) -> str:
    """Return the tag that is told for the wanted type; the first where none is."""
    branches = outline["branches"]
    named: Json = branches if is_object(branches) else dict.fromkeys(branches, "")
    for value, names in named.items():
        if value in wanted or set(_as_list(names)) & set(wanted):
            return value
    return next(iter(named))


def _as_list(told: Any) -> list[Any]:
    return told if is_list(told) else [told]


def compose(told: Any, wanted: tuple[str, ...] = ()) -> Any:
    """Return the least value that a text, a list of values or an outline allows."""
    if is_list(told):
        return next(value for value in told if not str(value).startswith("... "))
    if isinstance(told, str):
        return _from_words(told)
    if "any of" in told:
        return compose(_wanted_of(told["any of"], wanted), wanted)
    if "list of" in told:
        count = max(1, items_at_least(told.get("with", "")))
        return [compose(told["list of"], wanted) for _ in range(count)]
    outline = chosen(told, wanted)
    required = {field: compose(value, wanted) for field, value in outline.get("required", {}).items()}
    return required or {field: compose(value, wanted) for field, value in _first(outline.get("optional", {}))}


def _first(optional: Json) -> list[tuple[str, Any]]:
    return list(optional.items())[:1]


def _from_words(told: str) -> Any:
    first = alternatives(told)[0]
    if first.kind == "list of":
        return [_from_words(first.items)] * first.least_items
    if first.kind == "object by":
        tag, _, values = first.rest.partition(": ")
        return {tag: values.split(", ")[0]}
    if first.examples:
        return first.examples[0]
    return _least(first)


def _least(one: Alternative) -> Any:
    match one.kind:
        case "string":
            return "x" * max(1, int(one.least))
        case "number":
            return one.least
        case "whole number":
            return int(one.least)
        case _:
            return copy.copy(_SIMPLEST.get(one.kind, "anything"))


_SIMPLEST: Json = {"true or false": True, "list": [], "object": {}}
