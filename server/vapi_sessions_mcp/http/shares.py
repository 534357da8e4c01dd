"""Places that are taken for a while, with a share of them for each owner."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


class Shares:
    """Knows how many places are taken, and by whom; an owner who is told apart has half of them at most.

    Args:
        room: How many places there are.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._share = max(1, room // 2)
        self._taken: Counter[str | None] = Counter()
        self._all = 0

    @property
    def are_all_taken(self) -> bool:
        """Whether there is no place left."""
        return self._all >= self._room

    def is_taken(self, owner: str | None) -> bool:
        """Whether an owner has a whole share; nobody has one who is not told apart."""
        return owner is not None and self._taken[owner] >= self._share

    @contextmanager
    def one(self, owner: str | None) -> Generator[None]:
        """Take a place while the context lasts."""
        self._all += 1
        self._taken[owner] += 1
        try:
            yield
        finally:
            self._all -= 1
            self._taken[owner] -= 1
            if not self._taken[owner]:
                del self._taken[owner]  # or whoever ever came would be remembered
