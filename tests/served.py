"""The program as a real process that listens on a port: its address, its log, and its end."""

from __future__ import annotations

import re
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from server_process import COMMAND, LONGEST, ServerProcess

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from contextlib import AbstractContextManager

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


class Served(ServerProcess):
    """A process that logs where it listens."""

    def __init__(self, command: Sequence[str], **variables: str) -> None:
        nothing = subprocess.DEVNULL
        super().__init__(command=command, stdin=nothing, stdout=nothing, **variables)
        try:
            found = _ADDRESS.search(self.wait_for_log("http://127.0.0.1:"))
            assert found is not None
        except BaseException:
            self.stop()
            raise
        self.url = found[0]

    def stop(self) -> int:
        """Terminate it, kill it if it does not end, and return its exit status; may be called twice."""
        self.process.terminate()
        try:
            self.process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            self.process.kill()
        return self.status()


@contextmanager
def serving(command: Sequence[str], **variables: str) -> Generator[Served]:
    """Run a program that listens, and end it."""
    with Served(command, **variables) as served:
        try:
            yield served
        finally:
            served.stop()


def serving_http(*flags: str, **variables: str) -> AbstractContextManager[Served]:
    """Serve MCP over HTTP on a free port of this machine; prefer `in_process.http_server`."""
    return serving([*COMMAND, "http", "--port", "0", *flags], **variables)


def serving_sandbox(*flags: str) -> AbstractContextManager[Served]:
    """Serve the emulator of the API on a free port of this machine."""
    return serving([*COMMAND, "sandbox", "--port", "0", *flags])
