"""A JMESPath expression carried out within bounds: a short one can ask for more than any memory holds.

`[@, @] | [@, @] | ...` doubles its result with each step while sharing its parts, so neither the time of
the evaluation nor the memory that it takes tells what writing the result out would cost.
"""

from __future__ import annotations

import math
from typing import Any

from jmespath.visitor import TreeInterpreter

from vapi_sessions_tools.engine.json_values import count_values, is_list, is_object

MOST_STEPS = 1_000_000
"""Steps of one evaluation, and values of its result; a page of 1,000 sessions has about half as many."""

_COST_OF_VISIT = 4
"""Steps that the visit of one node counts for: it takes about as long as passing over four values."""

LONGEST_TEXT = 10_000_000
DEEPEST = 100


class UnboundedQueryError(ValueError):
    """An expression asks for more than a result can be."""


class BoundedInterpreter(TreeInterpreter):
    """Evaluates one expression, and gives up when it grows beyond reason.

    Args:
        most_steps: Where it gives up.
    """

    def __init__(self, most_steps: int = MOST_STEPS) -> None:
        super().__init__()
        self._left = most_steps

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        """Evaluate one node of an expression."""
        self._left -= _COST_OF_VISIT
        result: Any = super().visit(node, *args, **kwargs)
        if node["type"] in ("multi_select_list", "multi_select_dict"):
            # The only nodes that make much out of little: they may name one value many times.
            self._left -= count_values(result, self._left)
        elif is_list(result):
            self._left -= len(result)
        if self._left < 0 or (isinstance(result, str) and len(result) > LONGEST_TEXT):
            raise UnboundedQueryError("it asks for more than a result can hold; select less")
        return result


def check_result(value: object) -> None:
    """Make sure that a selection can be written out as JSON.

    Raises:
        UnboundedQueryError: It is too large, nested too deep, or holds what is no JSON value.
    """
    count = 0
    todo: list[tuple[object, int]] = [(value, 0)]
    while todo:
        part, depth = todo.pop()
        count += 1
        if count > MOST_STEPS or depth > DEEPEST:
            raise UnboundedQueryError("it asks for more than a result can hold; select less")
        if is_object(part):
            todo.extend((child, depth + 1) for child in part.values())
        elif is_list(part):
            todo.extend((child, depth + 1) for child in part)
        elif not _is_scalar(part):
            raise UnboundedQueryError("it gives something that is no JSON value")


def _is_scalar(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, (str, int))
