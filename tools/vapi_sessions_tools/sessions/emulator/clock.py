"""Time as the emulator counts it: in milliseconds since 1970, UTC, written in ISO 8601."""

import re
import time
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE_CHARACTERS = re.compile(r"[0-9TtWZz :+.,-]+")


def now() -> int:
    """Return the present time, in whole milliseconds."""
    return time.time_ns() // 1_000_000


def iso_time(moment: int) -> str:
    """Return a time as the API writes it: UTC, with milliseconds and a Z.

    Args:
        moment: Milliseconds since 1970.

    Returns:
        The time in ISO 8601.
    """
    seconds, rest = divmod(moment, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03}Z"


def milliseconds(date: str) -> float:
    """Return the time that an ISO 8601 date stands for.

    Args:
        date: A date, or a date and a time; without an offset it is UTC.

    Returns:
        Milliseconds since 1970, with a fraction where the date has one.

    Raises:
        ValueError: When the text is no such date.
    """
    if not _DATE_CHARACTERS.fullmatch(date):
        raise ValueError(f"not an ISO 8601 date: {date!r}")
    moment = datetime.fromisoformat(date.upper())
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) / timedelta(milliseconds=1)
