"""Where in the whole a page of a list is, and the arguments that give the next one.

Numbered pages shift when an entry appears at the head of the list; so the first page's newest entry
bounds the pages that follow. Where the answer names its next page, that name is used instead.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.dates import parsed_moment, utc_text
from vapi_sessions_tools.engine.json_values import is_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Operation, Pages

_MILLISECOND = timedelta(milliseconds=1)


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
    given = {name: value for name, value in arguments.items() if value is not None}
    if received == 0 or _argument(operation, pages.limit, arguments, received) == 0:
        return None
    cursor = _cursor(pages, answer)
    if pages.cursor is not None and cursor is not None and shown == received:
        others = {name: value for name, value in given.items() if name != pages.page}
        return None if cursor == given.get(pages.cursor) else {**others, pages.cursor: cursor}
    if is_named(pages, arguments):
        return None
    turned = _turned(operation, pages, arguments, answer, shown)
    return None if turned is None else {**given, **_window(pages, arguments, answer), **turned}


def is_named(pages: Pages, arguments: Mapping[str, Any]) -> bool:
    """Whether a page was asked for by its name: no number leads into its middle."""
    return pages.cursor is not None and bool(arguments.get(pages.cursor))


def smaller_page(pages: Pages, arguments: Mapping[str, Any], fits: int) -> Document:
    """Return the arguments that ask for the same named page in parts that can be shown."""
    return {**{name: value for name, value in arguments.items() if value is not None}, pages.limit: fits}


def _turned(
    operation: Operation, pages: Pages, arguments: Mapping[str, Any], answer: Document, shown: int
) -> Document | None:
    """Return page and limit of what follows the entries that were shown, or None where nothing does."""
    received = len(answer[pages.results])
    limit = int(_argument(operation, pages.limit, arguments, received))
    page = int(_argument(operation, pages.page, arguments, 1))
    if shown < received:
        offset = (page - 1) * limit + shown
        part = _divisor(offset, min(limit, 2 * shown))
        return {pages.limit: part, pages.page: offset // part + 1}
    total = _total(pages, answer)
    if total is not None and page == 1 and received < min(limit, total):
        return {pages.limit: received, pages.page: 2}  # the API gives shorter pages than asked for
    ended = received < limit if total is None else page * limit >= total
    return None if ended else {pages.page: page + 1}


def _divisor(number: int, most: int) -> int:
    """Return the largest divisor of a number up to `most`."""
    return next(part for part in range(max(most, 1), 0, -1) if number % part == 0)


def _cursor(pages: Pages, answer: Document) -> str | None:
    """Return the name that the answer gives its next page."""
    if pages.next_cursor is None:
        return None
    cursor = _stated(pages, answer, pages.next_cursor)
    return cursor if isinstance(cursor, str) and cursor else None


def _window(pages: Pages, arguments: Mapping[str, Any], answer: Document) -> Document:
    """Return the bound that keeps entries which appear from now on out of the pages that follow.

    On the first page of the newest the first entry is the newest of all. The bound is the end of its
    millisecond: an API may know a moment more exactly than it tells it, and must not lose that entry.
    """
    window = pages.window
    if window is None or arguments.get(pages.page) not in (None, 1):
        return {}
    if any(arguments.get(name) not in (None, value) for name, value in window.order.items()):
        return {}
    first = answer[pages.results][0]
    moment = parsed_moment(str(first.get(window.field, ""))) if is_object(first) else None
    try:
        bound = utc_text(moment + _MILLISECOND) if moment is not None else None
    except OverflowError:
        bound = None
    if bound is None:
        return {}
    given = arguments.get(window.argument)
    return {window.argument: min(bound, given) if isinstance(given, str) else bound}


def _stated(pages: Pages, answer: Document, name: str) -> Any:
    metadata = answer.get(pages.metadata)
    return metadata.get(name) if is_object(metadata) else None


def _total(pages: Pages, answer: Document) -> float | None:
    total = _stated(pages, answer, pages.total)
    return total if isinstance(total, (int, float)) and not isinstance(total, bool) else None


def fitting_count(operation: Operation, pages: Pages, arguments: Mapping[str, Any], fits: int) -> int:
    """Return how many entries to show so that the rest can be had by page and limit.

    A page begins at a multiple of its own length. So the count is chosen such that what was shown by then
    has a divisor about as large as what fits: pages stay long.

    Args:
        operation: What was called.
        pages: How its answer is paged.
        arguments: What it was called with.
        fits: How many entries there is room for; at least 1.
    """
    limit = int(_argument(operation, pages.limit, arguments, fits))
    page = int(_argument(operation, pages.page, arguments, 1))
    before, most = (page - 1) * limit, max(fits, 1)
    counts = range(most, most // 2, -1)
    return max(counts, key=lambda count: count + _divisor(before + count, min(limit, most)))


def _argument(operation: Operation, name: str, arguments: Mapping[str, Any], otherwise: float) -> float:
    value = arguments.get(name)
    if isinstance(value, (int, float)):
        return value
    default = next((argument.default for argument in operation.arguments if argument.wire == name), None)
    return default if isinstance(default, (int, float)) else otherwise
