"""Invalid HTTP, and HTTP that no client should send: framing, paths, methods, smuggling and large bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from security.wire import Wire, exchange, get, head, initialize, post
from server_process import request

if TYPE_CHECKING:
    from security.conftest import Victim

POST_MCP = "POST /mcp HTTP/1.1"
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = head(POST_MCP, "Transfer-Encoding: chunked")

INVALID = {
    "length and chunks": head(POST_MCP, "Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "two equal lengths": head(POST_MCP, "Content-Length: 2", "Content-Length: 2") + b"{}",
    "two lengths": head(POST_MCP, "Content-Length: 2", "Content-Length: 3") + b"{}",
    "a negative length": head(POST_MCP, "Content-Length: -2") + b"{}",
    "a signed length": head(POST_MCP, "Content-Length: +2") + b"{}",
    "a length of 40 digits": head(POST_MCP, f"Content-Length: {'9' * 40}") + b"{}",
    "a hexadecimal length": head(POST_MCP, "Content-Length: 0x2") + b"{}",
    "a chunk without a size": CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
    "a negative chunk": CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n",
    "a chunk of 68 bits": CHUNKED + b"f" * 17 + b"\r\n{}\r\n",
    "an unknown transfer encoding": head(POST_MCP, "Transfer-Encoding: xchunked") + b"0\r\n\r\n",
    "chunked before gzip": head(POST_MCP, "Transfer-Encoding: chunked, gzip") + b"0\r\n\r\n",
    "a folded header": HEALTH + b"X: a\r\n b\r\n\r\n",
    "a folded host": HEALTH + b" .evil.example\r\n\r\n",
    "NUL in a value": HEALTH + b"X: a\0b\r\n\r\n",
    "CR in a value": HEALTH + b"X: a\rb\r\n\r\n",
    "LF in a value": HEALTH + b"X: a\nY: b\r\n\r\n",
    "LF alone": b"GET /healthz HTTP/1.1\nHost: localhost\n\n",
    "a space before the colon": b"GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "a header without a name": HEALTH + b": a\r\n\r\n",
    "an unknown method": head("BREW /mcp HTTP/1.1"),
    "a method in lower case": head("get /healthz HTTP/1.1"),
    "a tunnel": head("CONNECT evil.example:443 HTTP/1.1"),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an unknown version": head("GET /healthz HTTP/9.9"),
    "no target": b"GET\r\n\r\n",
    "a target without its path": head("GET ?a=b HTTP/1.1"),
    "a target outside ASCII": head("GET /m\xe9 HTTP/1.1"),
    "a space in the target": head("GET /mcp x HTTP/1.1"),
    "a broken host in the target": head("GET http://[::1/healthz HTTP/1.1"),
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 600,
}
UPGRADE = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")


@pytest.mark.parametrize("name", INVALID)
def test_invalid_http_is_refused_and_the_connection_closed(victim: Victim, name: str) -> None:
    with Wire(victim.url) as wire:
        wire.send(INVALID[name])
        assert wire.status() == 400
        assert wire.rest() == b""


def test_invalid_http_after_a_valid_request_closes_the_connection(victim: Victim) -> None:
    with Wire(victim.url) as wire:
        wire.send(get("/healthz"))
        assert wire.status() == 200
        wire.send(INVALID["no target"])
        assert wire.status() == 400
        assert wire.rest() == b""


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (get("/healthz", f"X: {'a' * 100_000}"), 431),
        (get("/healthz", *(f"X-{number}: a" for number in range(5_000))), 431),
        (get("/healthz?" + "a" * 60_000, f"X: {'a' * 10_000}"), 431),
        (get("/" + "a" * 100_000), 400),
        (get("/healthz", "Host: evil.example"), 421),
        (get("/healthz", "Host: localhost"), 421),
        (get("/healthz", host=None), 421),
        (get("/healthz", host=""), 421),
        (head("GET /healthz HTTP/1.0", host=None), 421),
        (b"GET /healthz\r\n\r\n", 421),
        (head("GET http://evil.example/healthz HTTP/1.1"), 421),
        (head("GET http://localhost@evil.example/healthz HTTP/1.1"), 421),
        (head("GET http://localhost/healthz HTTP/1.1", host="evil.example"), 200),  # RFC 9112, 3.2.2
        (head("TRACE /mcp HTTP/1.1"), 405),
        (head("CONNECT /mcp HTTP/1.1"), 400),
        (head("PUT /mcp HTTP/1.1"), 405),
        (head("PATCH /mcp HTTP/1.1"), 405),
        (head("DELETE /sse HTTP/1.1"), 405),
        (post(initialize(), path="/sse"), 405),  # by this a client of both transports knows the older one
        (get("/messages/"), 405),
        (get("/mcp", *UPGRADE), 406),
        (get("/mcp", "Connection: Upgrade", "Upgrade: h2c"), 406),
        # Java's client offers HTTP/2 with the first request of each connection.
        (post(initialize(), "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: A"), 200),
    ],
    ids=lambda value: str(value[:40]) if isinstance(value, bytes) else str(value),
)
def test_valid_http_that_is_not_served_gets_its_status(victim: Victim, sent: bytes, status: int) -> None:
    answer = victim.treat(sent)
    assert answer.status == status
    assert ("allow" in answer.headers) is (status == 405)


@pytest.mark.parametrize(
    "path",
    [
        *("//mcp", "/mcp/../metrics", "/%2e%2e/metrics", "/mcp%00", "/mcp;a=b", "/%ff%fe", "/mcp//"),
        *("/MCP", "/.env", "/mcp/.", "/sse/../mcp", "/messages/x", "/%2fmcp", "*"),
        *("/mcp%0a", "/sse%0A", "/messages/%0a"),
    ],
)
def test_path_that_resembles_a_served_one_is_not_found(victim: Victim, path: str) -> None:
    assert victim.treat(get(path)).status == 404


def test_response_to_head_has_no_body(victim: Victim) -> None:
    assert victim.treat(head("HEAD /mcp HTTP/1.1"), bodiless=True).status == 405


def test_pipelined_requests_are_answered_in_turn(victim: Victim) -> None:
    with Wire(victim.url) as wire:
        wire.send(get("/healthz") + post(request("ping")) + get("/nothing") + get("/healthz"))
        assert [wire.status() for _ in range(4)] == [200, 400, 404, 200]


@pytest.mark.parametrize("key", ["Authorization: Bearer key-of-ada", "X: none"])
@pytest.mark.parametrize(
    "path", ["/mcp", "/messages/", "/sse", "/healthz", "/readyz", "/metrics", "/nowhere"]
)
def test_late_body_is_never_taken_for_the_next_request(victim: Victim, path: str, key: str) -> None:
    """Behind a proxy the next request of a connection is another user's."""
    smuggled = get("/smuggled", key)
    with Wire(victim.url) as shared:
        shared.send(head(f"POST {path} HTTP/1.1", key, f"Content-Length: {len(smuggled)}"))
        for _ in range(3):  # by then the server has read the head, and answered it if it will
            exchange(victim.url, get("/healthz"))
        shared.send(smuggled + get("/metrics", "Connection: close"))
        first = shared.answer()
        assert first is not None
        if first.headers.get("connection") == "close":
            assert shared.rest() == b""
            return
        second = shared.answer()
        assert second is not None
        assert b"vapi_sessions_tool_calls_total" in second.body
        assert shared.rest() == b""


def test_client_may_wait_for_100_continue(victim: Victim) -> None:
    first, end, body = post(initialize(), "Expect: 100-continue").partition(b"\r\n\r\n")
    with Wire(victim.url) as wire:
        wire.send(first + end)
        may = wire.head()
        assert may is not None
        assert may.status == 100
        wire.send(body)
        assert wire.status() == 200
