"""An operation of a contract, told in what Naftiko has words for; and what it has none for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vapi_sessions_tools.engine.names import legal_key
from vapi_sessions_tools.naftiko.inputs import inputs
from vapi_sessions_tools.naftiko.naming import is_input_name, kebab
from vapi_sessions_tools.naftiko.wording import harmless, operation_words

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from vapi_sessions_tools.engine.operation import Operation, Place
    from vapi_sessions_tools.engine.shape import Shapes
    from vapi_sessions_tools.naftiko.inputs import Input

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Told:
    """An operation as all parts of a capability tell it.

    Args:
        operation: The operation.
        name: What it is called.
        title: The same for people.
        words: What it does.
        inputs: What it takes.
        body: The input that is its whole body, where it has one.
        by_field: The input that says that its body is given field by field, where that can be.
        left_out: The API's names of optional arguments that cannot be told.
    """

    operation: Operation
    name: str
    title: str
    words: str
    inputs: tuple[Input, ...]
    body: str
    by_field: str
    left_out: tuple[str, ...]

    @property
    def fields(self) -> tuple[Input, ...]:
        """The inputs that make its body."""
        return tuple(given for given in self.inputs if given.place == "body")

    @property
    def beside_body(self) -> tuple[Input, ...]:
        """The inputs in path and query."""
        return tuple(given for given in self.inputs if given.place != "body")


def tell(operation: Operation, shapes: Shapes, taken: Container[str]) -> Told:
    """Return an operation as a capability tells it.

    Args:
        operation: The operation.
        shapes: The schemas of its contract.
        taken: Names that are given already.
    """
    every = inputs(operation, shapes)
    kept = tuple(given for given in every if _is_tellable(given, every))
    names = {given.name for given in kept}
    body = next((given.name for given in kept if given.place == "body"), "")
    if not operation.whole_body:
        body = legal_key("body", names)
    return Told(
        operation=operation,
        name=kebab(operation.tool, taken),
        title=harmless(operation.title),
        words=operation_words(operation),
        inputs=kept,
        body=body,
        by_field="" if operation.whole_body else legal_key("fields", {body, *names}),
        left_out=tuple(given.wire for given in every if given not in kept),
    )


def refusal(operation: Operation, shapes: Shapes) -> str | None:
    """Return why an operation cannot be told, or None where it can."""
    if operation.method not in _METHODS:
        return f"Naftiko calls nothing with {operation.method}"
    every = inputs(operation, shapes)
    lost = [given.wire for given in every if given.required and not _is_tellable(given, every)]
    return f"Naftiko has no name for its argument {lost[0]}" if lost else None


def input_places(operations: Iterable[Told]) -> set[Place]:
    """Return where the inputs of operations go."""
    return {given.place for each in operations for given in each.inputs}


def by_path(told: Iterable[Told], *, exposed: bool) -> dict[str, list[Told]]:
    """Return operations by the path that they are reached at, as Naftiko writes it.

    Args:
        told: The operations.
        exposed: Whether the paths that are offered are meant, rather than the API's.
    """
    paths: dict[str, list[Told]] = {}
    for each in told:
        operation = each.operation
        path = operation.path
        if exposed:  # the API's own paths stay as they are, with a slash at the end where they have one
            path = (operation.rest_path or path).rstrip("/") or "/"
        paths.setdefault(_template(path, each), []).append(each)
    return paths


def _template(path: str, told: Told) -> str:
    """Return a path with the places of its inputs marked for templates."""
    for given in told.inputs:
        if given.place == "path":
            path = path.replace(f"{{{given.wire}}}", f"{{{{{given.name}}}}}")
    return path


def _is_tellable(given: Input, every: Iterable[Input]) -> bool:
    """Whether it has a name of its own: a query is written with the API's name, all else with ours."""
    if given.place != "query":
        return True
    return is_input_name(given.wire) and all(
        other.name != given.wire for other in every if other is not given
    )
