"""The pipes: lines in and out without threads, and nothing else on the wire."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest

from vapi_sessions_mcp.pipes import (
    FileWriter,
    LineTooLongError,
    Pipes,
    PipesUnavailableError,
    standard_pipes,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

LIMIT = 64
POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX descriptors")


@asynccontextmanager
async def connected() -> AsyncGenerator[tuple[Pipes, socket.socket]]:
    """Give pipes that read lines of at most 64 bytes, and the socket at their other end."""
    near, far = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=near, limit=LIMIT)
    try:
        yield Pipes(reader, writer), far
    finally:
        writer.close()
        await writer.wait_closed()
        far.close()


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (b"one\ntwo\n", [b"one\n", b"two\n", b""]),
        (b"one\ntwo", [b"one\n", b"two", b""]),
        (b"x" * (LIMIT + 1) + b"\nnext\n", [None, b"next\n"]),
        (b"x" * 5_000 + b"\nnext\n", [None, b"next\n"]),
        (b"x" * 5_000, [None, b""]),
    ],
    ids=["lines", "last-without-end", "too-long", "far-too-long", "endless"],
)
async def test_lines_come_one_by_one_and_long_ones_are_skipped(
    said: bytes, lines: list[bytes | None]
) -> None:
    async with connected() as (pipes, far):
        far.sendall(said)
        far.shutdown(socket.SHUT_WR)
        for line in lines:
            if line is None:
                with pytest.raises(LineTooLongError):
                    await pipes.read_line()
            else:
                assert await pipes.read_line() == line


async def test_long_line_that_comes_in_parts_is_skipped_and_a_reset_is_the_end() -> None:
    reader = asyncio.StreamReader(limit=LIMIT)
    pipes = Pipes(reader, Mock())
    reading = asyncio.create_task(pipes.read_line())
    for part in (b"x" * 200, b"x" * 200, b"x\nnext\n"):
        reader.feed_data(part)
        for _ in range(5):
            await asyncio.sleep(0)
    with pytest.raises(LineTooLongError):
        await reading
    assert await pipes.read_line() == b"next\n"
    reader.set_exception(ConnectionResetError())
    assert await pipes.read_line() == b""


async def test_line_is_written_as_it_is() -> None:
    async with connected() as (pipes, far):
        await pipes.write_line(b"hello\n")
        assert far.recv(100) == b"hello\n"


class TestWritingToAFile:
    async def test_line_is_in_the_file_when_it_is_written(self, tmp_path: Path) -> None:
        path = tmp_path / "out"
        writer = FileWriter(path.open("wb", buffering=0))
        writer.write(b"hello\n")
        await writer.drain()
        assert path.read_bytes() == b"hello\n"
        assert not writer.is_closing()
        writer.close()
        assert writer.is_closing()

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
    def test_full_disk_is_an_error(self) -> None:
        with Path("/dev/full").open("wb", buffering=0) as wire, pytest.raises(OSError, match="No space left"):
            FileWriter(wire).write(b"hello\n")


@pytest.fixture
def replace(capfd: pytest.CaptureFixture[str]) -> Generator[Callable[[int, int], None]]:
    """Replaces standard input and output by other descriptors until the end of the test."""
    assert capfd
    kept = os.dup(0), os.dup(1)

    def swap(incoming: int, outgoing: int) -> None:
        for given, number in ((incoming, 0), (outgoing, 1)):
            os.dup2(given, number)
            os.close(given)

    yield swap
    for number, descriptor in enumerate(kept):
        os.dup2(descriptor, number)
        os.close(descriptor)


async def write_for_ever(pipes: Pipes) -> None:
    while True:
        await pipes.write_line(b"hello\n")
        await asyncio.sleep(0)


def opened(path: Path | str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@POSIX
class TestStandardPipes:
    async def test_whatever_else_is_printed_misses_the_wire(
        self, replace: Callable[[int, int], None], capfd: pytest.CaptureFixture[str]
    ) -> None:
        (incoming, ours_in), (ours_out, outgoing) = os.pipe(), os.pipe()
        replace(incoming, outgoing)
        os.write(ours_in, b"hello\n")
        os.close(ours_in)
        async with standard_pipes() as pipes:
            line = await pipes.read_line()
            os.write(1, b"stray write\n")
            child = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", "print('stray child')")
            assert await child.wait() == 0
            await pipes.write_line(line)
            assert await pipes.read_line() == b""
        assert (os.get_blocking(0), os.get_blocking(1)) == (True, True)
        os.write(1, b"after\n")
        assert os.read(ours_out, 100) == b"hello\nafter\n"
        os.close(ours_out)
        assert capfd.readouterr().err.splitlines() == ["stray write", "stray child"]

    async def test_files_are_read_to_their_end_and_written_at_once(
        self, replace: Callable[[int, int], None], tmp_path: Path
    ) -> None:
        (tmp_path / "in").write_bytes(b"one\ntwo")
        replace(opened(tmp_path / "in", os.O_RDONLY), opened(tmp_path / "out", os.O_WRONLY | os.O_CREAT))
        async with standard_pipes() as pipes:
            while line := await pipes.read_line():
                await pipes.write_line(line)
        os.write(1, b"\nafter")
        assert (tmp_path / "out").read_bytes() == b"one\ntwo\nafter"

    async def test_null_device_is_at_its_end_and_takes_everything(
        self, replace: Callable[[int, int], None]
    ) -> None:
        replace(opened(os.devnull, os.O_RDONLY), opened(os.devnull, os.O_WRONLY))
        async with standard_pipes() as pipes:
            assert await pipes.read_line() == b""
            await pipes.write_line(b"hello\n")

    async def test_client_that_no_longer_reads_ends_the_connection(
        self, replace: Callable[[int, int], None]
    ) -> None:
        (incoming, ours_in), (ours_out, outgoing) = os.pipe(), os.pipe()
        replace(incoming, outgoing)
        async with standard_pipes() as pipes:
            os.close(ours_out)
            with pytest.raises(ConnectionError):
                await write_for_ever(pipes)
        os.close(ours_in)

    @pytest.mark.parametrize("without", ["connect_read_pipe", "connect_write_pipe"])
    async def test_loop_without_pipes_makes_them_unavailable(
        self, replace: Callable[[int, int], None], monkeypatch: pytest.MonkeyPatch, without: str
    ) -> None:
        async def missing(*_: Any) -> None:
            raise NotImplementedError("as on Windows")

        (incoming, ours_in), (ours_out, outgoing) = os.pipe(), os.pipe()
        replace(incoming, outgoing)
        monkeypatch.setattr(asyncio.get_running_loop(), without, missing)
        with pytest.raises(PipesUnavailableError, match=r"^standard (in|out)put: as on Windows"):
            async with standard_pipes():
                pass
        os.write(1, b"after\n")
        assert os.read(ours_out, 100) == b"after\n"
        for descriptor in (ours_in, ours_out):
            os.close(descriptor)
