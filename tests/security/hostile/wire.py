"""A connection without a client library: any bytes go out, and whole answers come in."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from types import TracebackType

LONGEST = 15.0
"""Seconds after which whatever is waited for is given up."""

PROTOCOL = "2025-11-25"
MODERN = "2026-07-28"


@dataclass(frozen=True)
class Answer:
    """One answer as it came.

    Args:
        status: The HTTP status.
        headers: By their names in lower case; the last of a name.
        body: All of it.
    """

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Wire:
    """One connection to a server.

    Args:
        url: Where it listens.
        narrow: Whether it receives little at a time.
    """

    def __init__(self, url: str, *, narrow: bool = False) -> None:
        place = urlsplit(url)
        self.socket = socket.socket()
        self.socket.settimeout(LONGEST)
        if narrow:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect((place.hostname, place.port))
        self._come = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send bytes; a server that no longer takes them is no failure."""
        with suppress(ConnectionError):
            self.socket.sendall(data)

    def head(self) -> Answer | None:
        """Read an answer's head; None where the connection ends instead."""
        while b"\r\n\r\n" not in self._come:
            if not self.more():
                return None
        head, _, self._come = self._come.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        parted = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in parted}
        return Answer(int(first.split(" ")[1]), headers, b"")

    def answer(self, *, bodiless: bool = False) -> Answer | None:
        """Read a whole answer; None where the connection ends instead.

        Args:
            bodiless: Whether it answers a HEAD request.
        """
        head = self.head()
        if head is None or bodiless or head.status == 204:
            return head
        if head.headers.get("transfer-encoding") == "chunked":
            return Answer(head.status, head.headers, self.chunks())
        return Answer(head.status, head.headers, self._take(int(head.headers.get("content-length", "0"))))

    def chunks(self) -> bytes:
        """Read a chunked body to its own end; a connection that ends before fails the test."""
        body = b""
        while True:
            size = int(self._line(), 16)
            body += self._take(size)
            assert self._take(2) == b"\r\n"
            if size == 0:
                return body

    def event(self) -> bytes:
        """Read the next event of a stream, as one chunk."""
        body = self._take(int(self._line(), 16))
        assert self._take(2) == b"\r\n"
        return body

    def more(self) -> bool:
        """Read what comes next; whether there was anything before the end."""
        try:
            some = self.socket.recv(1 << 16)
        except ConnectionError:
            return False
        self._come += some
        return bool(some)

    def rest(self) -> bytes:
        """Read until the server ends the connection."""
        while self.more():
            pass
        come, self._come = self._come, b""
        return come

    def _line(self) -> bytes:
        while b"\r\n" not in self._come:
            assert self.more(), "the connection ended in the middle of an answer"
        line, _, self._come = self._come.partition(b"\r\n")
        return line

    def _take(self, count: int) -> bytes:
        while len(self._come) < count:
            assert self.more(), "the connection ended in the middle of an answer"
        taken, self._come = self._come[:count], self._come[count:]
        return taken


def head(first: str, *lines: str, host: str | None = "localhost") -> bytes:
    """Return a request's head.

    Args:
        first: Its first line.
        lines: Its headers, beside the host.
        host: Its host; no such header when None.
    """
    stated = [] if host is None else [f"Host: {host}"]
    return "\r\n".join([first, *stated, *lines]).encode("latin-1") + b"\r\n\r\n"


def get(path: str, *lines: str, host: str | None = "localhost") -> bytes:
    """Return a GET request."""
    return head(f"GET {path} HTTP/1.1", *lines, host=host)


def post(
    body: bytes | dict[str, Any],
    *lines: str,
    path: str = "/mcp",
    host: str = "localhost",
    kind: str | None = "application/json",
    accept: str | None = "application/json, text/event-stream",
) -> bytes:
    """Return a POST request.

    Args:
        body: Bytes, or what is written as JSON.
        lines: Its headers, beside those that each has.
        path: Where it goes.
        host: Its host.
        kind: The body's media type; no such header when None.
        accept: The media types of answers that are taken; no such header when None.
    """
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stated = [f"Content-Length: {len(raw)}"]
    stated += [f"Content-Type: {kind}"] if kind is not None else []
    stated += [f"Accept: {accept}"] if accept is not None else []
    return head(f"POST {path} HTTP/1.1", *stated, *lines, host=host) + raw


def initialize() -> dict[str, Any]:
    """Return the message that opens a protocol session of the handshake era."""
    client = {"name": "hostile", "version": "1"}
    params = {"protocolVersion": PROTOCOL, "capabilities": {}, "clientInfo": client}
    return {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}


def message(method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a request of the handshake era."""
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}


def modern(
    method: str, params: dict[str, Any] | None = None, *lines: str, accept: str | None = None
) -> bytes:
    """Return a POST of the modern era, whose headers say what is in its body.

    Args:
        method: The message's.
        params: The message's.
        lines: Headers beside those.
        accept: The media types of answers that are taken, the usual ones when left out.
    """
    meta: dict[str, Any] = {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    params = {**(params or {}), "_meta": meta}
    named = [f"Mcp-Name: {params['name']}"] if "name" in params else []
    stated = [f"Mcp-Protocol-Version: {MODERN}", f"Mcp-Method: {method}", *named, *lines]
    return post(message(method, params), *stated, accept=accept or "application/json, text/event-stream")


def calling(tool: str, arguments: dict[str, Any], *lines: str) -> bytes:
    """Return a POST of the modern era that calls a tool."""
    return modern("tools/call", {"name": tool, "arguments": arguments}, *lines)


def exchange(url: str, data: bytes) -> Answer:
    """Send one request on a connection of its own and return its answer, which there must be."""
    with Wire(url) as wire:
        wire.send(data)
        answer = wire.answer()
        assert answer is not None, "the connection ended without an answer"
        return answer
