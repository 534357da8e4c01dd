"""A connection's limits, beside either of uvicorn's protocols: the faster one is not everywhere."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from security.hostile.wire import Wire, get, head
from vapi_sessions_mcp.http.connection import LARGEST_HEAD, ConnectionConfig, LimitedProtocol
from vapi_sessions_mcp.http.fast_parser import FastParserProtocol

if TYPE_CHECKING:
    from collections.abc import Generator

    from starlette.types import Receive, Scope, Send

SHORT = 0.2
LIMITS = LimitedProtocol.__mro__[1]


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the body; below `/hasty` before it is there, below `/large` with much, `/never` never."""
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
    body = bytes(30_000_000) if scope["path"] == "/large" else body
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module", params=[FastParserProtocol, H11Protocol])
def url(request: pytest.FixtureRequest) -> Generator[str]:
    """A server on each of them."""
    config = ConnectionConfig(
        echo,
        most_connections=3,
        slowest_head=SHORT,
        slowest_reader=SHORT,
        log_config=None,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=5,
    )
    config.http = type("Limited", (LIMITS, request.param), {})
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def status(wire: Wire) -> Any:
    """Return the next answer's status."""
    answer = wire.answer()
    assert answer is not None
    return answer.status


def test_requests_follow_each_other(url: str) -> None:
    with Wire(url) as wire:
        for _ in range(3):
            wire.send(head("POST / HTTP/1.1", "Content-Length: 3") + b"abc")
            answer = wire.answer()
            assert answer is not None
            assert answer.body == b"abc"


def test_a_body_is_no_head_however_large_and_slow(url: str) -> None:
    part = b"a" * (LARGEST_HEAD // 2)
    with Wire(url) as wire:
        wire.send(head("POST / HTTP/1.1", f"Content-Length: {8 * len(part)}"))
        for _ in range(8):
            wire.send(part)
        answer = wire.answer()
        assert answer is not None
        assert len(answer.body) == 8 * len(part)


@pytest.mark.parametrize("beginning", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nX: a\r\n"])
def test_a_head_must_come_in_time(url: str, beginning: bytes) -> None:
    with Wire(url) as wire:
        wire.send(beginning)
        assert status(wire) == 408
        assert wire.rest() == b""


def test_a_head_must_not_be_too_large(url: str) -> None:
    with Wire(url) as wire:
        wire.send(b"GET / HTTP/1.1\r\n")
        for _ in range(200):
            wire.send(b"X: " + b"a" * 1_000 + b"\r\n")
        assert status(wire) in (431, 400)
        wire.rest()


def test_neither_must_the_next_one_while_an_answer_is_on_its_way(
    url: str, request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["url"] is H11Protocol:
        pytest.skip("this parser reads no further until it has answered")
    with Wire(url) as wire:
        wire.send(get("/never") + b"GET / HTTP/1.1\r\nX: a")
        for _ in range(200):
            wire.send(b"a" * 10_000)
        assert wire.rest() == b""


def test_an_answer_must_be_read(url: str) -> None:
    with Wire(url, narrow=True) as wire:
        wire.send(get("/large"))
        assert wire.head() is not None
        ended = threading.Event()
        threading.Timer(4 * SHORT, ended.set).start()
        assert ended.wait(5)
        assert len(wire.rest()) < 30_000_000


def test_an_answer_before_the_bodys_end_ends_the_connection(url: str) -> None:
    with Wire(url) as wire:
        wire.send(head("POST /hasty HTTP/1.1", "Content-Length: 100") + b"abc")
        assert status(wire) == 200
        assert wire.rest() == b""


def test_a_wish_for_another_protocol_is_passed_over(url: str) -> None:
    wish = head("POST / HTTP/1.1", "Content-Length: 3", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c")
    with Wire(url) as wire:
        for _ in range(2):
            wire.send(wish + b"abc")
            answer = wire.answer()
            assert answer is not None
            assert answer.body == b"abc"


def test_a_body_that_speaks_of_upgrades_stays_as_it_is(url: str) -> None:
    body = b"\r\nUpgrade: this\r\n\r\n"
    with Wire(url) as wire:
        wire.send(head("POST / HTTP/1.1", f"Content-Length: {len(body) + 1}") + b"\n")
        wire.send(body)
        answer = wire.answer()
        assert answer is not None
        assert answer.body == b"\n" + body


def test_there_are_only_so_many(url: str) -> None:
    with Wire(url) as one, Wire(url) as two, Wire(url) as three:
        for wire in (one, two, three):
            wire.send(get("/"))
            assert status(wire) == 200
        with Wire(url) as late:
            answer = late.answer()
            assert answer is not None
            assert (answer.status, answer.headers["retry-after"]) == (503, "1")
            assert late.rest() == b""
        one.send(get("/"))
        assert status(one) == 200
