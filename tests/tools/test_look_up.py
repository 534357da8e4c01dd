"""Which of what exists may be the creation whose answer was lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from vapi_sessions_tools.engine.operation import LookUp
from vapi_sessions_tools.look_up import candidates, created_since

LOOK_UP = LookUp(operation="list", arguments={}, created_at="createdAt", match=("name", "customer.number"))
SINCE = datetime(2026, 7, 28, 9, 0, tzinfo=UTC)


def test_the_servers_clock_counts_less_a_minute_and_the_time_gone_by() -> None:
    headers = {"date": "Tue, 28 Jul 2026 09:10:00 GMT"}
    assert created_since(headers, 30) == datetime(2026, 7, 28, 9, 8, 30, tzinfo=UTC)


def test_without_the_servers_clock_our_own_must_do() -> None:
    for headers in ({}, {"date": "yesterday"}):
        assert abs(created_since(headers, 0) - datetime.now(UTC)) < timedelta(minutes=2)


def test_a_date_without_a_zone_is_utc() -> None:
    assert created_since({"date": "Tue, 28 Jul 2026 09:01:00 -0000"}, 0) == SINCE


def test_only_what_was_created_since_and_equals_what_was_sent() -> None:
    listed: dict[str, list[Any]] = {
        "results": [
            {"id": 1, "name": "Order", "createdAt": "2026-07-28T09:00:00Z", "more": 1},
            {"id": 2, "name": "Order", "createdAt": "2026-07-28T08:59:59Z"},
            {"id": 3, "name": "Other", "createdAt": "2026-07-28T09:30:00Z"},
            {"id": 4, "name": "Order", "createdAt": "2026-07-28T09:30:00"},
            {"id": 5, "name": "Order", "createdAt": "some day"},
            {"id": 6, "name": "Order"},
            "no entry",
        ]
    }
    found = candidates(LOOK_UP, {"name": "Order"}, listed["results"], SINCE)
    assert [entry["id"] for entry in found] == [1, 4]


def test_what_was_not_sent_is_not_compared() -> None:
    listed: dict[str, list[Any]] = {
        "results": [{"id": 1, "name": "Any", "createdAt": "2026-07-28T09:00:00Z"}]
    }
    assert len(candidates(LOOK_UP, {"name": None}, listed["results"], SINCE)) == 1


def test_entries_of_another_form_are_no_candidates() -> None:
    assert candidates(LOOK_UP, {}, [], SINCE) == []
    assert candidates(LOOK_UP, {}, [None, "x", 7], SINCE) == []


def test_what_was_sent_deeper_is_compared_too() -> None:
    when = {"createdAt": "2026-07-28T09:00:00Z"}
    listed = {
        "results": [{"id": 1, **when, "customer": {"number": "+1"}}, {"id": 2, **when, "customer": "+2"}]
    }
    found = candidates(LOOK_UP, {"customer": {"number": "+1"}}, listed["results"], SINCE)
    assert [entry["id"] for entry in found] == [1]
