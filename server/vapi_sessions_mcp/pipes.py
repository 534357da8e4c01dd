"""The process's own pipes, read and written without threads, and kept from everything else.

Nothing but protocol messages may reach standard output: while a connection is served, descriptor 1
leads to standard error, so that a stray print of any library misses the wire.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of one message; more would only cost memory."""


class PipesUnavailableError(Exception):
    """Standard input and output are not of a kind that can be read and written without threads."""


class LineTooLongError(Exception):
    """A line of input was longer than is read; it was skipped."""


class Pipes:
    """Lines in, lines out.

    Args:
        reader: Standard input.
        writer: Standard output.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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
    with suppress(AttributeError):  # absent on Windows
        os.set_blocking(0, True)
    wire_in, wire_out = os.dup(0), os.dup(1)
    reader_file = writer_file = None
    try:
        reader, reader_file = await _connect_reader(wire_in)
        writer, writer_file = await _connect_writer(wire_out)
        os.dup2(2, 1)
        yield Pipes(reader, writer)
    finally:
        if writer_file is not None:
            os.dup2(wire_out, 1)
        for transport, descriptor in ((reader_file, wire_in), (writer_file, wire_out)):
            with suppress(OSError):
                os.set_blocking(descriptor, True)  # the description is shared with whoever started us
            if transport is None:
                os.close(descriptor)
            else:
                transport.close()


async def _connect_reader(descriptor: int) -> tuple[asyncio.StreamReader, asyncio.ReadTransport]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    try:
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
        )
    except (OSError, ValueError, NotImplementedError) as error:
        raise PipesUnavailableError(f"standard input: {error}") from error
    return reader, transport


async def _connect_writer(descriptor: int) -> tuple[asyncio.StreamWriter, asyncio.WriteTransport]:
    loop = asyncio.get_running_loop()
    protocol = asyncio.StreamReaderProtocol(asyncio.StreamReader())
    try:
        transport, _ = await loop.connect_write_pipe(lambda: protocol, os.fdopen(descriptor, "wb", 0))
    except (OSError, ValueError, NotImplementedError) as error:
        raise PipesUnavailableError(f"standard output: {error}") from error
    return asyncio.StreamWriter(transport, protocol, None, loop), transport
