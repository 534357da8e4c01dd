"""An upstream that takes every request and answers none."""

from __future__ import annotations

import queue
import socketserver
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from server_process import LONGEST
from threaded import in_a_thread

if TYPE_CHECKING:
    from collections.abc import Generator


class SilentUpstream:
    """Takes every request and answers none."""

    def __init__(self) -> None:
        self.url = ""
        self._arrived: queue.Queue[bytes] = queue.Queue()
        self._left: queue.Queue[None] = queue.Queue()

    def request(self) -> bytes:
        """Wait for a request and return how it begins."""
        return self._arrived.get(timeout=LONGEST)

    def hang_up(self) -> None:
        """Wait until a caller closes its connection."""
        self._left.get(timeout=LONGEST)

    @contextmanager
    def serving(self) -> Generator[SilentUpstream]:
        """Take connections until the end."""
        arrived, left = self._arrived, self._left

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(ConnectionError):
                    while data := self.request.recv(1 << 16):
                        arrived.put(data)
                left.put(None)

        listening = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        listening.daemon_threads = True
        with in_a_thread(listening) as address:
            self.url = f"http://{address}"
            yield self
