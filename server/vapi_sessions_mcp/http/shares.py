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

    def is_room_short(self, places: int = 1) -> bool:
        """Whether fewer places are left than are wanted."""
        return self._all + places > self._room

    def is_share_short(self, owner: str | None, places: int = 1) -> bool:
        """Whether an owner's share has fewer; whoever is not told apart has no share to keep to."""
        return owner is not None and self._taken[owner] + places > self._share

    @contextmanager
    def taken(self, owner: str | None, places: int = 1) -> Generator[None]:
        """Take places while the context lasts."""
        self._all += places
        self._taken[owner] += places
        try:
            yield
        finally:
            self._all -= places
            self._taken[owner] -= places
            if not self._taken[owner]:
                del self._taken[owner]  # or whoever ever came would be remembered
