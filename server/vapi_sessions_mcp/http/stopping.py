"""How the server stops: what is being carried out is finished, then the streams are closed."""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import anyio
from sse_starlette.sse import AppStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType

    from vapi_sessions_mcp.http.streams import Streams
    from vapi_sessions_mcp.in_flight import InFlight

GRACE = 2.5
"""Seconds in which calls in flight may finish."""

_LAST_ARRIVALS = 0.1
"""Seconds in which connections that have come about are accepted before the socket is closed."""

_ON_ITS_WAY = 0.2
"""Seconds in which the last answers are written to streams that are about to be closed."""


class Stopping:
    """Stops the server in order, when a signal asks for it.

    Args:
        in_flight: The calls that are being carried out.
        streams: The streams that clients hold open.
        close_door: Lets no new connection come about; left out where that is somebody else's.
        grace: Seconds in which calls may finish.
    """

    def __init__(
        self,
        in_flight: InFlight,
        streams: Streams,
        close_door: Callable[[], None] | None = None,
        grace: float = GRACE,
    ) -> None:
        self._in_flight = in_flight
        self._streams = streams
        self._close_door = close_door
        self._grace = grace
        self._asked, self._ended = anyio.Event(), anyio.Event()

    @property
    def begun(self) -> bool:
        """Whether the server is stopping."""
        return self._asked.is_set()

    def begin(self) -> None:
        """Begin to stop, unless that was begun already."""
        if self.begun:
            return
        if self._close_door is not None:
            self._close_door()
        self._asked.set()

    async def carry_out(self) -> None:
        """Wait until it is asked for, then stop."""
        await self._asked.wait()
        await self._in_flight.finish(self._grace)
        await anyio.sleep(_ON_ITS_WAY)
        self._streams.close()
        self._ended.set()

    async def done(self) -> None:
        """Wait until it was carried out: a call may go on when its client is gone already."""
        self.begin()
        await self._ended.wait()

    @contextmanager
    def on_signals(self) -> Generator[None]:
        """Begin to stop when the process is told to, beside what the HTTP server itself does then."""
        # The library that writes streams would end them at once, with answers on their way.
        AppStatus.enable_automatic_graceful_drain = False
        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread hears signals
            return
        loop = asyncio.get_running_loop()
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

        def heard(number: int, frame: FrameType | None) -> None:
            then = before[signal.Signals(number)]
            loop.call_soon_threadsafe(self.begin)
            if callable(then):
                loop.call_soon_threadsafe(loop.call_later, _LAST_ARRIVALS, then, number, frame)

        for number in before:
            signal.signal(number, heard)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
