"""An API that answers when a test lets it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from recording_upstream import RecordingUpstream
from server_process import LONGEST

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


class HeldUpstream:
    """Takes requests, and answers none before it is let go."""

    def __init__(self) -> None:
        self._answering = RecordingUpstream()
        self._arrived = threading.Semaphore(0)
        self._released = threading.Event()

    def wait_for_request(self) -> None:
        """Wait until a request has come."""
        assert self._arrived.acquire(timeout=LONGEST), "no request came"

    def release(self) -> None:
        """Let all be answered."""
        self._released.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold a request, then answer it."""
        self._arrived.release()
        await asyncio.get_running_loop().run_in_executor(None, self._released.wait, LONGEST)
        with suppress(ClientDisconnect):
            await self._answering(scope, receive, send)
