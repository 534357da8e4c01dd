"""A replica that writes down what reaches it, and can let go of a request that it took."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from server_process import LONGEST
from threaded import in_a_thread

if TYPE_CHECKING:
    from collections.abc import Generator


@dataclass
class Replica:
    """What reached a replica, and what it does with it.

    Args:
        address: Where it listens.
        drops: Whether it closes the connection where an answer is due.
        goes_on: Lets the second half of an answer to a GET go.
        bodies: What was posted to it.
        hosts: The Host header of each request.
    """

    address: str = ""
    drops: bool = False
    goes_on: threading.Event = field(default_factory=threading.Event)
    bodies: list[bytes] = field(default_factory=list[bytes])
    hosts: list[str] = field(default_factory=list[str])


@contextmanager
def listening() -> Generator[Replica]:
    """Serve a replica on a free port of this machine."""
    replica = Replica()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            replica.hosts.append(self.headers["Host"])
            replica.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            if replica.drops:
                self.close_connection = True
                return
            self._begin("application/json", "2")
            self.wfile.write(b"{}")

        def do_GET(self) -> None:
            self._begin("text/event-stream", "20")
            self.wfile.write(b"data: 1\n\n\n")
            assert replica.goes_on.wait(LONGEST)
            self.wfile.write(b"data: 2\n\n\n")

        def _begin(self, media: str, length: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", length)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  its base names it so
            """Say nothing."""

    with in_a_thread(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as replica.address:
        try:
            yield replica
        finally:
            replica.goes_on.set()
