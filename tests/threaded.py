"""A server of Python's own in a thread, for tests whose other end must do what no library would."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from server_process import LONGEST

if TYPE_CHECKING:
    import socketserver
    from collections.abc import Generator


@contextmanager
def in_a_thread(server: socketserver.TCPServer) -> Generator[str]:
    """Serve until the end, and give the address as host and port.

    Args:
        server: Listens already.
    """
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join(LONGEST)
