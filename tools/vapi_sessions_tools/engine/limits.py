"""Limits of a schema: length, range, count and format, as far as they make sense where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.document import Document

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_LENGTHS = ("minLength", "maxLength")
_RANGE = (*_BOUNDS, "multipleOf")
_RELEVANT = {
    "string": _LENGTHS,
    "number": _RANGE,
    "integer": _RANGE,
    "boolean": (),
    "array": ("minItems", "maxItems", "uniqueItems"),
    "object": ("minProperties", "maxProperties"),
}


def relevant_limits(kind: str, limits: Document) -> Document:
    """Return the limits that say something of a kind: a length stated of a list says nothing."""
    named = (*_RELEVANT.get(kind, tuple(limits)), "format")
    return {name: limit for name, limit in limits.items() if name in named}


def read_limits(schema: Document) -> Document:
    """Return the limits that make sense; of OpenAPI 3.0's exclusive bounds, flags there, the numbers."""
    limits = {key: schema[key] for key in _BOUNDS if _is_number(schema.get(key))}
    limits |= {key: int(schema[key]) for key in _COUNTS if _is_number(schema.get(key)) and schema[key] >= 0}
    if _is_number(schema.get("multipleOf")) and schema["multipleOf"] > 0:
        limits["multipleOf"] = schema["multipleOf"]
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if schema.get(exclusive) is True and bound in limits:
            limits[exclusive] = limits.pop(bound)
    if schema.get("uniqueItems") is True:
        limits["uniqueItems"] = True
    if isinstance(schema.get("format"), str):
        limits["format"] = schema["format"]
    return limits


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
