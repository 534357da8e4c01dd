"""The arguments of a tool, out of an HTTP request: pure, and nothing is left out or read twice."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from vapi_sessions_tools.engine.derivation import QUERY_ARGUMENT
from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.engine.problem import Problem, path_text
from vapi_sessions_tools.errors import InvalidArgumentsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_tools.engine.operation import Argument, Operation

MOST_QUERY_FIELDS = 500
"""Fields of a query string."""


_NUMBER = r"(?:(?<==)|(?<=,)|(?<=%2C))\+(?=\d{3})"
_OFFSET = r"(?:(?<=:\d\d)|(?<=%3A\d\d)|(?<=\.\d{3})|(?<=\.\d{6}))\+(?=\d\d(?::|%3A)?\d\d(?:&|\Z))"
_PLUS = re.compile(f"{_NUMBER}|{_OFFSET}", re.IGNORECASE)
"""A plus sign that begins a phone number, or the offset of a time zone, and was not written as `%2B`.

In a query string it stands for a space, and neither has one there: who sent it meant the sign.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request brings.

    Args:
        places: What stands in the path, by argument.
        query: The query string.
        body: The body.
    """

    places: Mapping[str, str]
    query: str
    body: bytes


def rest_arguments(operation: Operation, asked: Asked) -> dict[str, Any]:
    """Return the arguments that a request makes, as yet unchecked.

    Args:
        operation: What is called.
        asked: The request.

    Raises:
        InvalidArgumentsError: The request is no call: its body is no JSON, or an argument stands at another
            place than its own, or several times.
    """
    places = {argument.name: argument.place for argument in operation.arguments}
    if operation.queryable:
        places[QUERY_ARGUMENT] = "query"
    queried = _queried(operation, asked.query)
    body = _of_body(operation, asked.body)
    misplaced = [
        *(_misplaced(name, places[name]) for name in queried if places.get(name, "query") != "query"),
        *(_misplaced(name, places[name]) for name in body if places.get(name, "body") != "body"),
    ]
    if misplaced:
        raise _refused(operation, misplaced)
    return {**body, **queried, **asked.places}


def _queried(operation: Operation, query: str) -> dict[str, Any]:
    """Return what a query string holds: a list where an argument that takes several values is given so."""
    try:
        pairs = parse_qsl(
            _PLUS.sub("%2B", query), keep_blank_values=True, max_num_fields=MOST_QUERY_FIELDS, errors="strict"
        )
    except ValueError:
        rule = f"must be UTF-8, percent-encoded, of at most {MOST_QUERY_FIELDS} fields"
        # From None: the library's own words may hold what was sent.
        raise _refused(operation, [Problem("the query string", rule)]) from None
    several = {argument.name for argument in operation.arguments if _takes_several(argument)}
    found: dict[str, Any] = {}
    doubled: dict[str, Problem] = {}
    for name, value in pairs:
        if name not in found:
            found[name] = value
        elif name in several:
            found[name] = [*_listed(found[name]), value]
        else:
            doubled[name] = Problem(path_text([name]), "must be given once")
    if doubled:
        raise _refused(operation, list(doubled.values()))
    return found


def _takes_several(argument: Argument) -> bool:
    return argument.place == "query" and argument.form != "one"


def _listed(value: Any) -> list[Any]:
    return value if is_list(value) else [value]


def _of_body(operation: Operation, body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    value = _parsed(operation, body)
    if operation.whole_body:
        return {argument.name: value for argument in operation.arguments if argument.place == "body"}
    if not is_object(value):
        raise _refused(operation, [Problem("the body", "must be a JSON object")])
    if value and not operation.has_body:
        raise _refused(operation, [Problem("the body", "must be empty: this call takes none")])
    return value


def _parsed(operation: Operation, body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"))  # some programs begin each text with that mark
    except UnicodeDecodeError:
        rule = "must be UTF-8"
    except RecursionError:
        rule = "must not be nested so deep"
    except json.JSONDecodeError as error:
        rule = f"must be JSON, and is not in line {error.lineno}, column {error.colno}"
    except ValueError:
        rule = "must have no number of thousands of digits"
    raise _refused(operation, [Problem("the body", rule)])


def _misplaced(name: str, place: str) -> Problem:
    where = {"path": "in the path", "query": "in the query string", "body": "in the JSON body"}[place]
    return Problem(path_text([name]), f"must stand {where}")


def _refused(operation: Operation, problems: list[Problem]) -> InvalidArgumentsError:
    told = "; ".join(f"{problem.path} {problem.rule}" for problem in problems[:3])
    return InvalidArgumentsError(
        f"{operation.tool} was not called, nothing was sent: {told}.",
        problems=problems[:8],
        more=max(0, len(problems) - 8),
        next_step="Correct the request as each problem says and send it again.",
    )
