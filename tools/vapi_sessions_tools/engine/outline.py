"""A schema told in few bytes: what a reader needs to write a value that is right.

An object is its fields, required ones first; a union its tag and its branches; anything else words. What
a reader must give is told in depth, what it may give by one line a field, and where room ends by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_list, is_object, size
from vapi_sessions_tools.engine.one_line import branch_shapes, one_line
from vapi_sessions_tools.engine.union_choice import choose, open_tag_values
from vapi_sessions_tools.engine.wording import item_count, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.shape import Shape, Shapes
    from vapi_sessions_tools.engine.union_choice import TaggedBranches

LARGEST = 1_500
"""Bytes of an outline, unless more are asked for."""

_DEPTHS = (4, 3, 2, 1, 0)
_ROOM_BELOW = 120
"""Bytes for the names of what may be given below the place that is told."""


def outline(shapes: Shapes, shape: Shape, *, largest: int = LARGEST, tag: str | None = None) -> Any:
    """Return what may stand at a place.

    Args:
        shapes: The schemas of the contract.
        shape: Of the place.
        largest: Bytes of compact JSON that it may have.
        tag: The field by which this object was chosen among the branches of a union.

    Returns:
        Words or listed values for a scalar; for an object `{"type"?, "required", "optional", "further"?}`;
        for a union `{"tag", "branches"}` or `{"any of": [...]}`; for a list `{"list of": ...}`.
    """
    for depth in _DEPTHS:
        told = _Outline(shapes, depth).place(shape, tag, largest)
        if size(told) <= largest:
            return told
    return one_line(shapes, shape)


def outline_of_branches(shapes: Shapes, branches: Sequence[Shape], *, largest: int = LARGEST) -> Any:
    """Return the outline of a place where each of some branches may be meant, the likeliest first."""
    for depth in _DEPTHS:
        teller = _Outline(shapes, depth)
        told = {"any of": [teller.place(branch, None, largest // len(branches)) for branch in branches]}
        if size(told) <= largest:
            return told
    return " or ".join(str(one_line(shapes, branch)) for branch in branches)


class _Outline:
    """Outlines with required parts told to a depth.

    Args:
        shapes: The schemas of the contract.
        depth: How many levels of required fields are told.
    """

    def __init__(self, shapes: Shapes, depth: int) -> None:
        self._shapes = shapes
        self._depth = depth

    def place(self, shape: Shape, tag: str | None, room: int) -> Any:
        match shape.kind:
            case "object":
                return self._object(shape, tag, room)
            case "union":
                return self._union(shape, room)
            case "array":
                items = self._shapes.read(shape.items or {})
                told = {"list of": self._deep(items, self._depth)}
                limits = item_count(shape)
                return {**told, "with": limits} if limits else told
            case _:
                return self._values(shape, room)

    def _values(self, shape: Shape, room: int) -> Any:
        """Tell a scalar; of listed values all, where there is room."""
        told = words(shape)
        whole = list(shape.enum)
        return whole if is_list(told) and size(whole) <= room else told

    def _object(self, shape: Shape, tag: str | None, room: int) -> Document:
        told: Document = {"type": shape.name} if shape.name else {}
        required = self._required(shape, tag, self._depth)
        if required and self._depth == 0 and size({**told, **required}) > room:
            return {**told, **_fitting(required["required"], room - size(told))}
        told |= required
        if is_object(shape.additional):
            told["any other field"] = one_line(self._shapes, self._shapes.read(shape.additional))
        return self._with_optional(shape, told, room)

    def _required(self, shape: Shape, tag: str | None, depth: int) -> Document:
        fields = {name: self._shapes.read(shape.properties.get(name, {})) for name in shape.required}
        told = {
            name: list(field.enum) if name == tag and field.enum else self._deep(field, depth)
            for name, field in fields.items()
        }
        if tag is not None and tag not in told and tag in shape.properties:
            told = {tag: list(self._shapes.read(shape.properties[tag]).enum), **told}
        return {"required": told} if told else {}

    def _with_optional(self, shape: Shape, told: Document, room: int) -> Document:
        """Tell the other fields while there is room, one line each, and name the rest."""
        names = [name for name in shape.properties if name not in told.get("required", {})]
        lines = {name: one_line(self._shapes, self._shapes.read(shape.properties[name])) for name in names}
        for count in range(len(names), 0, -1):
            shown = {**told, "optional": {name: lines[name] for name in names[:count]}}
            if names[count:]:
                shown["further"] = names[count:]
            if size(shown) <= room:
                return shown
        return {**told, "further": _counted(names, room - size(told))} if names else told

    def _union(self, shape: Shape, room: int) -> Any:
        choice = choose(self._shapes, shape)
        if choice.anything:
            return "any JSON"
        if choice.objects is not None and not choice.by_type and choice.objects.tag is not None:
            return self._tagged(choice.objects, room)
        return {"any of": [self._deep(branch, self._depth) for branch in branch_shapes(self._shapes, choice)]}

    def _tagged(self, tagged: TaggedBranches, room: int) -> Document:
        """Name each branch by its tag and type, or where that is too much by its tag."""
        branches: Document = {
            value: self._title(self._read(found)) for value, found in tagged.by_value.items()
        }
        examples = open_tag_values(self._shapes, tagged)
        branches |= {value: self._title(self._read([branch])) for value, branch in examples.items()}
        told: Document = {"tag": tagged.tag, "branches": branches}
        if tagged.open and not examples:
            told["any other tag"] = self._title(self._read(tagged.open))
        return told if size(told) <= room else {**told, "branches": list(branches)}

    def _title(self, found: list[Shape]) -> Any:
        lines = [shape.name or one_line(self._shapes, shape) for shape in found]
        return lines[0] if len(lines) == 1 else lines

    def _read(self, branches: Sequence[Document]) -> list[Shape]:
        return [self._shapes.read(branch) for branch in branches]

    def _deep(self, shape: Shape, depth: int) -> Any:
        """Tell what must be given: an object's required fields, a union's choices."""
        if depth <= 0:
            return one_line(self._shapes, shape)
        match shape.kind:
            case "object" if shape.required:
                named = {"type": shape.name} if shape.name else {}
                told = {**named, **self._required(shape, None, depth - 1)}
                others = [name for name in shape.properties if name not in shape.required]
                return {**told, "further": _counted(others, _ROOM_BELOW)} if others else told
            case "union":
                return self._deep_union(shape, depth)
            case "array" if shape.limits.get("minItems", 0) > 0:
                items = self._shapes.read(shape.items or {})
                return {"list of": self._deep(items, depth - 1), "with": item_count(shape)}
            case _:
                return one_line(self._shapes, shape)

    def _deep_union(self, shape: Shape, depth: int) -> Any:
        choice = choose(self._shapes, shape)
        if choice.anything:
            return "any JSON"
        if choice.objects is None or choice.by_type:
            branches = branch_shapes(self._shapes, choice)
            if not any(branch.kind == "object" for branch in branches):
                return one_line(self._shapes, shape)
            return {"any of": [self._deep(branch, depth - 1) for branch in branches]}
        if choice.objects.tag is None:
            return {
                "any of": [self._deep(branch, depth - 1) for branch in branch_shapes(self._shapes, choice)]
            }
        examples = open_tag_values(self._shapes, choice.objects)
        return {"tag": choice.objects.tag, "branches": [*choice.objects.by_value, *examples]}


def _fitting(required: Document, room: int) -> Document:
    """Return the required fields that there is room for; the others by name, as far as they fit."""
    told: Document = {}
    for name, field in required.items():
        if size({**told, name: field}) > room * 2 // 3:
            break
        told[name] = field
    others = [name for name in required if name not in told]
    return {"required": told, "also required": _counted(others, room - size(told) - 40)}


def _counted(names: list[str], room: int) -> list[str]:
    """Return the names that there is room for, and how many more there are."""
    used, shown = 20, list[str]()
    for name in names:
        used += len(name) + 3
        if used > room:
            return [*shown, f"... {len(names) - len(shown)} more"]
        shown.append(name)
    return shown
