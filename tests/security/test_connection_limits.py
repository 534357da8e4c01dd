"""The limits of a connection, on either of uvicorn's protocols: the faster one is not everywhere."""

from __future__ import annotations

import inspect
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
from uvicorn.protocols.http.h11_impl import H11Protocol

from fake_upstream import serving_config
from security.wire import Wire, get, head
from server_process import LONGEST
from vapi_sessions_mcp.http.connection import LARGEST_HEAD, ConnectionConfig, LimitedProtocol
from vapi_sessions_mcp.http.fast_parser import FastParserProtocol

if TYPE_CHECKING:
    from collections.abc import Generator

    from starlette.types import Receive, Scope, Send

SHORT = 0.1
LIMITS = LimitedProtocol.__mro__[1]
CAPACITY = 3
UPGRADE = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c")


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Respond with the body; /hasty before it is read, /small and /large with zeros, /never not at all."""
    body = b""
    if scope["path"] == "/never":
        await receive()
        await receive()
        return
    if scope["path"] != "/hasty":
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
    body = bytes({"/large": 30_000_000, "/small": 60_000}.get(scope["path"], 0)) or body
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


class Watched:
    """Notes the end of a connection."""

    lost: threading.Event

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
        self.lost.set()


@contextmanager
def serving_echo(
    protocol: Any, seconds: float, lost: threading.Event | None = None, **more: Any
) -> Generator[str]:
    """Serve on a protocol, with a small buffer for what is sent and not read."""
    limits = {"slowest_head": seconds, "slowest_reader": seconds, "timeout_keep_alive": seconds, **more}
    config = ConnectionConfig(
        echo, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1, **limits
    )
    config.http = type("Limited", (Watched, LIMITS, protocol), {"lost": lost or threading.Event()})
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        with serving_config(config, listener) as url:
            yield url


@pytest.fixture(scope="module", params=[FastParserProtocol, H11Protocol])
def protocol(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(scope="module")
def url(protocol: Any) -> Generator[str]:
    """A server for few clients that waits longer than they do."""
    with serving_echo(protocol, 2 * LONGEST, most_connections=CAPACITY) as running:
        yield running


@pytest.fixture(scope="module")
def impatient(protocol: Any) -> Generator[str]:
    """A server that does not wait."""
    with serving_echo(protocol, SHORT) as running:
        yield running


def test_large_bodies_in_parts_follow_each_other(url: str) -> None:
    part = b"a" * (LARGEST_HEAD // 2)
    with Wire(url) as wire:
        for _ in range(2):
            wire.send(head("POST / HTTP/1.1", f"Content-Length: {8 * len(part)}", *UPGRADE))
            for _ in range(8):
                wire.send(part)
            answer = wire.answer()
            assert answer is not None
            assert len(answer.body) == 8 * len(part)


@pytest.mark.parametrize("beginning", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nX: a\r\n"])
def test_slow_head_ends_the_connection(impatient: str, beginning: bytes) -> None:
    with Wire(impatient) as wire:
        wire.send(beginning)
        assert wire.status() == 408
        assert wire.rest() == b""


def test_more_bytes_of_a_head_do_not_extend_its_time(impatient: str) -> None:
    with Wire(impatient) as wire:
        wire.socket.settimeout(SHORT / 10)
        wire.send(b"GET / HTTP/1.1\r\n")
        received = b""
        for _ in range(5_000):  # far more than fit into the time, far less than fit into the size
            wire.send(b"X: a\r\n")
            with suppress(TimeoutError):
                received = wire.socket.recv(12)
                break
        assert received == b"HTTP/1.1 408"


def test_slow_head_of_a_later_request_ends_the_connection(protocol: Any) -> None:
    with serving_echo(protocol, 1.0, timeout_keep_alive=LONGEST) as url, Wire(url) as wire:
        wire.send(get("/"))
        assert wire.status() == 200
        wire.send(b"GET / HTTP/1.1\r\n")
        assert wire.status() == 408


def test_head_that_is_too_large_ends_the_connection(url: str) -> None:
    with Wire(url) as wire:
        wire.send(b"GET / HTTP/1.1\r\n")
        for _ in range(200):
            wire.send(b"X: " + b"a" * 1_000 + b"\r\n")
        assert wire.status() in (431, 400)
        wire.rest()


def test_large_head_during_a_response_ends_the_connection(url: str, protocol: Any) -> None:
    if protocol is H11Protocol:
        pytest.skip("this parser reads no further until it has answered")
    with Wire(url) as wire:
        wire.send(get("/never") + b"GET / HTTP/1.1\r\nX: a")
        for _ in range(200):
            wire.send(b"a" * 10_000)
        assert wire.rest() == b""


@pytest.mark.parametrize("path", ["/large", "/small"])
@pytest.mark.parametrize("last", [(), ("Connection: close",)])
def test_client_that_does_not_read_is_disconnected(protocol: Any, path: str, last: tuple[str, ...]) -> None:
    """A small response does not make the server pause writing; closing must not wait for it either."""
    lost = threading.Event()
    with serving_echo(protocol, SHORT, lost) as url, Wire(url, narrow=True) as wire:
        wire.send(get(path, *last))
        assert wire.head() is not None
        assert lost.wait(LONGEST)
        assert len(wire.rest()) < (30_000_000 if path == "/large" else 60_000)


def test_response_before_the_end_of_the_body_ends_the_connection(url: str) -> None:
    with Wire(url) as wire:
        wire.send(head("POST /hasty HTTP/1.1", "Content-Length: 100") + b"abc")
        assert wire.status() == 200
        assert wire.rest() == b""


def test_connection_above_the_capacity_is_refused_and_the_others_are_served(url: str) -> None:
    wires = [Wire(url) for _ in range(CAPACITY)]
    for wire in wires:
        wire.send(get("/"))
        assert wire.status() == 200
    for _ in range(5):
        with Wire(url) as late:
            answer = late.answer()
            assert answer is not None
            assert (answer.status, answer.headers["retry-after"]) == (503, "1")
            assert late.rest() == b""
    for wire in wires:
        wire.send(get("/", "Connection: close"))
        assert wire.status() == 200
        assert wire.rest() == b""
        wire.socket.close()


def test_shipped_limits() -> None:
    shipped = inspect.signature(ConnectionConfig.__init__).parameters
    assert shipped["most_connections"].default == 1_000
    assert shipped["slowest_head"].default == 10.0
    assert shipped["slowest_reader"].default == 30.0
    assert LARGEST_HEAD == 64 * 1024
