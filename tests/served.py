"""The program as a real process that listens on a port: its address, its log, and its end."""

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
    """A process that listens; `variables` are added to the environment of this process."""

    def __init__(self, command: Sequence[str], **variables: str) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(**variables),
            text=True,
        )
        self._log = ""
        self._ended = False
        self._changed = threading.Condition()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        try:
            self.url = self._wait_for(_ADDRESS)
        except RuntimeError:
            self.stop()
            raise

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._changed:
                self._log += line
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _wait_for(self, words: re.Pattern[str]) -> str:
        with self._changed:
            self._changed.wait_for(lambda: words.search(self._log) or self._ended, LONGEST)
            found = words.search(self._log)
        if found is None:
            raise RuntimeError(f"{words.pattern!r} is not in the log: {self._log[-2000:]}")
        return found[0]

    def log(self) -> str:
        """Return what it wrote to standard error so far; all of it once it is stopped."""
        with self._changed:
            return self._log

    def wait_for_log(self, words: str) -> str:
        """Wait until some words are in the log, and return it."""
        self._wait_for(re.compile(re.escape(words)))
        return self.log()

    def stop(self) -> int:
        """End it as an operator does, and return its exit status; again and again if need be."""
        self.process.terminate()
        try:
            self.process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._reading.join(LONGEST)
        if self.process.stderr is not None:
            self.process.stderr.close()
        return self.process.wait(LONGEST)


@contextmanager
def serving(command: Sequence[str], **variables: str) -> Generator[Served]:
    """Run a program that listens, and end it."""
    served = Served(command, **variables)
    try:
        yield served
    finally:
        served.stop()


@contextmanager
def serving_http(*flags: str, **variables: str) -> Generator[Served]:
    """Serve MCP over HTTP on a free port of this machine; prefer `in_process.http_server`."""
    with serving([*COMMAND, "http", "--port", "0", *flags], **variables) as served:
        yield served


@contextmanager
def serving_sandbox(*flags: str) -> Generator[Served]:
    """Serve the emulator of the API on a free port of this machine."""
    with serving([*COMMAND, "sandbox", "--port", "0", *flags]) as served:
        yield served
