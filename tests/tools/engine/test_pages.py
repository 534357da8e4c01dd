"""A page says which arguments give the next, so that following them meets every entry once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_contract import contract_of, only_operation
from vapi_sessions_tools.engine.operation import Operation, Pages, Window
from vapi_sessions_tools.engine.pages import fitting_count, is_named, next_page, smaller_page

PAGES = Pages(results="results", metadata="metadata", total="total", page="page", limit="limit")


def listing(default: int | None = None) -> Operation:
    limit = {"name": "limit", "in": "query", **({"x-default": default} if default is not None else {})}
    get: dict[str, Any] = {"parameters": [limit, {"name": "page", "in": "query"}], "responses": {}}
    return only_operation(contract_of({"/thing": {"get": get}}))


def page(count: int, total: int | None = None) -> dict[str, Any]:
    return {"results": list(range(count)), "metadata": {} if total is None else {"total": total}}


def following(arguments: dict[str, Any], answer: dict[str, Any], shown: int | None = None) -> Any:
    seen = len(answer["results"]) if shown is None else shown
    return next_page(listing(20), PAGES, arguments, answer, seen)


def test_the_next_page_keeps_the_arguments() -> None:
    assert following({"name": "a", "x": None}, page(20, 50)) == {"name": "a", "page": 2}
    assert following({"page": 2.0, "limit": 5}, page(5, 50)) == {"page": 3, "limit": 5}


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ({}, page(20, 20)),
        ({"page": 3}, page(10, 50)),
        ({}, page(0, 50)),
        ({"limit": 0}, page(0, 50)),
        ({"limit": 0}, page(3, 50)),
        ({}, page(19)),
        ({}, {"results": None}),
    ],
)
def test_at_the_end_there_is_no_next_page(arguments: dict[str, Any], answer: dict[str, Any]) -> None:
    assert following(arguments, answer, len(answer["results"] or [])) is None


def test_without_a_total_a_full_page_may_have_a_next() -> None:
    assert following({}, page(20)) == {"page": 2}


def test_without_a_size_the_page_that_came_is_taken_for_full() -> None:
    assert next_page(listing(), PAGES, {}, page(7), 7) == {"page": 2}


def test_a_page_that_was_too_long_goes_on_where_it_ended() -> None:
    assert following({"page": 1}, page(20, 100), 5) == {"page": 2, "limit": 5}
    assert following({"page": 3}, page(20, 100), 10) == {"page": 6, "limit": 10}


def test_a_page_is_shortened_so_that_the_next_can_be_as_long() -> None:
    assert fitting_count(listing(20), PAGES, {"page": 1}, 13) == 13
    assert fitting_count(listing(20), PAGES, {"page": 2}, 13) == 13
    assert fitting_count(listing(20), PAGES, {"page": 2, "limit": 7}, 6) == 5
    assert fitting_count(listing(20), PAGES, {}, 0) == 1


@given(st.integers(0, 60), st.integers(1, 25), st.lists(st.integers(1, 25), min_size=1))
def test_following_the_pages_meets_every_entry_once(total: int, limit: int, rooms: list[int]) -> None:
    operation, met, turn = listing(), list[int](), 0
    arguments: dict[str, Any] | None = {"limit": limit}
    while arguments is not None:
        size, number = arguments["limit"], arguments.get("page", 1)
        entries = list(range(total))[(number - 1) * size : number * size]
        room = rooms[turn % len(rooms)]
        shown = len(entries)
        if room < shown:
            shown = fitting_count(operation, PAGES, arguments, room)
        met += entries[:shown]
        answer = {"results": entries, "metadata": {"total": total}}
        arguments, turn = next_page(operation, PAGES, arguments, answer, shown), turn + 1
    assert met == list(range(total))


MOMENT = "2026-07-28T09:00:00.000Z"
WINDOW = Window(field="at", argument="until", order={"by": "at", "order": "DESC"})
WINDOWED = PAGES.model_copy(update={"window": WINDOW})
NAMED = PAGES.model_copy(update={"cursor": "cursor", "next_cursor": "next"})


def turned(pages: Pages, arguments: dict[str, Any], answer: dict[str, Any], shown: int | None = None) -> Any:
    return next_page(
        listing(20), pages, arguments, answer, len(answer["results"]) if shown is None else shown
    )


def dated(count: int, total: int, first: Any = MOMENT) -> dict[str, Any]:
    return {"results": [{"at": first}, *({} for _ in range(count - 1))], "metadata": {"total": total}}


@pytest.mark.parametrize("arguments", [{}, {"page": 1}, {"by": "at", "order": "DESC"}])
def test_the_newest_entry_of_the_first_page_bounds_the_following(arguments: dict[str, Any]) -> None:
    assert turned(WINDOWED, arguments, dated(20, 50)) == {
        **arguments,
        "page": 2,
        "until": "2026-07-28T09:00:00.001Z",
    }


@pytest.mark.parametrize("arguments", [{"page": 2}, {"by": "cost"}, {"order": "ASC"}])
def test_in_any_other_order_and_on_any_other_page_nothing_is_bounded(arguments: dict[str, Any]) -> None:
    assert "until" not in turned(WINDOWED, arguments, dated(20, 90))


@pytest.mark.parametrize("first", [None, "yesterday", 5])
def test_an_entry_without_a_moment_bounds_nothing(first: Any) -> None:
    assert turned(WINDOWED, {}, dated(20, 50, first)) == {"page": 2}


def test_an_entry_that_is_no_object_bounds_nothing() -> None:
    assert turned(WINDOWED, {}, page(20, 50)) == {"page": 2}


@pytest.mark.parametrize(
    ("given", "kept"),
    [(MOMENT, MOMENT), ("2027-01-01T00:00:00.000Z", "2026-07-28T09:00:00.001Z")],
)
def test_a_bound_of_the_callers_own_is_never_loosened(given: str, kept: str) -> None:
    assert turned(WINDOWED, {"until": given}, dated(20, 50))["until"] == kept


def test_a_bound_stays_on_the_pages_that_follow() -> None:
    assert turned(WINDOWED, {"page": 2, "until": MOMENT}, dated(20, 90)) == {"page": 3, "until": MOMENT}


def named(count: int, following: Any) -> dict[str, Any]:
    return {"results": list(range(count)), "metadata": {"total": 90, "next": following}}


def test_where_the_answer_names_its_next_page_the_name_is_used() -> None:
    assert turned(NAMED, {"page": 3, "x": 1}, named(20, "c2")) == {"x": 1, "cursor": "c2"}
    assert turned(NAMED, {"cursor": "c2"}, named(20, "c3")) == {"cursor": "c3"}


@pytest.mark.parametrize("following", [None, "", 7, "c2"])
def test_a_named_page_that_names_no_other_is_the_last(following: Any) -> None:
    assert turned(NAMED, {"cursor": "c2"}, named(20, following)) is None


@pytest.mark.parametrize("following", [None, "", 7])
def test_where_no_page_is_named_pages_are_numbered(following: Any) -> None:
    assert turned(NAMED, {}, named(20, following)) == {"page": 2}


def test_a_named_page_that_is_too_long_is_asked_for_again_in_parts() -> None:
    assert turned(NAMED, {"cursor": "c2"}, named(20, "c3"), shown=6) is None
    assert is_named(NAMED, {"cursor": "c2"})
    assert not is_named(NAMED, {"cursor": ""})
    assert smaller_page(NAMED, {"cursor": "c2", "x": None}, 6) == {"cursor": "c2", "limit": 6}


@pytest.mark.parametrize("first", ["9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00+05:00"])
def test_a_moment_at_the_end_of_time_bounds_nothing(first: str) -> None:
    assert turned(WINDOWED, {}, dated(20, 50, first)) == {"page": 2}


def test_pages_that_were_too_long_stay_about_as_long_as_what_fits() -> None:
    arguments: dict[str, Any] = {"limit": 1_000}
    calls = seen = 0
    while seen < 400:
        page, limit = arguments.get("page", 1), arguments["limit"]
        assert (page - 1) * limit == seen
        received = min(limit, 400 - seen)
        fits = 157 - 3 * (calls % 5)
        shown = received if received <= fits else fitting_count(listing(20), PAGES, arguments, fits)
        seen, calls = seen + shown, calls + 1
        answer = {"results": list(range(received)), "metadata": {"total": 400}}
        following = next_page(listing(20), PAGES, arguments, answer, shown)
        arguments = following or arguments
    assert calls <= 5
