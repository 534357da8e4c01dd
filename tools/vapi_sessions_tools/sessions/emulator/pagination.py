"""One page of a list, and the metadata that goes with it."""

from dataclasses import dataclass

from vapi_sessions_tools.sessions.emulator.json_values import JsonObject
from vapi_sessions_tools.sessions.emulator.list_query import ListQuery


@dataclass(frozen=True, slots=True)
class Page:
    """The sessions of one page.

    Args:
        results: The sessions, in order.
        total: How many sessions match on all pages together.
    """

    results: tuple[JsonObject, ...]
    total: int


def paginated(page: Page, query: ListQuery) -> JsonObject:
    """Return the body that answers List Sessions.

    The names are those of the published contract. With a limit of 0 there are no pages and none follows
    (unknown upstream; a client that walks the pages then comes to an end).

    Args:
        page: The sessions found.
        query: What was asked for.

    Returns:
        The keys ``results`` and ``metadata``.
    """
    pages = -(-page.total // query.limit) if query.limit else 0
    metadata: JsonObject = {
        "itemsPerPage": query.limit,
        "totalItems": page.total,
        "currentPage": query.page,
        "totalPages": pages,
        "hasNextPage": query.page < pages,
        "sortOrder": query.sort_order,
    }
    return {"results": list(page.results), "metadata": metadata}
