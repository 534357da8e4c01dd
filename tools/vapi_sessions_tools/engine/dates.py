"""Dates and times as callers write them, made the one form that is sent: ISO 8601 in UTC, with a `Z`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.operation import DateEdge

_DATE = re.compile(r"\A\d{4}-\d{2}-\d{2}\Z")
_LAST_MILLISECOND = timedelta(days=1) - timedelta(milliseconds=1)


def utc_text(moment: datetime) -> str:
    """Write a moment as `2026-01-31T23:59:59.999Z`; without a zone it is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def normalised_date(text: str, edge: DateEdge) -> str | None:
    """Return a date or time in the form that is sent, or None when it is neither.

    Args:
        text: `2026-01-31`, `2026-01-31T10:00`, `2026-01-31T10:00:00+02:00`.
        edge: What a date alone stands for: the first or the last millisecond of its day in UTC.
    """
    moment = parsed_moment(text.strip())
    if moment is None:
        return None
    if _DATE.match(text.strip()):
        midnight = datetime.combine(moment.date(), time(), UTC)
        moment = midnight + _LAST_MILLISECOND if edge == "end" else midnight
    try:
        return utc_text(moment)
    except OverflowError:
        return None


def parsed_moment(text: str) -> datetime | None:
    """Return the moment that an ISO 8601 text names, or None when it is none."""
    if not re.match(r"\A\d{4}-\d{2}-\d{2}", text):
        return None  # the week and ordinal forms of the standard are not what an API expects
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
