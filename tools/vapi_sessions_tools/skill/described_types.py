"""Types told for people and models who read Markdown: a line for each field, with its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_list, is_object, size
from vapi_sessions_tools.engine.one_line import branch_shapes, one_line
from vapi_sessions_tools.engine.union_choice import choose, open_tag_values
from vapi_sessions_tools.engine.wording import item_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.shape import Shape, Shapes
    from vapi_sessions_tools.engine.union_choice import TaggedBranches

_LONGEST_LIST = 600
"""Bytes of listed values that are told whole."""


def value_line(shapes: Shapes, shape: Shape) -> str:
    """Tell in one line what may stand at a place, types by their names.

    Args:
        shapes: The schemas of the contract.
        shape: Of the place.
    """
    if shape.kind == "array":
        items, limits = value_line(shapes, shapes.read(shape.items or {})), item_count(shape)
        return f"list of {items}" + (f", {limits}" if limits else "")
    if shape.kind == "union":
        return _union_line(shapes, shape)
    told = one_line(shapes, shape)
    if shape.enum and not is_list(told) and size(list(shape.enum)) <= _LONGEST_LIST:
        shown = ", ".join(str(value) for value in shape.enum)
        return f"{str(told).partition(', such as ')[0]}, such as {shown}"
    return _values(told)


def _union_line(shapes: Shapes, shape: Shape) -> str:
    choice = choose(shapes, shape)
    if choice.anything or choice.objects is None or choice.objects.tag is None:
        return _values(one_line(shapes, shape))
    others = [branch for branch in branch_shapes(shapes, choice) if branch.kind != "object"]
    lines = [_tagged(shapes, choice.objects), *(value_line(shapes, other) for other in others)]
    return " or ".join(dict.fromkeys(lines))


def _tagged(shapes: Shapes, tagged: TaggedBranches) -> str:
    """Name each branch by the value of its tag, and its type."""
    known = {value: tuple(found) for value, found in tagged.by_value.items()}
    known |= {value: (branch,) for value, branch in open_tag_values(shapes, tagged).items()}
    branches = [f"{value}: {_titles(shapes, found)}" for value, found in known.items()]
    if tagged.open and len(known) == len(tagged.by_value):
        branches.append(f"any other: {_titles(shapes, tagged.open)}")
    return f"object by `{tagged.tag}` ({', '.join(branches)})"


def _titles(shapes: Shapes, found: Sequence[Document]) -> str:
    read = (shapes.read(branch) for branch in found)
    return " or ".join(shape.name or _values(one_line(shapes, shape)) for shape in read)


def _values(told: Any) -> str:
    if not is_list(told):
        return str(told)
    values = [str(value) for value in told]
    return f"exactly {values[0]}" if len(values) == 1 else f"one of {', '.join(values)}"


def field_lines(shapes: Shapes, shape: Shape) -> list[str]:
    """Tell an object's fields, a list item each, required ones first.

    Args:
        shapes: The schemas of the contract.
        shape: Of the object.
    """
    fields = sorted(shape.properties, key=lambda name: name not in shape.required)
    lines = [_field(shapes, name, shapes.read(shape.properties[name]), shape.required) for name in fields]
    if is_object(shape.additional):
        lines.append(f"- any other name: {value_line(shapes, shapes.read(shape.additional))}")
    return lines


def _field(shapes: Shapes, name: str, shape: Shape, required: tuple[str, ...]) -> str:
    must = " (required)" if name in required else ""
    words = " ".join(str(shape.meta.get("description", "")).split())
    return f"- `{name}`{must}: {value_line(shapes, shape)}{f'. {words}' if words else ''}"


def type_section(shapes: Shapes, name: str) -> str:
    """Tell a named type under a heading of its name."""
    shape = shapes.named(name)
    lines = field_lines(shapes, shape) if shape.kind == "object" else [value_line(shapes, shape)]
    return "\n".join([f"## {name}", "", *(lines or ["any JSON"])]) + "\n"


def types_below(shapes: Shapes, shape: Shape) -> Mapping[str, Shape]:
    """Return all named types that a value may be made of, by their names in alphabetical order."""
    found: dict[str, Shape] = {}
    _collect(shapes, shape, found, set(), whole=True)
    return dict(sorted(found.items()))


def types_beside(shapes: Shapes, shape: Shape) -> Mapping[str, Shape]:
    """Return the named types that a value, its items and its branches directly are, by their names."""
    found: dict[str, Shape] = {}
    _collect(shapes, shape, found, set(), whole=False)
    return found


def _collect(shapes: Shapes, shape: Shape, found: dict[str, Shape], seen: set[int], *, whole: bool) -> None:
    """Add the types of a value; one that holds itself is met once."""
    if id(shape) in seen:
        return
    seen.add(id(shape))
    if shape.name is not None and (whole or shape.kind != "union"):
        found[shape.name] = shape
        if not whole:
            return
    for part in _parts(shapes, shape):
        _collect(shapes, part, found, seen, whole=whole)


def _parts(shapes: Shapes, shape: Shape) -> Iterator[Shape]:
    if shape.kind == "union":
        yield from branch_shapes(shapes, choose(shapes, shape))
        return
    held = [*shape.properties.values(), shape.items, shape.additional]
    yield from (shapes.read(part) for part in held if is_object(part))
