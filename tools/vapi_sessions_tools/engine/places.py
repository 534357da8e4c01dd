"""What a contract knows of one place in the arguments of a call: found by walking its schemas.

A refusal names a place. What the contract declares there depends on what was sent on the way: a tag
chooses a branch, a list leads to its items.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.engine.outline import LARGEST, outline, outline_of_branches
from vapi_sessions_tools.engine.shape import Shape
from vapi_sessions_tools.engine.union_choice import choose, open_tag_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Argument, Operation
    from vapi_sessions_tools.engine.shape import Shapes
    from vapi_sessions_tools.engine.union_choice import TaggedBranches


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a value.

    Args:
        shape: What it is read as.
        tag: The field by which it was chosen among the branches of a union.
    """

    shape: Shape
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the contract knows of places in the arguments of a call.

    Args:
        outline_at: Gives the outline of a place within so many bytes, or None.
        known_place: Gives the place that the contract knows for one that the API names, or None.
    """

    outline_at: Callable[[Sequence[str | int], int], Any]
    known_place: Callable[[Sequence[str | int]], tuple[str | int, ...] | None]


def outline_at(
    operation: Operation,
    shapes: Shapes,
    arguments: Document,
    path: Sequence[str | int],
    largest: int = LARGEST,
) -> Any:
    """Return the outline of a place, or None where the contract does not know the place.

    Args:
        operation: Whose arguments they are.
        shapes: The schemas of its contract.
        arguments: What was sent; it tells which branches of unions are meant.
        path: The place, outermost name first; that of all arguments has none.
        largest: Bytes of compact JSON that the outline may have.
    """
    if not path:
        return {"further": [argument.name for argument in operation.arguments if argument.place == "body"]}
    found = _found(operation, shapes, arguments, path)
    if found is None:
        return None
    reading, value = found
    chosen = chosen_branches(shapes, reading, value)
    if len(chosen) > 1:
        return outline_of_branches(shapes, [known.shape for known in chosen], largest=largest)
    told = chosen[0] if chosen else reading
    return outline(shapes, told.shape, largest=largest, tag=told.tag)


def is_known(operation: Operation, shapes: Shapes, arguments: Document, path: Sequence[str | int]) -> bool:
    """Whether the contract knows a place in the arguments; that of all of them it does.

    Args:
        operation: Whose arguments they are.
        shapes: The schemas of its contract.
        arguments: What was sent.
        path: The place, outermost name first.
    """
    return not path or _found(operation, shapes, arguments, path) is not None


def _found(
    operation: Operation, shapes: Shapes, arguments: Document, path: Sequence[str | int]
) -> tuple[Reading, Any] | None:
    """Return how a place is read and what stands there, or None where the contract does not know it."""
    named = (known for known in operation.arguments if path[0] in (known.name, known.wire))
    argument = next(named, None)
    if argument is None:
        return None
    readings = [Reading(_argument_shape(shapes, argument))]
    value: Any = arguments.get(argument.name)
    for part in path[1:]:
        readings = [inner for reading in readings for inner in _step(shapes, reading, value, part)]
        value = _child(value, part)
    return (readings[0], value) if readings else None


def _argument_shape(shapes: Shapes, argument: Argument) -> Shape:
    """Return an argument's shape; of a filter of several values one at least must be given."""
    shape = shapes.read(argument.schema_)
    least = _LEAST_GIVEN.get(argument.form, {})
    return replace(shape, limits={**least, **shape.limits}) if least else shape


_LEAST_GIVEN = {"comma": {"minLength": 1}, "repeat": {"minItems": 1}}


def known_place(
    operation: Operation, shapes: Shapes, arguments: Document, path: Sequence[str | int]
) -> tuple[str | int, ...] | None:
    """Return where the contract knows a place that an API names, or None.

    The API may name an entry where the contract knows a text of several, and may leave out in which
    argument the place is.

    Args:
        operation: What was called.
        shapes: The schemas of its contract.
        arguments: What was sent.
        path: The place as the API names it.
    """
    roots = [(), *((name,) for name, value in arguments.items() if is_object(value))]
    for root in roots:
        for length in range(len(path), 0 if not root else len(path) - 1, -1):
            place = (*root, *path[:length])
            if is_known(operation, shapes, arguments, place):
                return place
    return None


def _step(shapes: Shapes, reading: Reading, value: Any, part: str | int) -> Iterator[Reading]:
    """Yield the ways to read one part of a value; of a union without a choice by every branch."""
    chosen = chosen_branches(shapes, reading, value)
    objects = choose(shapes, reading.shape).objects if reading.shape.kind == "union" else None
    if objects is not None and part == objects.tag and not _is_listed(objects, value):
        yield Reading(_tag_shape(shapes, objects))
        return
    every = map(shapes.read, objects.every) if objects is not None else ()
    for shape in [known.shape for known in chosen] or every:
        if isinstance(part, int):
            found = shape.items
        elif part in shape.properties:
            found = shape.properties[part]
        else:
            found = shape.additional if is_object(shape.additional) else None
        if found is not None:
            yield Reading(shapes.read(found))


def _is_listed(objects: TaggedBranches, value: Any) -> bool:
    """Whether a value's tag is one that a branch lists."""
    given = value.get(objects.tag or "") if is_object(value) else None
    return isinstance(given, str) and given in objects.by_value


def _tag_shape(shapes: Shapes, objects: TaggedBranches) -> Shape:
    """Return what may stand as a tag: any that is listed, and whatever a branch without a list allows."""
    values = (*objects.by_value, *open_tag_values(shapes, objects))
    limits: Mapping[str, Any] = {}
    for branch in objects.open:
        declared = shapes.read(branch).properties.get(objects.tag or "")
        limits = shapes.read(declared).limits if declared is not None else {}
    return Shape(kind="string", enum=values, closed=not objects.open, limits=limits)


def chosen_branches(shapes: Shapes, reading: Reading, value: Any) -> list[Reading]:
    """Return the branches of a union that a value can be, the closest first; of any other shape itself."""
    if reading.shape.kind != "union":
        return [reading]
    choice = choose(shapes, reading.shape)
    if is_object(value) and choice.objects is not None:
        tagged = choice.objects
        given = value.get(tagged.tag) if tagged.tag is not None else None
        listed = tagged.by_value.get(given, ()) if isinstance(given, str) else ()
        branches = listed or _open_branches(shapes, tagged, given)
        found = [Reading(shapes.read(branch), tagged.tag) for branch in branches]
        return sorted(found, key=lambda known: _distance(known.shape, value))
    return [Reading(shapes.read(branch)) for branch in choice.by_type.get(_json_type(value), ())]


def _open_branches(shapes: Shapes, tagged: TaggedBranches, given: Any) -> tuple[Document, ...]:
    """Return the branches without a list of tags that a tag may choose."""
    if tagged.tag is None:
        return tagged.open
    examples = tuple(open_tag_values(shapes, tagged))
    return tagged.open if isinstance(given, str) and (not examples or given.startswith(examples)) else ()


def _distance(shape: Shape, value: Document) -> int:
    """Weigh how unlike a branch a value is; a field that the branch does not know counts twice."""
    undeclared = value.keys() - shape.properties.keys()
    missing = set(shape.required) - value.keys()
    return 2 * len(undeclared) + len(missing)


def _json_type(value: Any) -> str:
    if is_list(value):
        return "array"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "number" if isinstance(value, (int, float)) else "object"


def _child(value: Any, part: str | int) -> Any:
    if is_object(value) and isinstance(part, str):
        return value.get(part)
    if is_list(value) and isinstance(part, int) and part < len(value):
        return value[part]
    return None
