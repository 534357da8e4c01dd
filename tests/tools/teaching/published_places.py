"""The place that a refusal names, found by walking the published contract with the refused arguments."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from tools.teaching.json_kinds import is_list, is_object
from tools.teaching.published_choices import Choice, Choices, is_open, tag_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tools.teaching.json_kinds import Json
    from tools.teaching.published_choices import PublishedChoices

Path = tuple[str | int, ...]
_One = TypeVar("_One")

_CUT = "..."
"""At the end of a name that is too long to be told whole."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the arguments.

    Args:
        ways: What may stand there, for each branch that may be meant on the way to it.
        value: What stands there.
    """

    ways: list[Choices]
    value: Any

    @property
    def unchosen(self) -> list[Choices]:
        """What a refusal may tell of a choice that is still to be made: all, or those of the JSON type."""
        ways = [*self.ways, united(self.ways)]
        readings = [one for way in ways for one in (way, _of_type(way, self.value))]
        return [one for one in distinct(readings) if one]

    @property
    def readings(self) -> list[Choices]:
        """What a refusal may tell: that, or the choices that the value's tag leaves."""
        return distinct([*self.unchosen, *(meant(way, self.value) for way in self.unchosen)])


def place_at(published: PublishedChoices, root: Json, arguments: Any, path: Path) -> Place:
    """Return a place in arguments; without ways where the contract knows no such place."""
    ways = [published.of(root)]
    value = arguments
    for part in path:
        name = _whole(part, value)
        ways = distinct(chain.from_iterable(_below(published, way, value, name) for way in ways))
        value = _child(value, name)
    return Place(ways, value)


def meant(way: Choices, value: Any) -> Choices:
    """Return the choices that a value can be meant as, by its JSON type and its tag."""
    fitting = _of_type(way, value)
    tag = next((one.tag for one in fitting if one.tag is not None), None)
    if not is_object(value) or tag is None or tag not in value:
        return fitting
    chosen = tuple(one for one in fitting if value[tag] in tag_values(one))
    return chosen or tuple(one for one in fitting if is_open(one)) or fitting


def united(ways: Iterable[Choices]) -> Choices:
    """Return the choices of several ways as those of one."""
    return tuple(distinct(chain.from_iterable(ways)))


def distinct(found: Iterable[_One]) -> list[_One]:
    """Return what was found, each once."""
    once: list[_One] = []
    for one in found:
        if one not in once:
            once.append(one)
    return once


def _below(published: PublishedChoices, way: Choices, value: Any, part: str | int) -> Iterator[Choices]:
    """Yield what may stand in a value, for each branch it may be; their tag is one place for all of them."""
    fitting = _of_type(way, value)
    is_tag = any(part == one.tag for one in fitting)
    chosen = fitting if is_tag else meant(way, value)
    inner = [published.of(schema) for one in chosen for schema in _inner(one, part)]
    yield from [united(inner)] if is_tag else inner


def _inner(one: Choice, part: str | int) -> Iterator[Json]:
    if isinstance(part, int):
        if one.kind == "list":
            yield one.schema.get("items", {})
    elif part in one.fields:
        yield one.fields[part]
    elif "additionalProperties" in one.schema:
        yield one.schema["additionalProperties"]


def _of_type(way: Choices, value: Any) -> Choices:
    """Return the choices of a value's JSON type; of no value's all."""
    kinds = _kinds_of(value)
    fitting = tuple(one for one in way if one.kind in kinds)
    return fitting if kinds and fitting else way


def _kinds_of(value: Any) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("true or false", "any JSON")
    if isinstance(value, str):
        return ("string", "any JSON")
    if isinstance(value, (int, float)):
        return ("number", "whole number", "any JSON")
    if is_list(value):
        return ("list", "any JSON")
    return ("object", "any JSON") if is_object(value) else ()


def _whole(part: str | int, value: Any) -> str | int:
    """Return the name that a told name begins, where it was cut."""
    if not isinstance(part, str) or not part.endswith(_CUT) or not is_object(value):
        return part
    return next((name for name in value if name.startswith(part.removesuffix(_CUT))), part)


def _child(value: Any, part: str | int) -> Any:
    if is_object(value) and isinstance(part, str):
        return value.get(part)
    if is_list(value) and isinstance(part, int) and part < len(value):
        return value[part]
    return None
