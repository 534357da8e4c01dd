"""Mending what clients commonly mangle on the way, and nothing else.

Objects and lists sent as JSON text, numbers and booleans sent as text, null for a top-level argument
that is not given, a list where the API wants its values joined by commas, and the legal names that
stand in tool schemas for keys which clients do not accept. A nested null is a value and is kept.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.dates import normalised_date
from vapi_sessions_tools.engine.json_values import deeper_than, is_list, is_object
from vapi_sessions_tools.engine.names import legal_key, legal_keys
from vapi_sessions_tools.engine.scrutiny import DEEPEST
from vapi_sessions_tools.engine.union_choice import choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Argument, Operation
    from vapi_sessions_tools.engine.shape import Declared, Shape, Shapes

_NUMBER = re.compile(r"\A-?\d{1,15}(\.\d{1,15})?\Z")
_WORDS = {"true": True, "false": False}


def coerce(operation: Operation, shapes: Shapes, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments as they were meant; those of unknown names as they are.

    Args:
        operation: The operation they are for.
        shapes: The schemas of its contract.
        arguments: What the client sent.
    """
    known = {argument.name: argument for argument in operation.arguments}
    given = {name: value for name, value in arguments.items() if value is not None}
    return {
        name: _argument(known[name], shapes, value) if name in known else value
        for name, value in given.items()
    }


def _argument(argument: Argument, shapes: Shapes, value: Any) -> Any:
    shape = shapes.read(argument.schema_)
    if argument.form == "comma":
        return _joined(value)
    if argument.form == "repeat" and isinstance(value, str) and not value.lstrip().startswith("["):
        value = [part.strip() for part in value.split(",")]
    if argument.place == "query" and shape.limits.get("format") == "date-time" and isinstance(value, str):
        return normalised_date(value, argument.date_edge or "start") or value
    return coerce_value(shapes, shape, value)


def _joined(value: Any) -> Any:
    """Join a list of plain values by commas; anything else is left for validation to judge."""
    values = (
        _from_json(value.strip(), value) if isinstance(value, str) and value.lstrip()[:1] == "[" else value
    )
    if is_list(values) and all(isinstance(v, (str, int)) and not isinstance(v, bool) for v in values):
        return ",".join(str(v).strip() for v in values)
    return value


def coerce_value(shapes: Shapes, shape: Shape, value: Any) -> Any:
    """Return a value as the shape's kind of thing where it plainly is one."""
    if isinstance(value, str):
        value = _from_text(shapes, shape, value)
    if is_list(value) and shape.kind == "array" and shape.items is not None:
        items = shapes.read(shape.items)
        return [coerce_value(shapes, items, item) for item in value]
    if is_object(value):
        return _coerce_object(shapes, shape, value)
    return value


def _from_text(shapes: Shapes, shape: Shape, text: str) -> Any:
    kinds = _kinds(shapes, shape)
    if not kinds or "string" in kinds or "any" in kinds:
        return text
    plain = text.strip()
    if kinds & {"object", "array"} and plain[:1] in ("{", "["):
        return _from_json(plain, text)
    if kinds & {"number", "integer"} and _NUMBER.match(plain):
        return float(plain) if "." in plain else int(plain)
    if "boolean" in kinds:
        return _WORDS.get(plain.lower(), text)
    return text


def _from_json(plain: str, text: str) -> Any:
    try:
        value = json.loads(plain)
    except (ValueError, RecursionError):
        return text
    return text if deeper_than(value, DEEPEST) else value


def _kinds(shapes: Shapes, shape: Shape) -> set[str]:
    if shape.kind != "union":
        return {shape.kind}
    choice = choose(shapes, shape)
    return {
        *choice.by_type,
        *(("object",) if choice.objects else ()),
        *(("any",) if choice.anything else ()),
    }


def _coerce_object(shapes: Shapes, shape: Shape, value: Document) -> Document:
    fields, own_names = _declared(shapes, shape, value)
    if not fields:
        return value
    result: Document = {}
    for key, child in value.items():
        name = own_names[key] if key in own_names and own_names[key] not in value else key
        field = fields.get(name)
        result[name] = coerce_value(shapes, shapes.read(field), child) if field is not None else child
    return result


def _declared(shapes: Shapes, shape: Shape, value: Document) -> Declared:
    """Return the fields declared for an object, by the branches that it can belong to."""
    tag_value: Any = None
    objects = choose(shapes, shape).objects if shape.kind == "union" else None
    if objects is not None:
        tag = objects.tag or ""
        tag_value = value.get(tag, value.get(legal_key(tag)))
        if not isinstance(tag_value, str) or tag_value not in objects.by_value:
            tag_value = None
    known = shapes.declared.get((id(shape), tag_value))
    if known is None:
        branches: Iterable[Document] = ()
        if objects is not None:
            branches = objects.open if tag_value is None else objects.by_value[tag_value]
        parts = [shape] if shape.kind == "object" else [shapes.read(branch) for branch in branches]
        fields = {name: field for part in parts for name, field in part.properties.items()}
        own_names = {legal: name for name, legal in legal_keys(fields).items() if legal != name}
        # The shape is kept beside them, so that its id is not given to another.
        known = shapes.declared[id(shape), tag_value] = (shape, (fields, own_names))
    return known[1]
