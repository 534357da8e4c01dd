"""Requests that are no HTTP, or HTTP as no client should write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from security.hostile.wire import Wire, exchange, get, head, initialize, message, post

if TYPE_CHECKING:
    from security.hostile.conftest import Victim

OPENING = "POST /mcp HTTP/1.1"
HEALTH = "GET /healthz HTTP/1.1"

FRAMING = {
    "both lengths": head(OPENING, "Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "two equal lengths": head(OPENING, "Content-Length: 2", "Content-Length: 2") + b"{}",
    "two lengths": head(OPENING, "Content-Length: 2", "Content-Length: 3") + b"{}",
    "negative length": head(OPENING, "Content-Length: -2") + b"{}",
    "signed length": head(OPENING, "Content-Length: +2") + b"{}",
    "endless length": head(OPENING, f"Content-Length: {'9' * 40}") + b"{}",
    "a length in words": head(OPENING, "Content-Length: two") + b"{}",
    "a hexadecimal length": head(OPENING, "Content-Length: 0x2") + b"{}",
    "a chunk of no size": head(OPENING, "Transfer-Encoding: chunked") + b"zz\r\n{}\r\n0\r\n\r\n",
    "a negative chunk": head(OPENING, "Transfer-Encoding: chunked") + b"-2\r\n{}\r\n0\r\n\r\n",
    "an endless chunk": head(OPENING, "Transfer-Encoding: chunked") + b"f" * 17 + b"\r\n{}\r\n",
    "an unknown transfer encoding": head(OPENING, "Transfer-Encoding: xchunked") + b"0\r\n\r\n",
    "chunked, then something else": head(OPENING, "Transfer-Encoding: chunked, gzip") + b"0\r\n\r\n",
}
SPLITTING = {
    "folded": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
    "a folded host": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n .evil.example\r\n\r\n",
    "NUL in a value": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n",
    "CR in a value": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n",
    "LF in a value": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\nY: b\r\n\r\n",
    "LF alone": b"GET /healthz HTTP/1.1\nHost: localhost\n\n",
    "a space before the colon": b"GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "no name": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n: a\r\n\r\n",
    "no colon": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX\r\n\r\n",
}
FIRST_LINES = {
    "an unknown method": head("BREW /mcp HTTP/1.1"),
    "a method in lower case": head("get /healthz HTTP/1.1"),
    "a tunnel": head("CONNECT evil.example:443 HTTP/1.1"),
    "HTTP/2 at once": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no such version": head("GET /healthz HTTP/9.9"),
    "no target": b"GET\r\n\r\n",
    "a target without its path": head("GET ?a=b HTTP/1.1"),
    "a letter that is none of ASCII's": head("GET /m\xe9 HTTP/1.1"),
    "a space in the target": head("GET /mcp x HTTP/1.1"),
    "a broken host of its own": head("GET http://[::1/healthz HTTP/1.1"),
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 600,
    "nothing of any kind": b"\x00" * 200,
}


@pytest.mark.parametrize("name", [*FRAMING, *SPLITTING, *FIRST_LINES])
def test_what_is_no_http_is_refused_and_the_connection_ended(victim: Victim, name: str) -> None:
    with Wire(victim.url) as wire:
        wire.send({**FRAMING, **SPLITTING, **FIRST_LINES}[name])
        answer = wire.answer()
        assert answer is not None
        assert answer.status == 400
        assert wire.rest() == b""


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (get("/healthz", f"X: {'a' * 100_000}"), 431),
        (get("/healthz", *(f"X-{number}: a" for number in range(5_000))), 431),
        (get("/healthz", *(f"X: {'a' * 1000}" for _ in range(100))), 431),
        (get("/" + "a" * 60_000, f"X: {'a' * 10_000}"), 431),
        (get("/" + "a" * 100_000), 400),
        (get("/healthz?" + "a" * 60_000, f"X: {'a' * 10_000}"), 431),
        (get("/healthz", "Host: evil.example"), 421),
        (get("/healthz", "Host: localhost"), 421),
        (get("/healthz", host=None), 421),
        (get("/healthz", host=""), 421),
        (head("GET /healthz HTTP/1.0", host=None), 421),
        (b"GET /healthz\r\n\r\n", 421),
        (head("GET http://evil.example/healthz HTTP/1.1"), 421),
        (head("GET http://localhost@evil.example/healthz HTTP/1.1"), 421),
        (head("GET http://evil.example/healthz HTTP/1.1", "Host: localhost"), 421),
        (head("TRACE /mcp HTTP/1.1"), 405),
        (head("CONNECT /mcp HTTP/1.1"), 400),
        (head("PUT /mcp HTTP/1.1"), 405),
        (head("PATCH /mcp HTTP/1.1"), 405),
        (head("DELETE /sse HTTP/1.1"), 405),
        (post(initialize(), path="/sse"), 405),
        (get("/messages/"), 405),
        (get("/mcp", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"), 406),
        (get("/mcp", "Connection: Upgrade", "Upgrade: h2c"), 406),
    ],
)
def test_what_is_http_but_not_for_this_server_is_told_so(
    victim: Victim, request_: bytes, status: int
) -> None:
    assert victim.treat(request_).status == status


@pytest.mark.parametrize(
    "path",
    [
        *("//mcp", "/mcp/../metrics", "/%2e%2e/metrics", "/mcp%00", "/mcp;a=b", "/%ff%fe", "/mcp//"),
        *("/MCP", "/.env", "/mcp/.", "/sse/../mcp", "/messages/x", "/%2fmcp", "*"),
    ],
)
def test_a_path_that_only_looks_like_one_of_the_servers_leads_nowhere(victim: Victim, path: str) -> None:
    assert victim.treat(get(path)).status == 404


def test_a_target_may_name_its_host(victim: Victim) -> None:
    """A server must take targets of that form, and their own host for the one that is meant."""
    assert victim.treat(head("GET http://localhost/healthz HTTP/1.1", host="evil.example")).status == 200


def test_an_answer_to_head_has_no_body(victim: Victim) -> None:
    assert victim.treat(head("HEAD /mcp HTTP/1.1"), bodiless=True).status == 405


def test_requests_that_come_at_once_are_answered_in_turn(victim: Victim) -> None:
    with Wire(victim.url) as wire:
        wire.send(get("/healthz") + post(message("ping")) + get("/nothing") + get("/healthz"))
        answers = [wire.answer() for _ in range(4)]
        assert [answer and answer.status for answer in answers] == [200, 400, 404, 200]


def test_what_follows_a_good_request_and_is_none_ends_the_connection(victim: Victim) -> None:
    with Wire(victim.url) as wire:
        wire.send(get("/healthz"))
        assert wire.answer() is not None
        wire.send(b"no request\r\n\r\n")
        answer = wire.answer()
        assert answer is not None
        assert answer.status == 400
        assert wire.rest() == b""


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("path", ["/mcp", "/messages/"])
def test_a_body_of_another_type_is_refused_in_json(victim: Victim, kind: str | None, path: str) -> None:
    for request_ in (initialize(), message("ping")):
        answer = victim.treat(post(request_, path=path, kind=kind))
        assert (answer.status, answer.json["error"]["kind"]) == (415, "not_json")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_unsupported_version_in_a_protocol_session_is_named_by_its_header(
    victim: Victim, method: str
) -> None:
    opened = victim.treat(post(initialize()))
    lines = (f"Mcp-Session-Id: {opened.headers['mcp-session-id']}", "MCP-Protocol-Version: 1999")
    for request_ in (post(message("tools/list"), *lines), head(f"{method} /mcp HTTP/1.1", *lines)):
        answer = victim.treat(request_)
        assert answer.status == 400
        assert "MCP-Protocol-Version header" in answer.json["error"]["message"]


def test_nothing_is_served_in_a_protocol_session_whose_initialize_failed(victim: Victim) -> None:
    opened = victim.treat(post({**initialize(), "params": {}}))
    assert "error" in opened.json
    session = f"Mcp-Session-Id: {opened.headers['mcp-session-id']}"
    initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert victim.treat(post(initialized, session)).status == 202
    assert "error" in victim.treat(post(message("tools/list"), session)).json


def test_a_wish_for_another_protocol_costs_no_body(victim: Victim) -> None:
    """Java's client wishes for HTTP/2 with the first request of each connection."""
    lines = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAAB")
    answer = victim.treat(post(initialize(), *lines))
    assert answer.status == 200
    assert answer.json["result"]["serverInfo"]["name"] == "vapi-sessions-mcp"


def test_a_client_that_asks_first_whether_it_may_go_on_may(victim: Victim) -> None:
    whole = post(initialize(), "Expect: 100-continue")
    first, end, body = whole.partition(b"\r\n\r\n")
    with Wire(victim.url) as wire:
        wire.send(first + end)
        may = wire.head()
        assert may is not None
        assert may.status == 100
        wire.send(body)
        answer = wire.answer()
        assert answer is not None
        assert answer.status == 200


class TestBodies:
    LARGE = b" " * (4 * 1024 * 1024 + 1)

    def test_one_that_says_it_is_too_large_is_refused_readably(self, victim: Victim) -> None:
        answer = victim.treat(post(self.LARGE))
        assert answer.status == 413
        assert answer.json["error"]["kind"] == "too_large"

    def test_one_that_turns_out_too_large_is_too(self, victim: Victim) -> None:
        chunks = b"".join(b"100000\r\n" + b" " * 0x100000 + b"\r\n" for _ in range(5)) + b"0\r\n\r\n"
        opening = head(OPENING, "Transfer-Encoding: chunked", "Content-Type: application/json")
        assert victim.treat(opening + chunks).status == 413

    def test_one_that_never_ends_is_read_for_a_while_and_cut_off(self, victim: Victim) -> None:
        with Wire(victim.url) as wire:
            wire.send(head(OPENING, "Transfer-Encoding: chunked"))
            for _ in range(40):
                wire.send(b"100000\r\n" + b" " * 0x100000 + b"\r\n")
            answer = wire.answer()
            assert answer is not None
            assert answer.status == 413
            assert answer.headers["connection"] == "close"
            assert wire.rest() == b""

    def test_the_largest_that_is_taken_is(self, victim: Victim) -> None:
        spaces = self.LARGE[1:]
        body = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
        answer = exchange(victim.url, post(spaces[len(body) :] + body))
        assert answer.json["error"]["message"] == "Bad Request: Missing session ID"


@pytest.mark.parametrize("path", ["/mcp%0a", "/sse%0A", "/messages/%0a"])
def test_a_line_s_end_after_a_path_makes_another_path(victim: Victim, path: str) -> None:
    assert victim.treat(get(path)).status == 404
    victim.assert_serves()
