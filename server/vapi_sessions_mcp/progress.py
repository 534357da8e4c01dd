"""Progress of a call that waits, told to the client that asked for it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

import anyio

if TYPE_CHECKING:
    from vapi_sessions_tools.pause import Pause

_REASONS = {"rate_limit": "The API limits the rate", "failed_attempt": "The attempt failed"}


class Report(Protocol):
    """Sends a progress notification, where the client asked for any."""

    async def __call__(self, progress: float, total: float | None = None, message: str | None = None) -> None:
        """Send it."""


class Progress:
    """Tells of the pauses of one call: when each begins, and then again and again until it ends.

    The repetition is for clients that give up on a call after a while without any sign of it.

    Args:
        report: Where it is told.
        every: Seconds between two notifications.
    """

    def __init__(self, report: Report, every: float = 1.0) -> None:
        self._report = report
        self._every = every
        self._told = 0

    async def __call__(self, pause: Pause) -> None:
        """Tell of one pause until it has passed, or until cancelled."""
        ends = anyio.current_time() + pause.seconds
        left = pause.seconds
        while True:
            self._told += 1  # it must rise from each to the next, over all pauses of the call
            await self._report(self._told, None, _words(pause, left))
            await anyio.sleep(self._every)
            left = ends - anyio.current_time()
            if left <= 0:
                return


def _words(pause: Pause, left: float) -> str:
    seconds = max(1, math.ceil(left))
    attempt = f"attempt {pause.attempt} of {pause.attempts}"
    return f"{_REASONS[pause.reason]}: trying again in {seconds} s ({attempt})"
