"""Arguments that cost as much as they can: generated for every list, union and object of a contract."""

from __future__ import annotations

import json
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.json_values import is_object
from vapi_sessions_tools.engine.union_choice import choose, open_tag_values
from vapi_sessions_tools.errors import InvalidArgumentsError
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Operation
    from vapi_sessions_tools.engine.shape import Shape, Shapes

SECRET = "sk-planted-4d1f0b"
"""Every text in the values."""

KEY = Credential("vapi-private-key")
SIZE = 16_000
"""Bytes of a generated value: enough for what grows too fast to show."""

Steps = tuple[tuple[()] | tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True)
class Place:
    """A place in the arguments of an operation, and its shape in the contract.

    Of its steps a list's only item is an empty tuple, a field its name and the fields beside it that choose
    the branch which declares it.
    """

    steps: Steps
    shape: Shape

    def arguments(self, value: Any) -> dict[str, Any]:
        """Return arguments that hold a value at this place and nothing else."""
        held: Any = value
        for step in reversed(self.steps):
            held = {**step[1], step[0]: held} if step else [held]
        arguments: dict[str, Any] = held
        return arguments

    def __str__(self) -> str:
        return "".join(f".{step[0]}" if step else "[]" for step in self.steps).lstrip(".")


def places(operation: Operation, shapes: Shapes) -> Iterator[Place]:
    """Yield an operation's arguments and the lists, unions and objects in them; a named type's once."""
    todo = deque[tuple[Steps, Any]]()
    for argument in operation.arguments:
        todo.append((((argument.name, {}),), argument.schema_))
    seen: set[int | str] = set()
    while todo:
        steps, schema = todo.popleft()
        shape = shapes.read(schema)
        known = shape.name or id(schema)
        if known in seen:
            continue
        seen.add(known)
        if shape.kind in ("array", "union", "object", "any") or len(steps) == 1:
            yield Place(steps, shape)
        for beside, branch in _branches(shapes, shape):
            if branch.items is not None:
                todo.append(((*steps, ()), branch.items))
            for name, declared in branch.properties.items():
                todo.append(((*steps, (name, beside)), declared))
            if is_object(branch.additional):
                todo.append(((*steps, ("other", beside)), branch.additional))


def _branches(shapes: Shapes, shape: Shape) -> Iterator[tuple[dict[str, Any], Shape]]:
    if shape.kind != "union":
        yield {}, shape
        return
    choice = choose(shapes, shape)
    for branches in choice.by_type.values():
        yield from (({}, shapes.read(branch)) for branch in branches)
    for beside, branch in _tagged(shapes, shape):
        yield beside, shapes.read(branch)


def _tagged(shapes: Shapes, shape: Shape) -> Iterator[tuple[dict[str, Any], Document]]:
    objects = choose(shapes, shape).objects
    if objects is None:
        return
    for value, branches in objects.by_value.items():
        yield from (({objects.tag or "": value} if objects.tag else {}, branch) for branch in branches)
    examples = {id(branch): value for value, branch in open_tag_values(shapes, objects).items()}
    for branch in objects.open:
        yield {objects.tag: examples.get(id(branch), "other")} if objects.tag else {}, branch


def hostile_values(shapes: Shapes, place: Place, size: int) -> Iterator[tuple[str, Any]]:
    """Yield values for a place, each about `size` bytes as JSON, with a name."""
    shape = place.shape
    items = shapes.read(shape.items) if shape.kind == "array" and shape.items is not None else shape
    units: dict[str, Any] = {"0": 0, "null": None, "text": SECRET, "[]": [], "{}": {}, "[[0]]": [[0]]}
    if items.kind == "union":
        for beside, _ in _tagged(shapes, items):
            units[json.dumps(beside)] = beside
        objects = choose(shapes, items).objects
        if objects is not None and objects.tag is not None:
            units["an unknown tag"] = {objects.tag: "unheard-of"}
            units["a tag that is a number"] = {objects.tag: 5}
    elif items.kind == "object":
        units["every field wrong"] = {name: [] for name in items.properties}
    for name, unit in units.items():
        count = max(1, size // (len(json.dumps(unit)) + 1))
        yield f"{count} of {name}", [unit] * count
    yield "many fields", {f"f{number}": 0 for number in range(size // 12)}
    yield "many objects", {f"f{number}": {} for number in range(size // 12)}
    yield "a long text", SECRET * (size // len(SECRET))
    yield (
        "secrets",
        {f"field{number}": {"apiKey": SECRET, "headers": [SECRET]} for number in range(size // 80)},
    )
    yield "JSON in a text", json.dumps([{}] * (size // 4))


def many(unit: Any, size: int) -> list[Any]:
    """Return a list of about `size` bytes as JSON."""
    return [unit] * (size // (len(json.dumps(unit, separators=(",", ":"))) + 1))


def documents(contract: Contract, tool: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield all hostile arguments of a tool, with a name."""
    operation = next(operation for operation in contract.operations if operation.tool == tool)
    for place in places(operation, contract.shapes):
        for name, value in hostile_values(contract.shapes, place, SIZE):
            yield f"{name} at {place}", place.arguments(value)


def unconnected_toolset(contract: Contract) -> Toolset:
    """Return the tools, which fail when they send anything."""

    def connect() -> Any:
        raise AssertionError("nothing is sent")

    toolset = Toolset(contract, connect)
    toolset.compile()
    return toolset


def assert_bounded(toolset: Toolset, tool: str, name: str, arguments: dict[str, Any]) -> None:
    """Prepare a call: a refusal must be short and repeat no value, and take little processor time."""
    started = time.process_time()
    try:
        toolset.prepare(tool, arguments, KEY)
    except InvalidArgumentsError as error:
        text = json.dumps(toolset.told(error, KEY))
        assert SECRET not in text, name
        assert len(text) < 12_000, name
    spent = time.process_time() - started
    assert spent < 5, f"{name} took {spent:.1f} s"
