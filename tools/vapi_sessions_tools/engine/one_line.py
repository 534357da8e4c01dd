"""A schema in one line: words, listed values, or what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.engine.union_choice import choose
from vapi_sessions_tools.engine.wording import item_count, words

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.shape import Shape, Shapes
    from vapi_sessions_tools.engine.union_choice import Choice

_NAMED = 6
_DEEPEST = 4
_KINDS = {"object": "object", "array": "list", "union": "any of"}


def one_line(shapes: Shapes, shape: Shape, depth: int = _DEEPEST) -> Any:
    """Tell a shape in one line.

    Args:
        shapes: The schemas of the contract.
        shape: What is told.
        depth: How many levels of what has no name are told; a type may hold itself.

    Returns:
        A text, or the listed values of a scalar.
    """
    if depth == 0 and shape.kind in ("object", "array", "union"):
        return f"{_KINDS[shape.kind]} {shape.name}" if shape.name else _KINDS[shape.kind]
    match shape.kind:
        case "object":
            return _object(shapes, shape, depth)
        case "array":
            items = _text(one_line(shapes, shapes.read(shape.items or {}), depth - 1))
            items = f"({items})" if " or " in items else items
            limits = item_count(shape)
            return f"list of {items}" + (f", {limits}" if limits else "")
        case "union":
            return _union(shapes, shape, depth)
        case _:
            return words(shape)


def branch_shapes(shapes: Shapes, choice: Choice) -> list[Shape]:
    """Return a union's branches, objects first: they have most to tell."""
    found = list(choice.objects.every) if choice.objects is not None else []
    found += [branch for listed in choice.by_type.values() for branch in listed]
    return [shapes.read(branch) for branch in found]


def _object(shapes: Shapes, shape: Shape, depth: int) -> str:
    if shape.name:
        return f"object {shape.name}"
    if shape.properties:
        return f"object ({_listed(list(shape.properties))})"
    if is_object(shape.additional):
        return (
            f"object of any names, each: {_text(one_line(shapes, shapes.read(shape.additional), depth - 1))}"
        )
    return "object"


def _union(shapes: Shapes, shape: Shape, depth: int) -> str:
    choice = choose(shapes, shape)
    if choice.anything:
        return "any JSON"
    objects, branches = choice.objects, branch_shapes(shapes, choice)
    if objects is None or objects.tag is None or objects.open:
        lines = [one_line(shapes, branch, depth - 1) for branch in branches]
    else:
        by_tag = f"object by {objects.tag}: {_listed(list(objects.by_value))}"
        others = [branch for branch in branches if branch.kind != "object"]
        lines = [by_tag, *(one_line(shapes, branch, depth - 1) for branch in others)]
    told = list(dict.fromkeys(map(_text, lines)))
    exemplified = {line.partition(", such as ")[0] for line in told if ", such as " in line}
    return " or ".join(line for line in told if line not in exemplified)


def _text(told: Any) -> str:
    if not is_list(told):
        return str(told)
    return ("one of " if len(told) > 1 else "exactly ") + ", ".join(str(value) for value in told)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown}, {len(names) - _NAMED} more"
