"""What a contract knows of one place in the arguments of a call: found by walking its validation schema.

The API may refuse what the contract let pass; its text then names a place, and what is known of that
place is told beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.engine.rules import allowed_by, dereferenced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vapi_sessions_tools.engine.document import Document


def allowed_at(root: Document, arguments: Document, path: Sequence[str | int]) -> Any:
    """Say what may stand at a place, or None where the contract does not know the place.

    Args:
        root: The validation schema of the arguments.
        arguments: What was sent; it tells which branches of unions are meant.
        path: The place, outermost name first.
    """
    node = root
    value: Any = arguments
    for number, part in enumerate(path, 1):
        owner = next((schema for schema in _applying(root, node, value) if _knows(schema, part)), None)
        if owner is None:
            return None
        if number == len(path):
            return allowed_by(owner, part) if isinstance(part, str) else None
        node = owner["items"] if isinstance(part, int) else owner["properties"][part]
        value = _child(value, part)
    return None


def _knows(schema: Document, part: str | int) -> bool:
    return "items" in schema if isinstance(part, int) else part in schema.get("properties", {})


def _child(value: Any, part: str | int) -> Any:
    if is_object(value) and isinstance(part, str):
        return value.get(part)
    if is_list(value) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _applying(root: Document, node: Document, value: Any) -> Iterator[Document]:
    """Yield the parts of a schema that apply to a value, those behind its conditions first."""
    import jsonschema_rs

    schema = dereferenced(root, node)
    if "if" in schema:
        if jsonschema_rs.is_valid(schema["if"], value):
            yield from _applying(root, schema["then"], value)
        return
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        yield from _applying(root, part, value)
    yield schema
