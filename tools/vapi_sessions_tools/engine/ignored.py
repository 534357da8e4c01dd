"""What an API takes and does not use: fields that another field beside them overrides.

A field's `x-ignored-beside` names the field that wins. Nothing is refused for it, but who gave both should
know which one counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_object
from vapi_sessions_tools.engine.places import Reading, chosen_branches
from vapi_sessions_tools.engine.problem import path_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Operation
    from vapi_sessions_tools.engine.shape import Shapes


def ignored_fields(operation: Operation, shapes: Shapes, arguments: Document) -> dict[str, str]:
    """Return why the API will ignore which of the arguments, by their places; lists are not looked into.

    Args:
        operation: What is called.
        shapes: The schemas of its contract.
        arguments: Mended and validated.
    """
    declared = {argument.name: argument.schema_ for argument in operation.arguments}
    return dict(_ignored(shapes, declared, arguments, ()))


def _ignored(
    shapes: Shapes, declared: Mapping[str, Document], value: Document, path: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for name, given in value.items():
        if name not in declared or given is None:
            continue
        shape = shapes.read(declared[name])
        winner = shape.meta.get("x-ignored-beside")
        if winner is not None and value.get(winner) not in (None, ""):
            yield path_text((*path, name)), f"{winner} is given, and wins"
        elif is_object(given):
            yield from _within(shapes, Reading(shape), given, (*path, name))


def _within(shapes: Shapes, reading: Reading, value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    branches = chosen_branches(shapes, reading, value)
    if branches:
        yield from _ignored(shapes, branches[0].shape.properties, value, path)
