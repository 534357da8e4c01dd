"""An operation's arguments as the inputs of a Naftiko tool or resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vapi_sessions_tools.engine.input_schema import input_schema
from vapi_sessions_tools.naftiko.wording import argument_words

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Argument, Operation, Place
    from vapi_sessions_tools.engine.shape import Shapes

Written = Literal["text", "json"]
"""How a body's template writes an input: between quotes, or as the JSON that it is."""

_UUID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


@dataclass(frozen=True, slots=True)
class Input:
    """An input of an exposed operation.

    Args:
        name: What its callers call it, and the templates.
        wire: The API's name for it.
        place: Where in the request it goes.
        type: What callers give.
        words: What it is.
        required: Whether the operation cannot be called without it.
        written: How a body's template writes it.
        default: What is sent when it is not given, as text, or None.
        pattern: What a text must match, or None.
    """

    name: str
    wire: str
    place: Place
    type: str
    words: str
    required: bool
    written: Written
    default: str | None
    pattern: str | None

    @property
    def called(self) -> str:
        """What the called operation knows it by."""
        return self.wire if self.place == "query" else self.name


def inputs(operation: Operation, shapes: Shapes) -> tuple[Input, ...]:
    """Return the inputs of an operation, in the order of its arguments.

    Args:
        operation: What is called.
        shapes: The schemas of its contract.
    """
    shown = input_schema(operation, shapes)["properties"]
    return tuple(
        _input(operation, argument, shapes, shown[argument.name]) for argument in operation.arguments
    )


def _input(operation: Operation, argument: Argument, shapes: Shapes, shown: Document) -> Input:
    shape = shapes.read(argument.schema_)
    kind, note = _type(operation, argument, shown["type"])
    words = argument_words(operation, argument, shape, shown)
    quoted = shown["type"] == "string" and not operation.whole_body
    return Input(
        name=argument.name,
        wire=argument.wire,
        place=argument.place,
        type=kind,
        words=f"{words}; {note}" if note else words,
        required=argument.required,
        written="text" if quoted else "json",
        default=None if argument.default is None else str(argument.default),
        pattern=_UUID if argument.place == "path" and shape.limits.get("format") == "uuid" else None,
    )


def _type(operation: Operation, argument: Argument, kind: str) -> tuple[str, str]:
    """Return the type that callers give, and what to say of it.

    Templates write numbers, texts and arrays; an object comes out as no JSON and a false as nothing, so
    in a body both are given as JSON text. A query has a parameter once, and that as text.
    """
    if argument.place == "body":
        as_it_is = kind == "array" or (kind not in ("object", "boolean") and not operation.whole_body)
        return (kind, "") if as_it_is else ("string", "as JSON text")
    if kind == "array":
        return "string", "one can be given" if argument.form == "repeat" else "separated by commas"
    return ("string", "as JSON text") if kind == "object" else (kind, "")
