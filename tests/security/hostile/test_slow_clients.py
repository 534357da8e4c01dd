"""Clients that take their time: each holds a connection, and none for ever."""

from __future__ import annotations

import inspect
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from security.hostile.short_limits import SHORT, limited
from security.hostile.wire import Wire, calling, exchange, get, head, initialize, modern, post
from vapi_sessions_mcp.http.application import Bounds
from vapi_sessions_mcp.http.connection import LARGEST_HEAD, ConnectionConfig

if TYPE_CHECKING:
    from collections.abc import Generator

SOON = 5.0
"""Seconds in which a short limit must have ended a connection, however busy the machine is."""

BEGINNINGS = {
    "silence": b"",
    "half a line": b"GET /he",
    "headers that do not end": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\r\n",
}


@pytest.fixture(scope="module")
def url() -> Generator[str]:
    """A server with short limits, which serves after every test."""
    with limited(bounds=Bounds(slowest_body=SHORT)) as running:
        yield running


@pytest.fixture(autouse=True)
def _serves_afterwards(url: str) -> Generator[None]:
    yield
    assert exchange(url, calling("list_sessions", {})).status == 200


@pytest.mark.parametrize("name", BEGINNINGS)
def test_whoever_does_not_get_to_the_end_of_the_headers_is_told_and_cut_off(url: str, name: str) -> None:
    begun = time.monotonic()
    with Wire(url) as wire:
        wire.send(BEGINNINGS[name])
        answer = wire.answer()
        assert answer is not None
        assert answer.status == 408
        assert wire.rest() == b""
    assert time.monotonic() - begun < SOON


def test_a_byte_now_and_then_does_not_prolong_it(url: str) -> None:
    begun = time.monotonic()
    with Wire(url) as wire:
        wire.socket.settimeout(SHORT / 10)
        wire.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
        come = b""
        while not come.endswith(b"\r\n\r\n"):
            assert time.monotonic() - begun < SOON
            wire.send(b"X: a\r\n")
            try:
                come += wire.socket.recv(4096)
            except TimeoutError:
                continue
        assert come.startswith(b"HTTP/1.1 408")


def test_the_second_request_of_a_connection_is_held_to_it_too(url: str) -> None:
    with Wire(url) as wire:
        wire.send(get("/healthz"))
        assert wire.answer() is not None
        wire.send(b"GET /healthz HTTP/1.1\r\n")
        answer = wire.answer()
        assert answer is not None
        assert answer.status == 408


def test_headers_that_never_end_are_cut_off_by_their_size(url: str) -> None:
    with Wire(url) as wire:
        for _ in range(100):
            wire.send(b"X: " + b"a" * 10_000 + b"\r\n" if _ else b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        answer = wire.answer()
        assert answer is not None
        assert answer.status in (431, 400)
        assert wire.rest() == b""


def test_a_body_that_does_not_come_is_not_waited_for(url: str) -> None:
    begun = time.monotonic()
    with Wire(url) as wire:
        wire.send(head("POST /mcp HTTP/1.1", "Content-Length: 100") + b"{")
        answer = wire.answer()
        assert answer is not None
        assert answer.status == 408
        assert answer.json["error"]["kind"] == "too_slow"
        assert wire.rest() == b""
    assert time.monotonic() - begun < SOON


def test_a_connection_that_nobody_uses_is_closed(url: str) -> None:
    with Wire(url) as wire:
        wire.send(get("/healthz"))
        assert wire.answer() is not None
        assert wire.rest() == b""


class TestWhoDoesNotRead:
    def test_is_cut_off(self, url: str) -> None:
        """Their requests fill the way in when nothing is read on the way out; then they are cut off."""
        with Wire(url, narrow=True) as wire, pytest.raises(ConnectionError):
            wire.socket.sendall(modern("tools/list") * 40_000)

    @pytest.mark.parametrize("last", [(), ("Connection: close",)])
    def test_is_cut_off_even_when_too_little_waits_to_make_writing_pause(
        self, url: str, last: tuple[str, ...]
    ) -> None:
        before = connections(url)
        with Wire(url, narrow=True) as wire:
            wire.send(modern("tools/list") * 3 + modern("tools/list", None, *last))
            wire.socket.recv(1)  # it is being answered
            ends = time.monotonic() + SOON
            while connections(url) > before:
                assert time.monotonic() < ends


def connections(url: str) -> int:
    """Return how many connections to a port this process has accepted and not closed."""
    port = int(url.rpartition(":")[2])
    rows = [line.split() for line in Path("/proc/self/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "01" for row in rows)


def test_a_stream_does_not_let_headers_without_end_pass(url: str) -> None:
    """While one request is answered, the next may be sent; its head is not held without bounds either."""
    session = exchange(url, post(initialize())).headers["mcp-session-id"]
    with Wire(url) as wire:
        lines = (
            f"Mcp-Session-Id: {session}",
            "Mcp-Protocol-Version: 2025-11-25",
            "Accept: text/event-stream",
        )
        wire.send(get("/mcp", *lines))
        stream = wire.head()
        assert stream is not None
        assert stream.status == 200
        wire.send(b"GET / HTTP/1.1\r\nX: " + b"a" * (2 * LARGEST_HEAD))
        wire.send(b"a" * (2 * LARGEST_HEAD))
        wire.rest()


def test_the_limits_that_are_shipped_are_bounds() -> None:
    shipped = inspect.signature(ConnectionConfig.__init__).parameters
    assert shipped["most_connections"].default == 1_000
    assert shipped["slowest_head"].default == 10.0
    assert shipped["slowest_reader"].default == 30.0
    assert LARGEST_HEAD == 64 * 1024
    bounds = Bounds()
    assert (bounds.largest_body, bounds.slowest_body) == (4 * 1024 * 1024, 30.0)
    assert (bounds.room.requests, bounds.room.streams) == (256, 500)
