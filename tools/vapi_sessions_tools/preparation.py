"""A call prepared without effects: mended, validated, built, or refused with every reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from vapi_sessions_tools.engine.coercion import coerce
from vapi_sessions_tools.engine.derivation import QUERY_ARGUMENT
from vapi_sessions_tools.engine.ignored import ignored_fields
from vapi_sessions_tools.engine.places import Knowledge, is_known, known_place, outline_at
from vapi_sessions_tools.engine.problem import MOST_COUNTED, Problem, path_text
from vapi_sessions_tools.engine.query import QueryError, Select, compile_query
from vapi_sessions_tools.engine.request import Request, build_request
from vapi_sessions_tools.engine.scrutiny import placeholders, plain_arguments
from vapi_sessions_tools.engine.teaching import questions, taught
from vapi_sessions_tools.engine.validation import Validator
from vapi_sessions_tools.errors import InvalidArgumentsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Operation
    from vapi_sessions_tools.engine.redaction import Redactor
    from vapi_sessions_tools.engine.shape import Shapes

MOST_PROBLEMS = 8
"""How many problems of a refused call are told in full."""

LARGEST_BODY = 5_000_000
"""Bytes of a request's body; more is a mistake, and costs memory at every stage."""

LONGEST_PATH = 16_000
"""Characters of a request's path and query; servers commonly refuse more."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A call that is ready to be sent.

    Args:
        operation: What is called.
        arguments: Its arguments, mended and validated.
        request: The request they make.
        select: What is asked of the answer, or None for the compact view.
        secrets: Secret values among the arguments.
        knowledge: What the contract knows of places in the arguments.
        ignored: Why the API will ignore which of the arguments, by their places.
    """

    operation: Operation
    arguments: Document
    request: Request
    select: Select | None
    secrets: tuple[str, ...]
    knowledge: Knowledge
    ignored: Mapping[str, str]


class Preparer:
    """Prepares calls of one operation; its validator is compiled with the first.

    Args:
        operation: What is called.
        shapes: The schemas of its contract.
        redactor: Knows which arguments are secret.
    """

    def __init__(self, operation: Operation, shapes: Shapes, redactor: Redactor) -> None:
        self._operation = operation
        self._shapes = shapes
        self._redactor = redactor

    def prepare(self, arguments: object) -> Prepared:
        """Return the call that the arguments make.

        Args:
            arguments: An object; what a program gives instead is refused.

        Raises:
            InvalidArgumentsError: They are refused, with every reason; nothing was sent.
        """
        given, problems = plain_arguments(arguments)
        self._refuse(problems, {})
        mended = coerce(self._operation, self._shapes, given)
        if mended != given:
            self._refuse(plain_arguments(mended)[1], {})  # what was text before may be an object now
        asked = mended.pop(QUERY_ARGUMENT, None) if self._operation.queryable else None
        validator = self.validator
        problems = placeholders(mended) + validator.problems(mended)
        select = None
        try:
            select = compile_query(QUERY_ARGUMENT, asked) if asked is not None else None
        except QueryError as error:
            problems.append(error.problem)
        if self._operation.asks_when_empty and not problems and asked is None:
            problems = questions(mended)
        self._refuse(problems, mended)
        request = build_request(self._operation, mended)
        self._refuse(_too_large(request), {})
        return Prepared(
            operation=self._operation,
            arguments=mended,
            request=request,
            select=select,
            secrets=self._redactor.secrets_in(mended),
            knowledge=Knowledge(
                partial(outline_at, self._operation, self._shapes, mended),
                partial(known_place, self._operation, self._shapes, mended),
            ),
            ignored=ignored_fields(self._operation, self._shapes, mended),
        )

    @cached_property
    def validator(self) -> Validator:
        """The validator of the arguments; compiling it takes up to half a second."""
        return Validator(self._operation, self._shapes)

    def _refuse(self, problems: list[Problem], arguments: Document) -> None:
        """Refuse a call for its problems, where there are any, each told with the contract of its place."""
        if not problems:
            return
        tool = self._operation.tool
        told = taught(
            [self._public(problem, arguments) for problem in problems[:MOST_PROBLEMS]],
            partial(outline_at, self._operation, self._shapes, arguments),
        )
        counted = "1 problem" if len(problems) == 1 else f"{len(problems):,} problems"
        counted = f"at least {counted}" if len(problems) >= MOST_COUNTED else counted
        first = "; ".join(f"{problem.path} {problem.rule}" for problem in told[:3])
        ending = "" if first.endswith("?") else "."
        raise InvalidArgumentsError(
            f"{tool} was not called, nothing was sent: {counted}: {first}{ending}",
            problems=told,
            more=len(problems) - len(told),
            next_step="Correct the arguments as each problem says and call again.",
        )

    def _public(self, problem: Problem, arguments: Document) -> Problem:
        """Return a problem whose path ends at the first secret field in it, or at what the contract names."""
        if problem.place is None:
            return problem
        place = self._redactor.public_path(problem.place)
        for length in range(len(problem.place), len(place), -1):
            if is_known(self._operation, self._shapes, arguments, problem.place[:length]):
                place = problem.place[:length]
                break
        shorter = len(place) < len(problem.place)
        return replace(problem, path=path_text(place), place=place) if shorter else problem


def _too_large(request: Request) -> list[Problem]:
    if request.body is not None and len(request.body) > LARGEST_BODY:
        rule = f"make a request of {len(request.body):,} bytes"
        return [Problem("arguments", rule, f"at most {LARGEST_BODY:,} bytes")]
    if len(request.path) > LONGEST_PATH:
        rule = f"make an address of {len(request.path):,} characters"
        return [Problem("arguments", rule, f"at most {LONGEST_PATH:,} characters; ask in several calls")]
    return []
