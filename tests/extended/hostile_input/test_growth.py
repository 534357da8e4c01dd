"""Hostile clients leave nothing behind in the server, however often they connect."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from security.wire import Wire, calling, exchange, get, head, message, modern, post
from served import serving_http
from server_process import LONGEST

if TYPE_CHECKING:
    from collections.abc import Generator

    from served import Served

REPETITIONS = 500
MOST_GROWTH = 6 * 1024
"""KiB by which a process may be larger afterwards: what an allocator keeps, and nothing that adds up."""

KINDS = {
    "no HTTP": b"\x00\x01\x02\r\n\r\n",
    "a head too large": get("/mcp", f"X: {'a' * 100_000}"),
    "two lengths": head("POST /mcp HTTP/1.1", "Content-Length: 2", "Content-Length: 3") + b"{}",
    "another host": get("/mcp", host="evil.example"),
    "no path": get("/" + "a" * 5_000),
    "no JSON": post(b"["),
    "no message": post(b"[1]"),
    "no session": post(message("ping"), "Mcp-Session-Id: " + "a" * 5_000),
    "a session refused": post(message("ping")),
    "a lie in the head": modern("tools/list").replace(b"Mcp-Method: tools/list", b"Mcp-Method: ping"),
    "no tool": calling("drop_tables", {}),
    "an odd argument": calling("list_sessions", {"limit": "a" * 5_000}),
    "an upgrade": get("/mcp", "Connection: Upgrade", "Upgrade: websocket"),
    "a post beside no stream": post(message("ping"), path=f"/messages/?session_id={'0' * 32}"),
}


@pytest.fixture(scope="module")
def served() -> Generator[Served]:
    """A server of its own, warmed up."""
    with serving_http("--sandbox") as running:
        for kind in KINDS.values():
            repeat(running, kind, 50)
        yield running


def size(served: Served) -> int:
    """Return how large the process is, in KiB."""
    status = Path(f"/proc/{served.process.pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1])


def descriptors(served: Served) -> int:
    """Return how many files and sockets it has open."""
    return len(list(Path(f"/proc/{served.process.pid}/fd").iterdir()))


def repeat(served: Served, kind: bytes, times: int) -> None:
    """Send something on new connections: the odd ones wait for an answer, the others leave at once."""
    for number in range(times):
        with Wire(served.url) as wire:
            wire.send(kind)
            if number % 2:
                wire.answer()


@pytest.mark.parametrize("name", KINDS)
def test_the_server_does_not_grow(served: Served, name: str) -> None:
    before, open_before = size(served), descriptors(served)
    repeat(served, KINDS[name], REPETITIONS)
    assert exchange(served.url, calling("list_sessions", {})).status == 200
    ends = time.monotonic() + LONGEST
    while descriptors(served) > open_before:
        assert time.monotonic() < ends, "connections are left open"
    assert size(served) - before < MOST_GROWTH
    assert "Traceback" not in served.log()
