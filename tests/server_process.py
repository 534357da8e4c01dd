"""The real server as a real subprocess: spoken to line by line, and always bounded in time."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType
    from typing import IO

LONGEST = 30.0
"""Seconds after which anything that is waited for is given up."""

PROTOCOL = "2025-11-25"
HELLO: dict[str, Any] = {
    "protocolVersion": PROTOCOL,
    "capabilities": {},
    "clientInfo": {"name": "tests", "version": "1"},
}

COMMAND = (sys.executable, "-m", "vapi_sessions_mcp")


def environment(**variables: str) -> dict[str, str]:
    """Return an ordinary environment without any of the server's settings, and with the given variables."""
    unwanted = ("VAPI_", "PYTHONUNBUFFERED")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return {**kept, **variables}


def run_program(
    *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the program to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        env=dict(env) if env is not None else environment(),
        capture_output=True,
        timeout=LONGEST,
        check=False,
    )


def request(method: str, params: dict[str, Any] | None = None, request_id: int | str = 1) -> dict[str, Any]:
    """Return a JSON-RPC request."""
    return {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params or {}}


def call(tool: str, arguments: dict[str, Any], request_id: int | str = 1) -> dict[str, Any]:
    """Return the request that calls a tool."""
    return request("tools/call", {"name": tool, "arguments": arguments}, request_id)


def as_lines(*messages: dict[str, Any]) -> bytes:
    """Write messages one a line."""
    return b"".join(json.dumps(message).encode() + b"\n" for message in messages)


def opening() -> bytes:
    """Return the lines with which a client of the handshake era begins."""
    initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    return as_lines(request("initialize", HELLO, "hello"), initialized)


class ServerProcess:
    """A server process and its pipes.

    Args:
        arguments: After the program's name.
        command: The program, the server itself when left out.
        stdin: Its standard input, a pipe when left out.
        stdout: Its standard output, a pipe when left out.
        **variables: Of its environment, beside those of this process.
    """

    def __init__(
        self,
        *arguments: str,
        command: Sequence[str] = COMMAND,
        stdin: int | IO[bytes] = subprocess.PIPE,
        stdout: int | IO[bytes] = subprocess.PIPE,
        **variables: str,
    ) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  closed with the process
        self.process = subprocess.Popen(
            [*command, *arguments],
            stdin=stdin,
            stdout=stdout,
            stderr=self._log,
            env=environment(**variables),
            bufsize=0,
        )
        self._buffer = b""
        self.seen = b""
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(LONGEST)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self._log.close()

    def write(self, data: bytes) -> None:
        """Write bytes to its standard input."""
        assert self.process.stdin is not None
        view = memoryview(data)
        while view:
            view = view[self.process.stdin.write(view) or 0 :]

    def send(self, *messages: dict[str, Any]) -> None:
        """Write messages to its standard input."""
        self.write(as_lines(*messages))

    def open(self) -> dict[str, Any]:
        """Open a protocol session of the handshake era; what the server says of itself is returned."""
        self.write(opening())
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """Return the next message it writes; a line that is none fails the test."""
        message: dict[str, Any] = json.loads(self.line())
        assert message["jsonrpc"] == "2.0"
        return message

    def ask(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a request and return its answer, which must be the next message."""
        self._count += 1
        self.send(request(method, params, self._count))
        message = self.answer()
        assert message["id"] == self._count
        return message

    def line(self) -> bytes:
        """Return the next line of its standard output; empty at its end."""
        ends = time.monotonic() + LONGEST
        while b"\n" not in self._buffer:
            data = self._some(ends - time.monotonic())
            if not data:
                break
        line, newline, self._buffer = self._buffer.partition(b"\n")
        return line + newline

    def _some(self, seconds: float) -> bytes:
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, seconds))
        assert ready, "the server wrote nothing in time"
        data = os.read(self.process.stdout.fileno(), 1 << 16)
        self._buffer += data
        self.seen += data
        return data

    def serves(self) -> bool:
        """Whether it still answers."""
        return "result" in self.ask("ping")

    def end_input(self) -> None:
        """Close its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def rest(self) -> list[dict[str, Any]]:
        """Return what it writes until it closes its standard output."""
        messages: list[dict[str, Any]] = []
        while line := self.line():
            messages.append(json.loads(line))
        return messages

    def status(self) -> int:
        """Wait for its end and return its exit status."""
        return self.process.wait(LONGEST)

    def log(self) -> str:
        """Return what it wrote to standard error so far."""
        self._log.seek(0)
        return self._log.read().decode()
