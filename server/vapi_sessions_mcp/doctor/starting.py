"""A configured server really started, as its client would, and asked for its tools."""

from __future__ import annotations

import os
import threading
import time
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping
    from typing import TextIO

    from mcp.client import Transport
    from mcp.client._transport import TransportStreams

    from vapi_sessions_mcp.doctor.entries import Entry

_KEPT = 16_384
"""Bytes of what a server writes to standard error; its last words tell why it ended."""


@dataclass(frozen=True, slots=True)
class Started:
    """A server that was started and has ended again.

    Args:
        tools: The names of its tools; None where it gave no answer.
        version: Which version it says it is.
        seconds: How long its answer took.
        in_time: Whether it ended before the time was over.
        said: What it wrote to standard error.
    """

    tools: tuple[str, ...] | None
    version: str = ""
    seconds: float = 0.0
    in_time: bool = True
    said: str = ""


async def start(entry: Entry, environment: Mapping[str, str] | None, seconds: float) -> Started:
    """Start a server, ask for its tools, and end it with all that it started.

    Args:
        entry: What is started.
        environment: What the client hands on; the little that the SDK does when None.
        seconds: How long the answer may take.
    """
    from mcp import StdioServerParameters
    from mcp.client.stdio import stdio_client

    parameters = StdioServerParameters(
        command=entry.command,
        args=list(entry.arguments),
        env={**(environment or {}), **entry.variables},
        cwd=entry.folder,
        encoding_error_handler="replace",
    )
    answer = Started(None, in_time=False)
    with _listening() as (errors, ear):
        with anyio.move_on_after(seconds):
            answer = await _asked(_begun_at_all(stdio_client(parameters, errlog=errors)))
        errors.close()
        said = ear.heard()
    return replace(answer, said=answer.said or said)


@asynccontextmanager
async def _begun_at_all(transport: Transport) -> AsyncGenerator[TransportStreams]:
    """Return a transport whose beginning is not broken off: what is half started, nobody ends."""
    with anyio.CancelScope(shield=True) as scope:
        async with transport as streams:
            scope.shield = False
            yield streams


async def _asked(transport: Transport) -> Started:
    """Connect to a server and ask for its tools; however that fails, there is no answer."""
    from mcp import Client

    begun, answer = time.monotonic(), Started(None)
    try:
        async with Client(transport, mode="legacy") as client:
            listed = await client.list_tools()
            version = client.server_info.version if client.server_info else ""
            answer = Started(tuple(tool.name for tool in listed.tools), version, time.monotonic() - begun)
    except OSError as error:
        return replace(answer, said=error.strerror or type(error).__name__)
    except Exception:  # noqa: BLE001  a server can fail in any way; its last words tell more
        return answer
    return answer


class Ear:
    """Listens to a pipe until nobody writes to it any more, and keeps the end of what was said.

    Args:
        pipe: The end to read.
    """

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._end = b""
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def heard(self) -> str:
        """Return the end of what was said; what a process that outlives all says is not waited for."""
        self._thread.join(1.0)
        return self._end.decode("utf-8", "replace")

    def _listen(self) -> None:
        with suppress(OSError):
            while data := os.read(self._pipe, 65_536):
                self._end = (self._end + data)[-_KEPT:]
        with suppress(OSError):
            os.close(self._pipe)


@contextmanager
def _listening() -> Generator[tuple[TextIO, Ear]]:
    """Give a file for a process to write to, and what listens to it."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="utf-8") as errors:
        yield errors, Ear(reading)
