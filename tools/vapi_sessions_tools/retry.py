"""Whether and when a failed attempt is made again: pure, the client carries it out.

A call is repeated only when repeating cannot do harm: reading, replacing and deleting may be done
twice, creating only when it certainly was not done at all.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Mapping

RETRIED_STATUSES = frozenset({408, 429, 502, 503, 504})
"""Answers that say try again; 409, 425 and 500 do not."""

LOST_STATUSES = frozenset({408, 502, 503, 504})
"""Answers of something in front of the API: what the API itself did is not known."""


_LONGEST_STATED = 31_536_000.0
"""Seconds in a year: who asks for more means never."""


class RetryPolicy(BaseModel):
    """How often and how long.

    Args:
        attempts: At most this many requests for one call.
        first_pause: Seconds; the pause before attempt n is drawn from 0 to first_pause * 2**(n - 2).
        longest_pause: Seconds that such a pause is capped at.
        longest_wait: Seconds of a `Retry-After` that are waited for; a longer one is told instead.
    """

    model_config = ConfigDict(frozen=True)

    attempts: int = 3
    first_pause: float = 0.5
    longest_pause: float = 8.0
    longest_wait: float = 10.0

    def pause(self, attempt: int, draw: float) -> float:
        """Return the seconds to wait after attempt `attempt` (from 1), full jitter by `draw` in 0..1."""
        return min(self.longest_pause, self.first_pause * 2.0 ** (attempt - 1)) * draw


def may_repeat(method: str, *, status: int | None, sent: bool) -> bool:
    """Whether a failed attempt may be followed by another.

    Args:
        method: The HTTP method.
        status: What the API answered, or None when the connection failed.
        sent: Whether the request may have reached the API.
    """
    if method == "POST":
        return not sent or status == 429
    return status is None or status in RETRIED_STATUSES


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds an answer asks to wait, or None where it does not say.

    Args:
        headers: The answer's headers, lower case or case-insensitive.
        now: The present, for a date; the system's clock when left out.
    """
    stated = headers.get("retry-after", "").strip()
    if not stated:
        return None
    if stated.isascii() and stated.replace(".", "", 1).isdigit():
        return min(float(stated), _LONGEST_STATED)
    try:
        moment = parsedate_to_datetime(stated)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(_LONGEST_STATED, max(0.0, (aware - (now or datetime.now(UTC))).total_seconds()))
