"""The results of the REST surface described: the fields of the compact view, and what goes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.input_schema import type_schema
from vapi_sessions_tools.engine.json_values import is_list, is_object

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.operation import Operation, Pages
    from vapi_sessions_tools.engine.shape import Shapes

OBJECT: dict[str, Any] = {"type": "object", "properties": {}}
"""Some readers refuse an object without `properties`."""

TEXT: dict[str, Any] = {"type": "string"}

_SAID: dict[str, Any] = {
    "untrusted": {"type": "array", "items": TEXT, "description": "Places of third parties' words."},
    "omitted": {**OBJECT, "description": "What was left out, with its bytes."},
}
_SELECTED: dict[str, Any] = {"description": "What `query` selects; then there is nothing else."}


def result_schema(operation: Operation, shapes: Shapes) -> dict[str, Any]:
    """Return the schema of an operation's results; a field may be missing from any of them.

    Args:
        operation: What is called.
        shapes: The schemas of its contract.
    """
    if operation.gone:
        names = [argument.name for argument in operation.arguments if argument.required]
        return {
            "type": "object",
            "properties": {**dict.fromkeys(names, TEXT), "deleted": {"type": "boolean"}},
        }
    fields = (
        _fields(operation, shapes) if operation.pages is None else _page(operation, operation.pages, shapes)
    )
    return {"type": "object", "properties": {**fields, "result": _SELECTED, **_SAID}}


def _page(operation: Operation, pages: Pages, shapes: Shapes) -> dict[str, Any]:
    whole = shapes.read(operation.success or {})
    entries = shapes.read(whole.properties.get(pages.results, {})).items
    entry = {"type": "object", "properties": _shown(entries or {}, "item", shapes)}
    following = {"anyOf": [OBJECT, {"type": "null"}], "description": "The query fields of the next page."}
    return {"results": {"type": "array", "items": entry}, "page": OBJECT, "next": following}


def _fields(operation: Operation, shapes: Shapes) -> dict[str, Any]:
    return _shown(operation.success or {}, "one", shapes)


def _shown(schema: dict[str, Any], form: str, shapes: Shapes) -> dict[str, Any]:
    """Return the fields that the compact view shows, or all where there is none."""
    shape = shapes.read(schema)
    view = shape.meta.get("x-compact", {}).get(form, {})
    names = [*view.get("fields", ()), *view.get("select", {})] or list(shape.properties)
    return {
        name: with_properties(type_schema(shapes, shape.properties[name])) if name in shape.properties else {}
        for name in names
    }


def with_properties(schema: Any) -> Any:
    """Return a schema in which each object, at any depth, has `properties`."""
    if is_list(schema):
        return [with_properties(entry) for entry in schema]
    if not is_object(schema):
        return schema
    told = {key: with_properties(value) for key, value in schema.items()}
    return {**told, "properties": {}} if told.get("type") == "object" and "properties" not in told else told
