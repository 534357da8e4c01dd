"""Every branch of every union that create_session's body can hold, each with a place to put it.

Found by walking the published types breadth first, so that each union is reached by a shortest way.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.teaching.published_contract import BODY, type_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.teaching.published_contract import Json, PublishedContract

TAGS = ("provider", "on", "role", "type", "format")
"""By whose constants the published unions tell their branches apart; the first that a branch has counts."""

_MOST_CONSTANTS = 3


@dataclass(frozen=True, slots=True)
class Branch:
    """One choice among objects.

    Args:
        name: Of its type.
        tag: The field that names it, or None where none is constant.
        value: That field's first constant.
    """

    name: str
    tag: str | None
    value: str | None

    @property
    def start(self) -> Json:
        """The least that says this branch is meant."""
        return {self.tag: self.value} if self.tag else {}


Step = str | int | Branch


@dataclass(frozen=True, slots=True)
class Target:
    """A branch of a union at a place in the body.

    Args:
        way: Names, positions and the branches chosen on the way to the union.
        branch: What is wanted there.
        siblings: The names of all the union's object branches.
    """

    way: tuple[Step, ...]
    branch: Branch
    siblings: tuple[str, ...]

    @property
    def place(self) -> str:
        """The union's place, as people write it."""
        parts = (("[]" if isinstance(step, int) else f".{step}") for step in self.path)
        return "".join(parts).removeprefix(".")

    @property
    def path(self) -> tuple[str | int, ...]:
        """The union's place in the arguments."""
        return path_of(self.way)

    @property
    def wanted(self) -> tuple[str, ...]:
        """What is meant: the branch by its type and its tag, and the types on the way to it."""
        on_the_way = (step.name for step in self.way if isinstance(step, Branch))
        own = (self.branch.name, self.branch.value)
        return tuple(filter(None, (*own, *on_the_way)))

    def arguments(self, *, tagged: bool = True) -> Json:
        """Return the least that says which branch is meant, and where; or not even which."""
        return arguments_of(self.way, self.branch.start if tagged else {})

    def found_in(self, arguments: Any) -> Any:
        """Return what stands at the union's place."""
        for part in self.path:
            arguments = arguments[part]
        return arguments


def arguments_of(way: tuple[Step, ...], value: Any) -> Json:
    """Return arguments that hold a value at the end of a way, and else the least that leads there."""
    for step in reversed(way):
        if isinstance(step, Branch):
            value = {**step.start, **value}
        else:
            value = [value] if isinstance(step, int) else {step: value}
    arguments: Json = value
    return arguments


def path_of(way: tuple[Step, ...]) -> tuple[str | int, ...]:
    """Return the place in the arguments that a way leads to."""
    return tuple(step for step in way if not isinstance(step, Branch))


def walk(contract: PublishedContract) -> Iterator[tuple[tuple[Step, ...], Json]]:
    """Yield every schema that the body is made of, once, with a shortest way to it."""
    waiting: deque[tuple[tuple[Step, ...], Json]] = deque([((), contract.schemas[BODY])])
    seen = set[int]()
    while waiting:
        way, schema = waiting.popleft()
        if id(schema) in seen:
            continue
        seen.add(id(schema))
        yield way, schema
        waiting.extend(((*way, b), contract.schemas[b.name]) for b in object_branches(contract, schema))
        waiting.extend(((*way, *steps), inner) for steps, inner in _parts(contract, schema))


def targets(contract: PublishedContract) -> list[Target]:
    """Return each object branch of each union, every union once."""
    found: list[Target] = []
    for way, schema in walk(contract):
        branches = object_branches(contract, schema)
        siblings = tuple(branch.name for branch in branches)
        found += [Target(way, branch, siblings) for branch in branches]
    return found


def object_branches(contract: PublishedContract, schema: Json) -> list[Branch]:
    """Return the choices among objects that a schema offers."""
    names = (type_name(branch) for branch in _alternatives(schema))
    return [_branch(contract, n) for n in names if n and contract.schemas[n].get("type") == "object"]


def _alternatives(schema: Json) -> list[Json]:
    listed: list[Json] = schema.get("oneOf") or schema.get("anyOf") or []
    return listed


def _parts(contract: PublishedContract, schema: Json) -> Iterator[tuple[tuple[Step, ...], Json]]:
    """Yield what a schema is made of, other than the object branches of a union."""
    if "$ref" in schema:
        yield (), contract.schemas[type_name(schema)]
    if not _alternatives(schema):
        for part in schema.get("allOf", ()):
            yield (), part
    for branch in _alternatives(schema):
        if "$ref" not in branch:
            yield (), branch
    for name, field in schema.get("properties", {}).items():
        yield (name,), field
    if "items" in schema:
        yield (0,), schema["items"]
    if "additionalProperties" in schema:
        yield ("any",), schema["additionalProperties"]


def _branch(contract: PublishedContract, name: str) -> Branch:
    properties: Json = contract.schemas[name]["properties"]
    for tag in TAGS:
        listed = properties.get(tag, {}).get("enum", ())
        if 0 < len(listed) <= _MOST_CONSTANTS:
            return Branch(name, tag, listed[0])
    return Branch(name, None, None)
