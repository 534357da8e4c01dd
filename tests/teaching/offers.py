"""What a refusal offers: every value that its texts name as right, each put where it was offered for."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from teaching.json_kinds import is_list, is_object
from teaching.mechanical_agent import compose, path_parts
from teaching.told_words import alternatives

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teaching.json_kinds import Json
    from teaching.play import Refusal

Path = tuple[str | int, ...]

_NO_OFFERS = ("is no argument of", "is no field of this object", "is empty, and all that was given")
"""Rules beside which `allowed` names fields, not values."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A call that holds an offered value, and is otherwise what it was.

    Args:
        tool: That was called.
        arguments: With the value in its place.
        path: Of the value.
        value: That is offered.
        type: The name of the type that told it, or nothing.
        below: How many of the path's last parts lie below that type's place.
    """

    tool: str
    arguments: Json
    path: Path
    value: Any
    type: str = ""
    below: int = 0

    @property
    def field(self) -> Path:
        """The value's place within its type; without a type, in the arguments."""
        return self.path[len(self.path) - self.below :] if self.type else self.path

    @property
    def key(self) -> str:
        """What two offers have in common that are the same offer."""
        return (
            f"{self.tool} {self.type} {[0 if isinstance(p, int) else p for p in self.field]} {self.value!r}"
        )

    def owner(self) -> Any:
        """Return the object of the type that told the value."""
        value: Any = self.arguments
        for part in self.path[: len(self.path) - self.below]:
            value = value[part]
        return value


def offers(refusal: Refusal) -> Iterator[Offer]:
    """Yield everything that a refusal offers."""
    for problem in refusal.problems:
        path = path_parts(problem["path"])
        here = Offer(refusal.tool, refusal.arguments, path, None)
        allowed = problem.get("allowed")
        if allowed is not None and not problem["rule"].startswith(_NO_OFFERS):
            yield from _offered(here, allowed)
        if "schema" in problem:
            place = path[:-1] if problem["rule"] == "is required" else path
            yield from _offered(replace(here, path=place), problem["schema"])


def _offered(here: Offer, told: Any) -> Iterator[Offer]:
    if is_list(told):
        listed = (value for value in told if not str(value).startswith("... "))
        yield from (_with(here, value) for value in listed)
    elif isinstance(told, str):
        yield from _in_words(here, told)
    elif "any of" in told:
        for one in told["any of"]:
            yield _with(here, compose(one))
            yield from _offered(here, one)
    elif "list of" in told:
        yield from _offered(_deeper(_with(here, []), 0), told["list of"])
    elif "tag" in told:
        values = [*told["branches"], *(["another"] if "any other tag" in told else [])]
        yield from _tags(here, told["tag"], values)
    elif "as at" not in told:
        yield from _of_fields(here, told)


def _in_words(here: Offer, told: str) -> Iterator[Offer]:
    for one in alternatives(told):
        if one.kind == "list of":
            yield from _offered(_deeper(_with(here, []), 0), one.items)
        elif one.kind == "object by":
            tag, _, listed = one.rest.partition(": ")
            yield from _tags(here, tag, [v for v in listed.split(", ") if not v.endswith(" more")])
        else:
            yield from (_with(here, value) for value in one.examples)


def _tags(here: Offer, tag: str, values: list[str]) -> Iterator[Offer]:
    for value in values:
        yield _with(_deeper(_with(here, {}), tag), value)


def _of_fields(here: Offer, told: Json) -> Iterator[Offer]:
    """Offer each field's values, beside what its object requires."""
    name = told.get("type", "")
    whole = _with(here, compose({"required": told.get("required", {})}, (name,)))
    owned = replace(whole, type=name, below=0) if name else whole
    for field, line in {**told.get("required", {}), **told.get("optional", {})}.items():
        yield from _offered(_deeper(owned, field), line)


def _deeper(here: Offer, part: str | int) -> Offer:
    return replace(here, path=(*here.path, part), below=here.below + 1)


def _with(here: Offer, value: Any) -> Offer:
    return replace(here, arguments=placed(here.arguments, here.path, value), value=value)


def placed(arguments: Any, path: Path, value: Any) -> Any:
    """Return arguments with a value at a place, and what lies on the way made to hold it."""
    if not path:
        return copy.deepcopy(value)
    part, rest = path[0], path[1:]
    if isinstance(part, str):
        held: Json = arguments if is_object(arguments) else {}
        return {**held, part: placed(held.get(part), rest, value)}
    items: list[Any] = [*arguments] if is_list(arguments) else []
    items += [None] * (part + 1 - len(items))
    items[part] = placed(items[part], rest, value)
    return items
