"""The calls that are being carried out: a server that stops can wait for them, and not for ever."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from collections.abc import Generator


class StoppedError(Exception):
    """A call was ended because the server stops."""


class InFlight:
    """Knows the calls that are being carried out, and can end them."""

    def __init__(self) -> None:
        self._scopes: set[anyio.CancelScope] = set()
        self._ended = anyio.Event()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._scopes)

    @contextmanager
    def call(self) -> Generator[None]:
        """Carry out a call within.

        Raises:
            StoppedError: It was ended before it was done.
        """
        scope = anyio.CancelScope()
        self._scopes.add(scope)
        try:
            with scope:
                yield
        finally:
            self._scopes.discard(scope)
            self._ended.set()
        if scope.cancelled_caught:
            raise StoppedError

    async def finish(self, seconds: float) -> None:
        """Wait until no call is in flight; what is left then is ended.

        Args:
            seconds: How long it may take.
        """
        with anyio.move_on_after(seconds):
            while self._scopes:
                self._ended = anyio.Event()
                await self._ended.wait()
        for scope in tuple(self._scopes):
            scope.cancel()
