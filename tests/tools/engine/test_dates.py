"""Dates and times become ISO 8601 in UTC; a date alone is the start or the end of its day."""

from __future__ import annotations

from datetime import datetime

import pytest

from vapi_sessions_tools.engine.dates import normalised_date, parsed_moment, utc_text


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("2026-01-31T10:00:00.1234Z", "2026-01-31T10:00:00.123Z"),
        ("2026-01-31T10:00:00+02:00", "2026-01-31T08:00:00.000Z"),
        ("2026-01-31T23:30:00-01:00", "2026-02-01T00:30:00.000Z"),
        (" 2026-01-31 10:00 ", "2026-01-31T10:00:00.000Z"),
    ],
)
def test_a_time_is_sent_in_utc(text: str, sent: str) -> None:
    assert normalised_date(text, "start") == normalised_date(text, "end") == sent


def test_a_date_alone_is_the_first_or_the_last_millisecond_of_its_day() -> None:
    assert normalised_date("2026-01-31", "start") == "2026-01-31T00:00:00.000Z"
    assert normalised_date(" 2026-01-31 ", "end") == "2026-01-31T23:59:59.999Z"


@pytest.mark.parametrize("text", ["", "2026-02-30", "2026-W05", "2026-031", "20260131", "2026-01-31T25:00"])
def test_text_of_another_form_is_not_a_date(text: str) -> None:
    assert parsed_moment(text) is None
    assert normalised_date(text, "start") is None


def test_a_time_before_the_first_year_in_utc_is_not_a_date() -> None:
    assert normalised_date("0001-01-01T00:00:00+14:00", "start") is None


def test_a_time_without_a_zone_is_utc() -> None:
    assert utc_text(datetime(2026, 1, 31, 10)) == "2026-01-31T10:00:00.000Z"  # noqa: DTZ001  the case in point
