"""What a refusal offers: every value that its texts name as right, each put where it was offered for."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tools.teaching.json_kinds import is_list, is_object
from tools.teaching.mechanical_agent import compose, path_parts
from tools.teaching.told_words import alternatives

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.teaching.json_kinds import Json
    from tools.teaching.play import Refusal

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
    def key(self) -> str:
        """What two offers have in common that are the same offer."""
        field = self.path[len(self.path) - self.below :] if self.type else self.path
        return f"{self.tool} {self.type} {[0 if isinstance(p, int) else p for p in field]} {self.value!r}"


@dataclass(frozen=True, slots=True)
class Told:
    """What a problem tells of a place.

    Args:
        tool: That was called.
        arguments: That were refused.
        path: Of the place.
        words: What is told.
        briefly: Whether it stands in `allowed`, where a schema may say more.
    """

    tool: str
    arguments: Json
    path: Path
    words: Any
    briefly: bool


def texts(refusal: Refusal) -> Iterator[Told]:
    """Yield what each problem tells, with the place of which it tells it."""
    for problem in refusal.problems:
        path = path_parts(problem["path"])
        if "allowed" in problem and not problem["rule"].startswith(_NO_OFFERS):
            yield Told(refusal.tool, refusal.arguments, path, problem["allowed"], briefly=True)
        if "schema" in problem:
            place = path[:-1] if problem["rule"].endswith("is required") else path
            yield Told(refusal.tool, refusal.arguments, place, problem["schema"], briefly=False)


def offers(refusal: Refusal) -> Iterator[Offer]:
    """Yield everything that a refusal offers."""
    for told in texts(refusal):
        yield from _offered(Offer(told.tool, told.arguments, told.path, None), told.words)


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
        yield from _tags(here, told["tag"], list(told["branches"]))
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
