"""Entries of a list that may be the creation whose response was lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vapi_sessions_tools.engine.operation import LookUp
from vapi_sessions_tools.look_up import candidates, created_since

LOOK_UP = LookUp(operation="list", arguments={}, created_at="createdAt", match=("name", "customer.number"))
SINCE = datetime(2026, 7, 28, 9, 0, tzinfo=UTC)
WHEN = "2026-07-28T09:00:00Z"


@pytest.mark.parametrize(
    ("date", "elapsed"), [("Tue, 28 Jul 2026 09:01:30 GMT", 30), ("Tue, 28 Jul 2026 09:01:00 -0000", 0)]
)
def test_the_servers_date_less_a_minute_and_the_time_elapsed_counts(date: str, elapsed: float) -> None:
    assert created_since({"date": date}, elapsed) == SINCE


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}])
def test_without_the_servers_date_our_own_clock_counts(headers: dict[str, str]) -> None:
    latest = datetime.now(UTC) - timedelta(seconds=60)
    assert latest <= created_since(headers, 0) <= datetime.now(UTC) - timedelta(seconds=60)


@pytest.mark.parametrize(
    ("entry", "is_candidate"),
    [
        ({"name": "Order", "createdAt": WHEN, "more": 1}, True),
        ({"name": "Order", "createdAt": "2026-07-28T09:30:00"}, True),
        ({"name": "Order", "createdAt": WHEN, "customer": {"number": "+1"}}, True),
        ({"name": "Order", "createdAt": "2026-07-28T08:59:59Z"}, False),
        ({"name": "Other", "createdAt": WHEN}, False),
        ({"name": "Order", "createdAt": "some day"}, False),
        ({"name": "Order"}, False),
        ("not an entry", False),
    ],
)
def test_a_candidate_was_created_since_and_equals_what_was_sent(entry: Any, *, is_candidate: bool) -> None:
    found = candidates(LOOK_UP, {"name": "Order"}, [entry], SINCE)
    assert found == ([entry] if is_candidate else [])


def test_nested_values_are_compared_and_nulls_are_not() -> None:
    entries: list[Any] = [
        {"name": "Any", "createdAt": WHEN, "customer": {"number": "+1"}},
        {"name": "Any", "createdAt": WHEN, "customer": "+1"},
    ]
    sent = {"name": None, "customer": {"number": "+1"}}
    assert candidates(LOOK_UP, sent, entries, SINCE) == entries[:1]
