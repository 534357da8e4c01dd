"""Work that would hold up the event loop, done in a thread: one piece at a time, to bound its memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")


class Background:
    """Runs functions in a worker thread, in order of arrival."""

    def __init__(self) -> None:
        self._limiter: anyio.CapacityLimiter | None = None

    async def run(self, function: Callable[[], _Result]) -> _Result:
        """Return what a function returns; a cancelled caller waits for its end.

        Args:
            function: Pure, or safe to run beside the event loop.
        """
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(1)
        return await anyio.to_thread.run_sync(function, limiter=self._limiter)
