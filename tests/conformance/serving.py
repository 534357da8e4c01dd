"""The real server over HTTP as a real subprocess, from its first line to its end."""

from __future__ import annotations

import queue
import re
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from server_process import COMMAND, LONGEST, environment

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

_LISTENING = re.compile(r"http://\S+/mcp\b")


@dataclass(frozen=True)
class Listening:
    """A server that listens.

    Args:
        url: Of its Streamable HTTP transport.
        pid: Of its process.
    """

    url: str
    pid: int


@contextmanager
def serving(*arguments: str, command: Sequence[str] = COMMAND, **variables: str) -> Generator[Listening]:
    """Start the server, wait until it listens, and end it.

    Args:
        arguments: After the program's name.
        command: The program, the server itself when left out.
        **variables: Of its environment, beside those of this process.

    Raises:
        RuntimeError: It ended, or was silent for too long, before it listened.
    """
    process = subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(**variables),
        text=True,
    )
    assert process.stderr is not None
    told: queue.Queue[str] = queue.Queue()
    reading = threading.Thread(target=_listen, args=(process.stderr, told))
    reading.start()
    try:
        yield Listening(_url(told), process.pid)
    finally:
        _end(process)
        reading.join(LONGEST)
        process.stderr.close()


def _listen(stream: IO[str], told: queue.Queue[str]) -> None:
    """Read a log to its end, so that it never fills up; say where the server listens, or all else it said."""
    said = ""
    for line in stream:
        if found := _LISTENING.search(line):
            told.put(found[0])
        said = (said + line)[-2000:]
    told.put(f"the server ended: {said}")


def _url(told: queue.Queue[str]) -> str:
    try:
        url = told.get(timeout=LONGEST)
    except queue.Empty:
        raise RuntimeError(f"the server did not listen within {LONGEST:g} s") from None
    if not _LISTENING.fullmatch(url):
        raise RuntimeError(url)
    return url


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(LONGEST)
