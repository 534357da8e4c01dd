"""Coerced arguments measured against the whole contract, every problem in one answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.dates import normalised_date
from vapi_sessions_tools.engine.derivation import QUERY_ARGUMENT
from vapi_sessions_tools.engine.json_values import is_list
from vapi_sessions_tools.engine.problem import Problem, path_text
from vapi_sessions_tools.engine.rules import explain
from vapi_sessions_tools.engine.validation_schema import SchemaWriter
from vapi_sessions_tools.engine.vocabulary import nearest, shown_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema_rs import Draft202012Validator, ValidationError

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Argument, Operation
    from vapi_sessions_tools.engine.shape import Shapes

MOST_COUNTED = 1_000
"""Where counting stops: nobody reads further, and a list of a million bad items must not cost seconds."""


class Validator:
    """Checks the arguments of one operation.

    Args:
        operation: The operation they are for.
        shapes: The schemas of its contract.
    """

    def __init__(self, operation: Operation, shapes: Shapes) -> None:
        import jsonschema_rs

        self._operation = operation
        self._names = [argument.name for argument in operation.arguments]
        self._ways_out = {argument.name: argument.way_out for argument in operation.arguments}
        self.schema = _root_schema(operation, shapes)
        self._validator: Draft202012Validator = jsonschema_rs.Draft202012Validator(
            self.schema,
            validate_formats=True,
            formats={"date-time": _is_moment},
            offline=True,
        )

    def problems(self, arguments: Document) -> list[Problem]:
        """Return everything that is wrong with the arguments, in their order; empty when nothing is."""
        known = {name: value for name, value in arguments.items() if name in self._names}
        unknown = [self._not_an_argument(name) for name in arguments if name not in self._names]
        errors = list(islice(self._validator.iter_errors(known), MOST_COUNTED))
        mistyped = {tuple(error.instance_path) for error in errors if error.kind.name == "type"}
        telling = (e for e in errors if e.kind.name != "enum" or tuple(e.instance_path) not in mistyped)
        found = [problem for error in telling for problem in self._explained(error, known)]
        return unknown + list(dict.fromkeys(_hashable(found)))

    def _explained(self, error: ValidationError, arguments: Document) -> Iterator[Problem]:
        for problem in explain(error, self.schema, arguments):
            way_out = self._ways_out.get(problem.path)
            allowed = f"{problem.allowed}; {way_out}" if problem.allowed else way_out
            yield replace(problem, allowed=allowed) if way_out else problem

    def _not_an_argument(self, name: str) -> Problem:
        """Refuse an argument that the tool does not have, naming the one that was likely meant."""
        way_out = self._operation.not_arguments.get(name)
        names = [*self._names, *([QUERY_ARGUMENT] if self._operation.queryable else [])]
        near = nearest(name, names)
        allowed: Any = way_out or near or shown_values(names)
        return Problem(path_text([name]), f"is no argument of {self._operation.tool}", allowed)


def _hashable(problems: list[Problem]) -> list[Problem]:
    """Make what is allowed hashable, so that equal problems of several branches are told once."""
    return [replace(p, allowed=tuple(p.allowed)) if is_list(p.allowed) else p for p in problems]  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]


def _is_moment(text: str) -> bool:
    """Whether a text is a date and time in ISO 8601, which is what such APIs check; RFC 3339 is stricter."""
    return normalised_date(text, "start") is not None


def _root_schema(operation: Operation, shapes: Shapes) -> Document:
    writer = SchemaWriter(shapes)
    properties = {argument.name: _argument_schema(writer, argument) for argument in operation.arguments}
    return {
        "type": "object",
        "properties": properties,
        "required": [argument.name for argument in operation.arguments if argument.required],
        "$defs": writer.definitions,
    }


_PATH_PART = {"minLength": 1, "pattern": r"^(?!\.{1,2}$)"}


def _argument_schema(writer: SchemaWriter, argument: Argument) -> Document:
    schema = writer.write(argument.schema_)
    if argument.place == "path" and "format" not in schema:
        # A dot or nothing at all would make it another path.
        return {**schema, "allOf": [*schema.get("allOf", ()), {**_PATH_PART, "items": _PATH_PART}]}
    if argument.form == "comma":
        return {**schema, "minLength": max(1, schema.get("minLength", 1))}  # no value is not no filter
    return {**schema, "minItems": 1} if argument.form == "repeat" else schema
