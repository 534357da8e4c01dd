"""The program as a real process on pipes: messages in and out line by line, every wait bounded."""

from __future__ import annotations

import gc
import json
import logging
import os
import queue
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from types import TracebackType
    from typing import IO

LONGEST = 90.0
"""Seconds after which a wait fails."""

PROTOCOL = "2025-11-25"
HELLO: dict[str, Any] = {
    "protocolVersion": PROTOCOL,
    "capabilities": {},
    "clientInfo": {"name": "tests", "version": "1"},
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}

KEY = "a-very-private-key-1234"
COMMAND = (sys.executable, "-m", "vapi_sessions_mcp")


def environment(**variables: str) -> dict[str, str]:
    """Return this process's environment without settings of the server, and with the given variables."""
    unwanted = ("VAPI_", "OTEL_", "PROMETHEUS_", "PYTHONUNBUFFERED")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return {**kept, **variables}


@contextmanager
def restored_process() -> Generator[None]:
    """Restore logging, garbage collection and hooks, which the program sets for its process."""
    root = logging.getLogger()
    ours = [root, *(logging.getLogger(name) for name in ("vapi_sessions_mcp", "vapi_sessions_tools"))]
    handlers, levels, raising = root.handlers[:], [logger.level for logger in ours], logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    try:
        yield
    finally:
        root.handlers[:] = handlers
        for logger, level in zip(ours, levels, strict=True):
            logger.setLevel(level)
        logging.raiseExceptions = raising
        logging.captureWarnings(capture=False)
        gc.enable()
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def request(method: str, params: dict[str, Any] | None = None, request_id: int | str = 1) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params or {}}


def call(tool: str, arguments: dict[str, Any], request_id: int | str = 1) -> dict[str, Any]:
    return request("tools/call", {"name": tool, "arguments": arguments}, request_id)


def as_lines(*messages: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(message).encode() + b"\n" for message in messages)


def opening() -> bytes:
    """Return the lines with which a client of the handshake era begins."""
    return as_lines(request("initialize", HELLO, "hello"), INITIALIZED)


class ServerProcess:
    """A process, its pipes and its log; `variables` are added to `environment()`."""

    def __init__(
        self,
        *arguments: str,
        command: Sequence[str] = COMMAND,
        stdin: int | IO[bytes] = subprocess.PIPE,
        stdout: int | IO[bytes] = subprocess.PIPE,
        **variables: str,
    ) -> None:
        self.process = subprocess.Popen(
            [*command, *arguments],
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=environment(**variables),
        )
        self.seen = b""
        self._count = 0
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._log = b""
        self._log_ended = False
        self._logged = threading.Condition()
        readers = (self._read, self._read_log)
        self._reading = [threading.Thread(target=reader, daemon=True) for reader in readers]
        for thread in self._reading:
            thread.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.seen += line
            self._lines.put(line)
        self._lines.put(b"")

    def _read_log(self) -> None:
        for line in self.process.stderr or ():
            with self._logged:
                self._log += line
                self._logged.notify_all()
        with self._logged:
            self._log_ended = True
            self._logged.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.status()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with suppress(OSError):  # what it did not read
                    pipe.close()

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, *messages: dict[str, Any]) -> None:
        self.write(as_lines(*messages))

    def open(self) -> dict[str, Any]:
        """Open a protocol session of the handshake era and return the response."""
        self.write(opening())
        return self.answer()

    def answer(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.line())
        assert message["jsonrpc"] == "2.0"
        return message

    def ask(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a request and return its response, which must be the next message."""
        self._count += 1
        self.send(request(method, params, self._count))
        message = self.answer()
        assert message["id"] == self._count
        return message

    def line(self) -> bytes:
        """Return the next line of its standard output; empty at its end."""
        line = self._lines.get(timeout=LONGEST)
        if not line:
            self._lines.put(line)
        return line

    def end_input(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def rest(self) -> list[dict[str, Any]]:
        """Return the messages that it writes until it closes its standard output."""
        return [json.loads(line) for line in iter(self.line, b"")]

    def status(self) -> int:
        """Wait for its end and return its exit status."""
        status = self.process.wait(LONGEST)
        for thread in self._reading:
            thread.join(LONGEST)
        return status

    def log(self) -> str:
        """Return what it wrote to standard error so far: all of it after the exit."""
        with self._logged:
            return self._log.decode()

    def wait_for_log(self, words: str) -> str:
        """Wait until a line of its standard error contains some words, and return all of it."""
        with self._logged:
            self._logged.wait_for(lambda: words.encode() in self._log or self._log_ended, LONGEST)
        if words not in self.log():
            raise RuntimeError(f"{words!r} is not in the log: {self.log()[-2000:]}")
        return self.log()
