"""Coerced arguments measured against the whole contract, every problem in one answer."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.dates import normalised_date
from vapi_sessions_tools.engine.derivation import QUERY_ARGUMENT
from vapi_sessions_tools.engine.json_values import count_values, is_list, is_object
from vapi_sessions_tools.engine.problem import MOST_COUNTED, Problem, path_text
from vapi_sessions_tools.engine.rules import explain
from vapi_sessions_tools.engine.slices import Slice, slices
from vapi_sessions_tools.engine.validation_schema import SchemaWriter
from vapi_sessions_tools.engine.vocabulary import nearest, shown_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema_rs import Draft202012Validator, ValidationError

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Argument, Operation
    from vapi_sessions_tools.engine.shape import Shapes

_MOST_WORK = 200_000
"""Values of slices that are validated before the search for problems ends."""

_AT_ONCE = 2_000
"""Values that are validated in one step: the validator is one for the event loop as well."""

_WORK_OF_ERROR = 100
"""Values that one error costs as much as."""

_MOST_FOUND = 10 * MOST_COUNTED
"""Problems that are looked at until enough distinct ones are found: slices and branches repeat them."""

_COUNTS = frozenset({"minItems", "maxItems", "minProperties", "maxProperties"})


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
        unknown = (self._not_an_argument(name) for name in arguments if name not in known)
        problems = list(islice(unknown, MOST_COUNTED))
        if len(problems) < MOST_COUNTED and not self._is_valid_at_once(known):
            problems += self._distinct_problems(known, MOST_COUNTED - len(problems))
        return problems

    def _is_valid_at_once(self, known: Document) -> bool:
        """Whether arguments are valid that can be checked in one step of a few milliseconds."""
        return count_values(known, _AT_ONCE) <= _AT_ONCE and self._validator.is_valid(known)

    def _distinct_problems(self, known: Document, most: int) -> list[Problem]:
        distinct: dict[Problem, None] = {}
        for problem in islice(self._problems_of(known), _MOST_FOUND):
            distinct[_hashable(problem)] = None
            if len(distinct) == most:
                break
        return list(distinct)

    def _problems_of(self, known: Document) -> Iterator[Problem]:
        """Yield the problems of arguments, some perhaps more than once."""
        work = 0
        found_any = False
        for part in slices(known, self._field_names):
            errors = [] if self._validator.is_valid(part.value) else self._errors(part)
            for error in errors:
                for problem in self._explained(error, part):
                    found_any = True
                    yield problem
            work += count_values(part.value) + _WORK_OF_ERROR * len(errors)
            if work > _MOST_WORK:
                break
        if not found_any and (work > _MOST_WORK or self._counts_items):
            yield from self._first_problem(known)

    def _first_problem(self, known: Document) -> Iterator[Problem]:
        from jsonschema_rs import ValidationError

        try:
            self._validator.validate(known)
        except ValidationError as error:
            yield from self._explained(error, Slice(known))

    def _errors(self, part: Slice) -> list[ValidationError]:
        errors = [
            error
            for error in self._validator.iter_errors(part.value)
            if error.kind.name not in _COUNTS or not part.is_cut(error.instance_path)
        ]
        mistyped = {tuple(error.instance_path) for error in errors if error.kind.name == "type"}
        return [e for e in errors if e.kind.name != "enum" or tuple(e.instance_path) not in mistyped]

    @cached_property
    def _counts_items(self) -> bool:
        """Whether a rule may concern more of a list or an object than a slice shows, such as its length."""
        text = json.dumps(self.schema)
        return any(f'"{keyword}"' in text for keyword in (*_COUNTS, "uniqueItems"))

    @cached_property
    def _field_names(self) -> frozenset[str]:
        return frozenset(_declared_names(self.schema))

    def _explained(self, error: ValidationError, part: Slice) -> Iterator[Problem]:
        for problem in explain(error, self.schema, part):
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


def _hashable(problem: Problem) -> Problem:
    """Make what is allowed hashable, so that equal problems of several branches are listed once."""
    return replace(problem, allowed=tuple(problem.allowed)) if is_list(problem.allowed) else problem


def _declared_names(schema: Any) -> Iterator[str]:
    """Yield the names of all fields that a JSON Schema declares anywhere."""
    if is_list(schema):
        for inner in schema:
            yield from _declared_names(inner)
    elif is_object(schema):
        fields = schema.get("properties")
        if is_object(fields):
            yield from fields
        for inner in schema.values():
            yield from _declared_names(inner)


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
