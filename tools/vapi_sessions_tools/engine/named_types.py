"""The contract's named types: each told whole, with the names of those that it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_tools.engine.json_values import is_object
from vapi_sessions_tools.engine.outline import outline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.shape import Shape, Shapes

_LARGEST = 40_000
"""Bytes of a type's outline; the largest of the contract has a tenth of them."""


def describe_type(shapes: Shapes, name: str) -> Document:
    """Return the outline of a named type, each field told, and the names of the types it is made of.

    Raises:
        KeyError: The contract has no type of that name.
    """
    if name not in shapes.names:
        raise KeyError(name)
    shape = shapes.named(name)
    told = outline(shapes, shape, largest=_LARGEST)
    described: Document = told if is_object(told) else {"words": told}
    return {"type": name, **described, "types": sorted(set(_below(shapes, shape, ())) - {name})}


def _below(shapes: Shapes, shape: Shape, within: tuple[int, ...]) -> Iterator[str]:
    """Yield the named types that stand directly in a type, through what has no name."""
    if id(shape) in within:
        return
    parts = [*shape.properties.values(), *shape.branches]
    parts += [part for part in (shape.items, shape.additional) if is_object(part)]
    for part in parts:
        inner = shapes.read(part)
        if inner.name is not None:
            yield inner.name
        else:
            yield from _below(shapes, inner, (*within, id(shape)))
