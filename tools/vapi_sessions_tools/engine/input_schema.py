"""A tool's input schema as a model sees it: portable to every client, and small.

Portable means: one `type` on everything, arrays with items, legal keys, no `$ref`, no alternatives, no
`additionalProperties`, enums neither empty nor doubled, at every depth. Small means: a schema that is
short is shown whole; of one that is huge the fields that `x-show` names are shown, or only its words.
What is not shown may be sent all the same: validation knows the whole contract.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vapi_sessions_tools.engine.derivation import QUERY_ARGUMENT
from vapi_sessions_tools.engine.json_values import size
from vapi_sessions_tools.engine.names import legal_keys
from vapi_sessions_tools.engine.union_choice import choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Argument, Operation
    from vapi_sessions_tools.engine.shape import Shape, Shapes

QUERY_WORDS = "JMESPath over the full API answer, for what the compact result leaves out"
_SHOWN_WHOLE = 700
"""Bytes of compact JSON up to which a schema without `x-show` is shown whole."""
_DEEPEST = 4
_MOST_NAMED = 12
_SHOWN_LIMITS = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")
_MOST_LISTED = 12


def input_schema(operation: Operation, shapes: Shapes) -> Document:
    """Return the schema of a tool's arguments.

    Args:
        operation: What the tool calls.
        shapes: The schemas of its contract.
    """
    properties = {argument.name: _argument(argument, shapes) for argument in operation.arguments}
    if operation.queryable:
        properties[QUERY_ARGUMENT] = {"type": "string", "description": QUERY_WORDS}
    required = [argument.name for argument in operation.arguments if argument.required]
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _argument(argument: Argument, shapes: Shapes) -> Document:
    shape = shapes.read(argument.schema_)
    schema = _shown(shapes, shape, _DEEPEST)
    words = argument.words
    if _names_needed(shape, schema):
        words = " ".join(part for part in (words, _field_names(shapes, shape)) if part)
    schema.pop("description", None)
    return {**schema, "description": words} if words else schema


def _shown(shapes: Shapes, shape: Shape, depth: int) -> Document:
    """Return a portable schema: by `x-show` where it is given, whole where that is short, else bare."""
    chosen = shape.meta.get("x-show")
    if chosen is not None:
        return _portable(shapes, shape, depth, chosen)
    whole = _portable(shapes, shape, depth, None)
    if size(whole) <= _SHOWN_WHOLE:
        return whole
    return _portable(shapes, shape, depth, ())


def _portable(shapes: Shapes, shape: Shape, depth: int, chosen: Iterable[str] | None) -> Document:
    fields, required = _fields(shapes, shape)
    if shape.kind == "array":
        items = shapes.read(shape.items or {})
        inner = _shown(shapes, items, depth - 1) if depth and chosen is None else _bare(shapes, items)
        return {"type": "array", **_limits(shape), "items": _with_words(inner, items)}
    if not fields or _type(shapes, shape) != "object":
        return _scalar(shapes, shape)
    names = [name for name in (fields if chosen is None else chosen) if name in fields] if depth else []
    if not names:
        return {"type": "object"}
    return _object(shapes, fields, names, [name for name in required if name in names], depth)


def _object(
    shapes: Shapes, fields: Mapping[str, Shape], names: list[str], required: list[str], depth: int
) -> Document:
    legal = legal_keys(fields)  # of all fields, as coercion finds them again
    properties = {
        legal[name]: _with_words(_shown(shapes, fields[name], depth - 1), fields[name]) for name in names
    }
    result: Document = {"type": "object", "properties": properties}
    return {**result, "required": [legal[name] for name in required]} if required else result


def _with_words(schema: Document, shape: Shape) -> Document:
    words = " ".join(str(shape.meta.get("description", "")).split())
    if not words or len(words) > 120:
        return schema
    return {**schema, "description": words}


def _scalar(shapes: Shapes, shape: Shape) -> Document:
    kind = _type(shapes, shape)
    result = _bare(shapes, shape)
    enum = [value for value in shape.enum if isinstance(value, _PYTHON_TYPES.get(kind, ()))]
    if enum and (shape.closed or len(enum) <= _MOST_LISTED):
        result["enum"] = enum
    return {**result, **_limits(shape)}


def _bare(shapes: Shapes, shape: Shape) -> Document:
    """Return the type alone, with the items that clients want to see of every array."""
    kind = _type(shapes, shape)
    return {"type": kind, "items": {"type": "string"}} if kind == "array" else {"type": kind}


_PYTHON_TYPES: dict[str, tuple[type, ...]] = {"string": (str,), "number": (int, float), "integer": (int,)}


def _limits(shape: Shape) -> Document:
    return {key: shape.limits[key] for key in _SHOWN_LIMITS if key in shape.limits}


def type_schema(shapes: Shapes, schema: Document) -> Document:
    """Return the type alone of a schema of the contract.

    Args:
        shapes: The schemas of its contract.
        schema: One of them.
    """
    return _bare(shapes, shapes.read(schema))


def _type(shapes: Shapes, shape: Shape) -> str:
    """Return the one JSON type that stands for a shape; text can carry whatever else is meant."""
    if shape.kind == "any":
        return "string" if any(isinstance(value, str) for value in shape.enum) else "object"
    if shape.kind != "union":
        return shape.kind
    choice = choose(shapes, shape)
    if choice.objects is not None:
        return "object"
    return "string" if not choice.by_type or "string" in choice.by_type else next(iter(choice.by_type))


def _fields(shapes: Shapes, shape: Shape) -> tuple[dict[str, Shape], list[str]]:
    """Return an object's fields; of a union those of all branches, its tag with all values first."""
    if shape.kind == "object":
        return {name: shapes.read(schema) for name, schema in shape.properties.items()}, list(shape.required)
    if shape.kind != "union":
        return {}, []
    objects = choose(shapes, shape).objects
    if objects is None:
        return {}, []
    fields: dict[str, Shape] = {}
    for branch in objects.every:
        for name, schema in shapes.read(branch).properties.items():
            fields.setdefault(name, shapes.read(schema))
    tag = objects.tag
    if tag is not None and tag in fields:
        told = replace(fields[tag], enum=tuple(objects.by_value), closed=not objects.open)
        fields = {tag: told, **{name: field for name, field in fields.items() if name != tag}}
    return fields, [tag] if tag and objects.required else []


def _names_needed(shape: Shape, schema: Document) -> bool:
    """Whether a bare object has no words that name its fields."""
    return schema == {"type": "object"} and "x-show" not in shape.meta and shape.kind in ("object", "union")


def _field_names(shapes: Shapes, shape: Shape) -> str:
    fields, required = _fields(shapes, shape)
    names = [f"{name} (required)" for name in required] + [name for name in fields if name not in required]
    more = ", ..." if len(names) > _MOST_NAMED else ""
    return f"Fields: {', '.join(names[:_MOST_NAMED])}{more}" if names else ""
