"""The pipes: lines in and out without threads, and nothing else on the wire."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from server_process import ServerProcess
from vapi_sessions_mcp.pipes import FileWriter, LineTooLongError, Pipes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from typing import IO

LIMIT = 64


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


class TestReading:
    async def test_lines_come_one_by_one_and_then_nothing(self) -> None:
        async with connected() as (pipes, far):
            far.sendall(b"one\ntwo\n")
            far.shutdown(socket.SHUT_WR)
            assert [await pipes.read_line() for _ in range(3)] == [b"one\n", b"two\n", b""]

    async def test_a_last_line_without_its_end_is_one(self) -> None:
        async with connected() as (pipes, far):
            far.sendall(b"one\ntwo")
            far.shutdown(socket.SHUT_WR)
            assert [await pipes.read_line() for _ in range(3)] == [b"one\n", b"two", b""]

    @pytest.mark.parametrize("length", [LIMIT + 1, 10 * LIMIT, 5_000])
    async def test_a_line_too_long_is_skipped_whole(self, length: int) -> None:
        async with connected() as (pipes, far):
            far.sendall(b"x" * length + b"\nnext\n")
            with pytest.raises(LineTooLongError):
                await pipes.read_line()
            assert await pipes.read_line() == b"next\n"

    async def test_one_that_never_ends_is_skipped_to_the_end_of_the_input(self) -> None:
        async with connected() as (pipes, far):
            far.sendall(b"x" * 10 * LIMIT)
            far.shutdown(socket.SHUT_WR)
            with pytest.raises(LineTooLongError):
                await pipes.read_line()
            assert await pipes.read_line() == b""


async def test_a_line_is_written_as_it_is() -> None:
    async with connected() as (pipes, far):
        await pipes.write_line(b"hello\n")
        assert far.recv(100) == b"hello\n"


ECHO = """
import os, subprocess, sys
import anyio
from vapi_sessions_mcp.pipes import PipesUnavailableError, standard_pipes

async def main():
    try:
        async with standard_pipes() as pipes:
            line = await pipes.read_line()
            print("stray print", flush=True)
            os.write(1, b"stray write\\n")
            subprocess.run([sys.executable, "-c", "print('stray child')"], check=True)
            await pipes.write_line(line)
    except PipesUnavailableError as error:
        print("unavailable:", error, flush=True)
    print("after", flush=True)
    sys.stderr.write(f"blocking {os.get_blocking(0)} {os.get_blocking(1)}\\n")

anyio.run(main)
"""


READ_ALL = """
import anyio
from vapi_sessions_mcp.pipes import standard_pipes

async def main():
    async with standard_pipes() as pipes:
        while line := await pipes.read_line():
            await pipes.write_line(line)

anyio.run(main)
"""

LOOP_WITHOUT_PIPES = """
import asyncio

class Loop(asyncio.SelectorEventLoop):
    async def {without}(self, *arguments):
        raise NotImplementedError("as on Windows")

anyio.run(main, backend_options={{"loop_factory": Loop}})
"""


def echo(script: str = ECHO, **streams: IO[bytes]) -> ServerProcess:
    """Start a script on the pipes, or files, that are given."""
    return ServerProcess(
        command=(sys.executable, "-c", script),
        stdin=streams.get("stdin", subprocess.PIPE),
        stdout=streams.get("stdout", subprocess.PIPE),
    )


class TestTheProcessesOwn:
    def test_whatever_else_is_printed_misses_the_wire(self) -> None:
        with ServerProcess(command=(sys.executable, "-c", ECHO)) as process:
            process.write(b"hello\n")
            assert process.line() == b"hello\n"
            assert process.line() == b"after\n"
            assert process.line() == b""
            assert process.status() == 0
            assert {"stray print", "stray write", "stray child"} <= set(process.log().splitlines())

    def test_they_are_given_back_as_they_were_found(self) -> None:
        with ServerProcess(command=(sys.executable, "-c", ECHO)) as process:
            process.end_input()
            assert process.line() == b"after\n"
            assert process.status() == 0
            assert "blocking True True" in process.log()

    def test_a_reader_that_is_gone_is_no_fault_at_the_end(self) -> None:
        with ServerProcess(command=(sys.executable, "-c", ECHO)) as process:
            assert process.process.stdout is not None
            process.process.stdout.close()
            process.write(b"hello\n")
            process.status()
            assert "Bad file descriptor" not in process.log()

    def test_a_file_as_input_is_read_to_its_end(self, tmp_path: Path) -> None:
        said = tmp_path / "said"
        said.write_bytes(b"one\ntwo")
        with said.open("rb") as file, echo(READ_ALL, stdin=file) as process:
            assert [process.line() for _ in range(3)] == [b"one\n", b"two", b""]
            assert process.status() == 0

    def test_a_file_as_output_holds_every_line_before_what_follows(self, tmp_path: Path) -> None:
        path = tmp_path / "out"
        with path.open("wb") as file, echo(stdout=file) as process:
            process.write(b"hello\n")
            assert process.status() == 0
            assert "stray print" in process.log()
        assert path.read_bytes() == b"hello\nafter\n"

    def test_the_null_device_as_input_is_at_its_end(self) -> None:
        with Path(os.devnull).open("rb") as null, echo(stdin=null) as process:
            assert process.line() == b"after\n"
            assert process.status() == 0

    def test_the_null_device_as_output_takes_everything(self) -> None:
        with Path(os.devnull).open("wb") as null, echo(stdout=null) as process:
            process.write(b"hello\n")
            assert process.status() == 0
            assert "Traceback" not in process.log()

    @pytest.mark.parametrize("without", ["connect_read_pipe", "connect_write_pipe"])
    def test_where_the_loop_knows_no_pipes_they_are_unavailable(self, without: str) -> None:
        script = ECHO.replace("anyio.run(main)", LOOP_WITHOUT_PIPES.format(without=without))
        with echo(script) as process:
            process.end_input()
            assert process.line().startswith(b"unavailable: standard ")
            assert process.line() == b"after\n"
            assert process.status() == 0


class TestWritingToAFile:
    async def test_all_of_a_line_is_out_when_it_is_written(self, tmp_path: Path) -> None:
        path = tmp_path / "out"
        with path.open("wb", buffering=0) as wire:
            writer = FileWriter(wire)
            writer.write(b"hello\n")
            await writer.drain()
            assert path.read_bytes() == b"hello\n"

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
    def test_a_full_disk_is_an_error_of_the_write(self) -> None:
        with Path("/dev/full").open("wb", buffering=0) as wire, pytest.raises(OSError, match="No space left"):
            FileWriter(wire).write(b"hello\n")

    def test_it_is_closed_with_its_file(self, tmp_path: Path) -> None:
        writer = FileWriter((tmp_path / "out").open("wb", buffering=0))
        assert not writer.is_closing()
        writer.close()
        assert writer.is_closing()
