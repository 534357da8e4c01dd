"""When a failed attempt is made again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vapi_sessions_tools.retry import RetryPolicy, may_repeat, retry_after

NOW = datetime(2026, 7, 28, 9, 0, tzinfo=UTC)


def test_pauses_double_from_half_a_second_to_eight_with_full_jitter() -> None:
    policy = RetryPolicy()
    assert [policy.pause(attempt, 1.0) for attempt in range(1, 7)] == [0.5, 1, 2, 4, 8, 8]
    assert policy.pause(3, 0.0) == 0
    assert policy.attempts == 3


@pytest.mark.parametrize(
    ("method", "statuses"),
    [*((method, {408, 429, 502, 503, 504}) for method in ("GET", "PATCH", "DELETE")), ("POST", {429})],
)
def test_a_request_is_repeated_only_where_that_does_no_harm(method: str, statuses: set[int]) -> None:
    assert {status for status in range(400, 600) if may_repeat(method, status=status, sent=True)} == statuses
    assert may_repeat(method, status=None, sent=True) == (method != "POST")
    assert may_repeat(method, status=None, sent=False)


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("7", 7),
        ("1.5", 1.5),
        ("9" * 400, 31_536_000),
        ("Tue, 28 Jul 2026 09:00:30 GMT", 30),
        ("Tue, 28 Jul 2026 08:00:00 -0100", 0),
        ("Tue, 28 Jul 2026 09:00:30 -0000", 30),
        ("Tue, 28 Jul 2020 09:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(stated: str | None, seconds: float | None) -> None:
    assert retry_after({} if stated is None else {"retry-after": stated}, NOW) == seconds
