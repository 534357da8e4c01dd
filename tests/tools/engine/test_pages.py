"""A page names the arguments of the next one; following them meets every entry once."""

from __future__ import annotations

from typing import Any

import pytest

from small_contract import Json, contract_of, only_operation
from vapi_sessions_tools.engine.operation import Operation, Pages, Window
from vapi_sessions_tools.engine.pages import fitting_count, is_named, next_page, smaller_page

PAGES = Pages(results="results", metadata="metadata", total="total", page="page", limit="limit")
WINDOW = Window(field="at", argument="until", order={"by": "at", "order": "DESC"})
WINDOWED = PAGES.model_copy(update={"window": WINDOW})
NAMED = PAGES.model_copy(update={"cursor": "cursor", "next_cursor": "next"})
MOMENT, LATER = "2026-07-28T09:00:00.000Z", "2026-07-28T09:00:00.001Z"


def listing(default: int | None = None) -> Operation:
    limit = {"name": "limit", "in": "query", **({"x-default": default} if default is not None else {})}
    get: Json = {"parameters": [limit, {"name": "page", "in": "query"}], "responses": {}}
    return only_operation(contract_of({"/thing": {"get": get}}))


def page(count: int, total: int | None = None, **metadata: object) -> Json:
    told = {} if total is None else {"total": total}
    return {"results": list(range(count)), "metadata": {**told, **metadata}}


def dated(count: int, total: int, first: Any = MOMENT) -> Json:
    return {"results": [{"at": first}, *({} for _ in range(count - 1))], "metadata": {"total": total}}


def following(arguments: Json, answer: Json, shown: int | None = None, pages: Pages = PAGES) -> Any:
    received = len(answer["results"] or [])
    return next_page(listing(20), pages, arguments, answer, received if shown is None else shown)


@pytest.mark.parametrize(
    ("arguments", "answer", "shown", "expected"),
    [
        ({"name": "a", "x": None}, page(20, 50), None, {"name": "a", "page": 2}),
        ({"page": 2.0, "limit": 5}, page(5, 50), None, {"page": 3, "limit": 5}),
        ({}, page(20), None, {"page": 2}),
        ({}, page(7, 50), None, {"page": 2, "limit": 7}),  # shorter than asked for
        ({"page": 2}, page(20, 100), 4, {"page": 4, "limit": 8}),
        ({"page": 3}, page(20, 100), 10, {"page": 6, "limit": 10}),
        ({}, page(20, 20), None, None),
        ({"page": 3}, page(10, 50), None, None),
        ({}, page(0, 50), None, None),
        ({"limit": 0}, page(3, 50), None, None),
        ({}, page(19), None, None),
        ({}, {"results": None}, None, None),
    ],
)
def test_the_next_page_follows_from_arguments_total_and_shown_entries(
    arguments: Json, answer: Json, shown: int | None, expected: Json | None
) -> None:
    assert following(arguments, answer, shown) == expected


def test_without_a_limit_or_a_total_a_page_is_assumed_to_be_full() -> None:
    assert next_page(listing(), PAGES, {}, page(7), 7) == {"page": 2}


@pytest.mark.parametrize(
    ("arguments", "fits", "count"),
    [({"page": 1}, 13, 13), ({"page": 2}, 13, 13), ({"page": 2, "limit": 7}, 6, 5), ({}, 0, 1)],
)
def test_a_page_is_shortened_so_that_the_next_can_be_as_long(arguments: Json, fits: int, count: int) -> None:
    assert fitting_count(listing(20), PAGES, arguments, fits) == count


@pytest.mark.parametrize(
    ("arguments", "until"),
    [
        ({}, LATER),
        ({"page": 1}, LATER),
        ({"by": "at", "order": "DESC"}, LATER),
        ({"until": MOMENT}, MOMENT),
        ({"until": "2027-01-01T00:00:00.000Z"}, LATER),
        ({"page": 2, "until": MOMENT}, MOMENT),
        ({"page": 2}, None),
        ({"by": "cost"}, None),
        ({"order": "ASC"}, None),
    ],
)
def test_the_newest_entry_of_the_first_page_bounds_the_following_pages(
    arguments: Json, until: str | None
) -> None:
    expected: Json = {**arguments, "page": arguments.get("page", 1) + 1}
    expected |= {"until": until} if until is not None else {}
    assert following(arguments, dated(20, 90), pages=WINDOWED) == expected


@pytest.mark.parametrize(
    "answer",
    [
        page(20, 50),
        *(dated(20, 50, first) for first in (None, "yesterday", 5)),
        *(dated(20, 50, first) for first in ("9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00+05:00")),
    ],
)
def test_an_entry_without_a_usable_time_does_not_bound_pages(answer: Json) -> None:
    assert following({}, answer, pages=WINDOWED) == {"page": 2}


@pytest.mark.parametrize(
    ("arguments", "cursor", "shown", "expected"),
    [
        ({"page": 3, "x": 1}, "c2", 20, {"x": 1, "cursor": "c2"}),
        ({"cursor": "c2"}, "c3", 20, {"cursor": "c3"}),
        ({"cursor": "c2"}, "c3", 6, None),
        *(({"cursor": "c2"}, cursor, 20, None) for cursor in (None, "", 7, "c2")),
        *(({}, cursor, 20, {"page": 2}) for cursor in (None, "", 7)),
    ],
)
def test_the_cursor_of_the_response_is_used_where_there_is_one(
    arguments: Json, cursor: object, shown: int, expected: Json | None
) -> None:
    assert following(arguments, page(20, 90, next=cursor), shown, NAMED) == expected


def test_a_named_page_that_is_too_long_is_requested_again_with_a_smaller_limit() -> None:
    assert is_named(NAMED, {"cursor": "c2"})
    assert not is_named(NAMED, {"cursor": ""})
    assert smaller_page(NAMED, {"cursor": "c2", "x": None}, 6) == {"cursor": "c2", "limit": 6}
