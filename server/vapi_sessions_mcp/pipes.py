"""The process's own pipes, read and written without threads, and kept from everything else.

Nothing but protocol messages may reach standard output: while a connection is served, descriptor 1
leads to standard error, so that a stray print of any library misses the wire.
"""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from io import FileIO

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of one message; more would only cost memory."""


class PipesUnavailableError(Exception):
    """Standard input and output are not of a kind that can be read and written without threads."""


class LineTooLongError(Exception):
    """A line of input was longer than is read; it was skipped."""


class Writer(Protocol):
    """What lines are written to."""

    def write(self, data: bytes, /) -> None:
        """Write bytes, now or while the writer is drained."""
        ...

    async def drain(self) -> None:
        """Wait until all of it is out."""
        ...


class Closable(Protocol):
    """What is closed when the pipes are given back."""

    def close(self) -> None:
        """Close it."""
        ...


class FileWriter:
    """Writes to a file, or to a device such as the null device, which never lets a writer wait.

    Args:
        wire: The file.
    """

    def __init__(self, wire: FileIO) -> None:
        self._wire = wire

    def write(self, data: bytes) -> None:
        """Write bytes at once, all of them."""
        view = memoryview(data)
        while view:
            view = view[self._wire.write(view) or 0 :]

    async def drain(self) -> None:
        """Wait for nothing: all of it is out."""

    def is_closing(self) -> bool:
        """Whether it is closed."""
        return self._wire.closed

    def close(self) -> None:
        """Close the file."""
        self._wire.close()


class Pipes:
    """Lines in, lines out.

    Args:
        reader: Standard input.
        writer: Standard output.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def read_line(self) -> bytes:
        """Return the next line; empty at the end of the input.

        Raises:
            LineTooLongError: It was too long, and was skipped.
        """
        try:
            return await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            return error.partial
        except OSError:  # reset by a client that is gone
            return b""
        except asyncio.LimitOverrunError as error:
            await self._skip_line(error.consumed)
            raise LineTooLongError from None

    async def _skip_line(self, count: int) -> None:
        while True:
            await self._reader.readexactly(count)
            try:
                await self._reader.readuntil(b"\n")
            except asyncio.LimitOverrunError as error:
                count = error.consumed
            except asyncio.IncompleteReadError:
                return
            else:
                return

    async def write_line(self, line: bytes) -> None:
        """Write a line, waiting while the reader at the other end is slow."""
        self._writer.write(line)
        await self._writer.drain()


@asynccontextmanager
async def standard_pipes() -> AsyncGenerator[Pipes]:
    """Take standard input and output for the protocol; both are given back at the end.

    Raises:
        PipesUnavailableError: They cannot be read and written without threads.
    """
    wire_in, wire_out = os.fdopen(os.dup(0), "rb", 0), os.fdopen(os.dup(1), "wb", 0)
    reading = writing = None
    try:
        reader, reading = await _connect_reader(wire_in)
        writer, writing = await _connect_writer(wire_out)
        os.dup2(2, 1)
        yield Pipes(reader, writer)
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()  # what was printed and kept must not follow when the wire is given back
        if writing is not None and not writing.is_closing():  # it closes itself when the client is gone
            os.dup2(wire_out.fileno(), 1)
        for descriptor in (0, 1):
            with suppress(OSError, AttributeError):  # absent on Windows
                os.set_blocking(descriptor, True)  # the description is shared with whoever started us
        (reading or wire_in).close()
        (writing or wire_out).close()


def _is_file(wire: FileIO) -> bool:
    """Whether asyncio takes it for no pipe, or takes it and then never hears of its end."""
    mode = os.fstat(wire.fileno()).st_mode
    return stat.S_ISREG(mode) or (stat.S_ISCHR(mode) and not wire.isatty())


async def _connect_reader(wire: FileIO) -> tuple[asyncio.StreamReader, Closable]:
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    if _is_file(wire):
        reader.feed_data(wire.readall())
        reader.feed_eof()
        return reader, wire
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), wire)
    except (OSError, ValueError, NotImplementedError) as error:
        raise PipesUnavailableError(f"standard input: {error}") from error
    return reader, transport


async def _connect_writer(wire: FileIO) -> tuple[Writer, asyncio.WriteTransport | FileWriter]:
    if _is_file(wire):
        writer = FileWriter(wire)
        return writer, writer
    loop = asyncio.get_running_loop()
    protocol = asyncio.StreamReaderProtocol(asyncio.StreamReader())
    try:
        transport, _ = await loop.connect_write_pipe(lambda: protocol, wire)
    except (OSError, ValueError, NotImplementedError) as error:
        raise PipesUnavailableError(f"standard output: {error}") from error
    # Waiting for a write means waiting until all of it is out: nothing is left behind when the process ends.
    transport.set_write_buffer_limits(high=0)
    return asyncio.StreamWriter(transport, protocol, None, loop), transport
