"""The caller's own selection from a full answer: JMESPath."""

from __future__ import annotations

from typing import Any, Protocol

from vapi_sessions_tools.engine.problem import Problem

_LONGEST = 4_000
_LONGEST_REASON = 300
_STEPS_AT_ONCE = 10_000
_FORM = "a JMESPath expression, such as results[?status=='active'].id or messages[-3:].content"


class QueryError(Exception):
    """A query that cannot be understood or carried out.

    Args:
        problem: What is wrong with it.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.rule)
        self.problem = problem


class LongQueryError(Exception):
    """A query takes more steps than it may take at once."""


class Select(Protocol):
    """Selects from an answer what an expression names."""

    def __call__(self, answer: Any, *, at_once: bool = False) -> Any:
        """Return the selection.

        Args:
            answer: The whole answer.
            at_once: Whether it has to end in a few milliseconds.

        Raises:
            QueryError: The expression does not fit the answer, or asks for too much.
            LongQueryError: It cannot be carried out at once.
        """
        ...


def compile_query(name: str, expression: object) -> Select:
    """Return the function that selects what an expression names.

    Args:
        name: The argument that holds it, for the error.
        expression: What the caller gave.

    Raises:
        QueryError: It is no JMESPath expression.
    """
    import jmespath
    from jmespath.exceptions import JMESPathError

    from vapi_sessions_tools.engine.query_evaluation import (
        MOST_STEPS,
        BoundedInterpreter,
        UnboundedQueryError,
        check_result,
    )

    if not isinstance(expression, str) or not expression.strip():
        raise QueryError(Problem(name, "must be a JMESPath expression", _FORM))
    if len(expression) > _LONGEST:
        raise QueryError(Problem(name, f"must have at most {_LONGEST:,} characters", _FORM))
    try:
        compiled: Any = jmespath.compile(expression)
    except (JMESPathError, RecursionError, ValueError) as error:
        # From None, here and below: the library repeats the expression, which may hold a key.
        raise QueryError(Problem(name, f"is no JMESPath expression: {_reason(error)}", _FORM)) from None

    def select(answer: Any, *, at_once: bool = False) -> Any:
        try:
            result = BoundedInterpreter(_STEPS_AT_ONCE if at_once else MOST_STEPS).visit(
                compiled.parsed, answer
            )
            check_result(result)
        except UnboundedQueryError as error:
            if at_once:
                raise LongQueryError from error
            raise QueryError(Problem(name, f"does not fit the answer: {error}", _FORM)) from None
        except (JMESPathError, RecursionError, ValueError, TypeError, ArithmeticError) as error:
            raise QueryError(Problem(name, f"does not fit the answer: {_reason(error)}", _FORM)) from None
        return result

    return select


def _reason(error: Exception) -> str:
    """Say what the evaluator says, all but the expression, which it repeats behind a colon."""
    first, _, _ = str(error).partition(": Parse error at")
    place = getattr(error, "lex_position", None)
    if isinstance(place, int):
        return f"{getattr(error, 'msg', '') or 'incomplete or misplaced'} at character {place + 1}"
    words = " ".join(first.split())
    return words if len(words) <= _LONGEST_REASON else f"{words[:_LONGEST_REASON]}..."
