"""Where in the whole a page of a list is, and the arguments that give the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Operation, Pages


def next_page(
    operation: Operation, pages: Pages, arguments: Mapping[str, Any], answer: Document, shown: int
) -> Document | None:
    """Return the arguments of the call that continues a list, or None at its end.

    Args:
        operation: What was called.
        pages: How its answer is paged.
        arguments: What it was called with.
        answer: What it answered.
        shown: How many of the page's entries the caller sees; fewer when the page was too long.
    """
    received = len(answer.get(pages.results) or [])
    limit = int(_argument(operation, pages.limit, arguments, received))
    page = int(_argument(operation, pages.page, arguments, 1))
    given = {name: value for name, value in arguments.items() if value is not None}
    if received == 0 or limit == 0:
        return None
    if shown < received:
        offset = (page - 1) * limit + shown
        return {**given, pages.limit: shown, pages.page: offset // shown + 1}
    total = _total(pages, answer)
    if total is not None and page == 1 and received < min(limit, total):
        return {**given, pages.limit: received, pages.page: 2}  # the API gives shorter pages than asked for
    ended = received < limit if total is None else page * limit >= total
    return None if ended else {**given, pages.page: page + 1}


def _total(pages: Pages, answer: Document) -> float | None:
    metadata = answer.get(pages.metadata)
    total = metadata.get(pages.total) if is_object(metadata) else None
    return total if isinstance(total, (int, float)) and not isinstance(total, bool) else None


def fitting_count(operation: Operation, pages: Pages, arguments: Mapping[str, Any], fits: int) -> int:
    """Return how many entries to show so that the rest can be had by page and limit.

    A shorter page continues only at a multiple of its own length, so what went before it must be one.

    Args:
        operation: What was called.
        pages: How its answer is paged.
        arguments: What it was called with.
        fits: How many entries there is room for; at least 1.
    """
    limit = int(_argument(operation, pages.limit, arguments, fits))
    page = int(_argument(operation, pages.page, arguments, 1))
    before = (page - 1) * limit
    return next(count for count in range(max(fits, 1), 0, -1) if before % count == 0)


def _argument(operation: Operation, name: str, arguments: Mapping[str, Any], otherwise: float) -> float:
    value = arguments.get(name)
    if isinstance(value, (int, float)):
        return value
    default = next((argument.default for argument in operation.arguments if argument.wire == name), None)
    return default if isinstance(default, (int, float)) else otherwise
