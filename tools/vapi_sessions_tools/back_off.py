"""What an API that limits the rate has asked of one key's calls, and how long that is heeded."""

from __future__ import annotations

import math
from dataclasses import dataclass

HEEDED_SECONDS = 60.0
"""Of a pause that the API asks for; then one call at a time may try whether it still stands."""

REMEMBERED_SECONDS = 600.0
"""How long a pause is known of that no call asks for any more; APIs may state years."""


@dataclass(slots=True)
class BackOff:
    """The pause that one key's calls make; without one at first.

    Args:
        until: When the pause ends that was asked for, by the clock of who uses it.
        heeded_until: When a call may try all the same.
    """

    until: float = -math.inf
    heeded_until: float = -math.inf

    def ask(self, seconds: float, now: float) -> None:
        """Take note of a pause asked for; of several, the longest counts."""
        self.until = max(self.until, now + seconds)
        self.heeded_until = max(self.heeded_until, now + min(seconds, HEEDED_SECONDS))

    def answered(self, begun: float) -> None:
        """Take note that the API answered a request: a pause that it was a trial of is over.

        Args:
            begun: When the request began; what was on its way before the pause says nothing of it.
        """
        if begun >= self.heeded_until:
            self.until = self.heeded_until = -math.inf

    def rest(self, now: float) -> float:
        """Return the seconds that are left of what was asked for."""
        return max(0.0, self.until - now)

    def heeded_rest(self, now: float) -> float:
        """Return the seconds in which no call may go at all."""
        return max(0.0, self.heeded_until - now)

    def is_forgotten(self, now: float) -> bool:
        """Whether nothing is left of it that is worth keeping."""
        return now >= min(self.until, self.heeded_until + REMEMBERED_SECONDS)
