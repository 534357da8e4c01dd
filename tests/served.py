"""The real program as a real subprocess that listens on a port: its address, its log, and its end."""

from __future__ import annotations

import re
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from server_process import COMMAND, LONGEST, environment

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


class Served:
    """A process that listens, from its first line to its end.

    Args:
        command: The program and its arguments.
        **variables: Of its environment, beside those of this process.

    Raises:
        RuntimeError: It ended, or was silent for too long, before it listened.
    """

    def __init__(self, command: Sequence[str], **variables: str) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(**variables),
            text=True,
        )
        self._said = ""
        self._ended = False
        self._heard = threading.Condition()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()
        self.url = self._address()

    def log(self) -> str:
        """Return what it wrote to standard error so far; all of it once it is stopped."""
        with self._heard:
            return self._said

    def wait_for_log(self, words: str) -> str:
        """Wait until some words are in the log, and return it.

        Raises:
            RuntimeError: It ended, or was silent for too long, without them.
        """
        with self._heard:
            self._heard.wait_for(lambda: words in self._said or self._ended, LONGEST)
            if words not in self._said:
                raise RuntimeError(f"{words!r} is not in the log: {self._said[-2000:]}")
            return self._said

    def stop(self) -> int:
        """End it as an operator does, and return its exit status; again and again if need be."""
        self.process.terminate()
        try:
            self.process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._listening.join(LONGEST)
        if self.process.stderr is not None:
            self.process.stderr.close()
        return self.process.wait(LONGEST)

    def _listen(self) -> None:
        """Read the log to its end, so that it never fills up."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._heard:
                self._said += line
                self._heard.notify_all()
        with self._heard:
            self._ended = True
            self._heard.notify_all()

    def _address(self) -> str:
        with self._heard:
            self._heard.wait_for(lambda: _ADDRESS.search(self._said) or self._ended, LONGEST)
            found = _ADDRESS.search(self._said)
        if found is None:
            self.stop()
            raise RuntimeError(f"the server does not listen: {self.log()[-2000:]}")
        return found[0]


@contextmanager
def serving_http(*flags: str, **variables: str) -> Generator[Served]:
    """Serve MCP over HTTP on a free port of this machine.

    Args:
        flags: Beside the port.
        **variables: Of its environment, beside those of this process.
    """
    with serving([*COMMAND, "http", "--port", "0", *flags], **variables) as served:
        yield served


@contextmanager
def serving_sandbox(*flags: str) -> Generator[Served]:
    """Serve the emulator of the API on a free port of this machine.

    Args:
        flags: Beside the port.
    """
    with serving([*COMMAND, "sandbox", "--port", "0", *flags]) as served:
        yield served


@contextmanager
def serving(command: Sequence[str], **variables: str) -> Generator[Served]:
    """Run a program that listens, and end it.

    Args:
        command: The program and its arguments.
        **variables: Of its environment, beside those of this process.
    """
    served = Served(command, **variables)
    try:
        yield served
    finally:
        served.stop()
