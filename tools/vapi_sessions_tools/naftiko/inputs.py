"""An operation's arguments as the inputs of a Naftiko tool or resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vapi_sessions_tools.engine.input_schema import input_schema
from vapi_sessions_tools.naftiko.wording import argument_words

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Argument, Operation, Place
    from vapi_sessions_tools.engine.shape import Shapes

_PATH_NOTE = "put into the path unchecked, where ../ ? or # would reach another path of the API"
_TEXT_NOTE = 'as JSON text: a quoted and escaped string, such as "say \\"hi\\""'
_JSON_NOTE = "as JSON text"


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
        default: What is sent when it is not given, as text, or None.
    """

    name: str
    wire: str
    place: Place
    type: str
    words: str
    required: bool
    default: str | None

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
    kind, note = _type(argument, shown["type"])
    words = argument_words(operation, argument, shape, shown)
    return Input(
        name=argument.name,
        wire=argument.wire,
        place=argument.place,
        type=kind,
        words=f"{words}; {note}" if note else words,
        required=argument.required,
        default=None if argument.default is None else str(argument.default),
    )


def _type(argument: Argument, kind: str) -> tuple[str, str]:
    """Return the type that callers give, and a note on how to give it.

    A template writes arrays and numbers as JSON. It escapes no text, writes an object as something that is
    not JSON, and a false as nothing; so in a body these are given as JSON text. A query has a parameter
    once, and that as text.
    """
    if argument.place == "body":
        if kind in ("array", "number", "integer"):
            return kind, ""
        return "string", _TEXT_NOTE if kind == "string" else _JSON_NOTE
    if argument.place == "path":
        return kind, _PATH_NOTE
    if kind == "array":
        return "string", "one can be given" if argument.form == "repeat" else "separated by commas"
    return ("string", _JSON_NOTE) if kind == "object" else (kind, "")
