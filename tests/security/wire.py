"""A connection without a client library: any bytes are sent, and responses are read one by one."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from posted import MODERN, letter
from server_process import HELLO, INITIALIZED, LONGEST, request

message = request


@dataclass(frozen=True)
class Answer:
    """One response; headers by their names in lower case, the last of a name."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Wire:
    """One connection to a server; the receive buffer of a narrow one is small."""

    def __init__(self, url: str, *, narrow: bool = False) -> None:
        place = urlsplit(url)
        self.socket = socket.socket()
        self.socket.settimeout(LONGEST)
        if narrow:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect((place.hostname, place.port))
        self._read = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send bytes, also to a server that has closed the connection."""
        with suppress(ConnectionError):
            self.socket.sendall(data)

    def head(self) -> Answer | None:
        """Read the head of a response; None at the end of the connection."""
        while b"\r\n\r\n" not in self._read:
            if not self._more():
                return None
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        parted = (line.partition(":") for line in lines)
        return Answer(
            int(first.split(" ")[1]), {name.lower(): value.strip() for name, _, value in parted}, b""
        )

    def answer(self, *, bodiless: bool = False) -> Answer | None:
        """Read a response, bodiless to HEAD; None at the end of the connection."""
        head = self.head()
        if head is None or bodiless or head.status == 204:
            return head
        if head.headers.get("transfer-encoding") == "chunked":
            body = b""
            while chunk := self.event():
                body += chunk
        else:
            body = self._take(int(head.headers.get("content-length", "0")))
        return Answer(head.status, head.headers, body)

    def status(self) -> int | None:
        """Read a response and return its status."""
        answer = self.answer()
        return answer and answer.status

    def event(self) -> bytes:
        """Read one chunk, which is an event of a stream; empty at the end."""
        while b"\r\n" not in self._read:
            assert self._more(), "the connection ended within a response"
        size, _, self._read = self._read.partition(b"\r\n")
        chunk = self._take(int(size, 16))
        assert self._take(2) == b"\r\n"
        return chunk

    def rest(self) -> bytes:
        """Read until the server closes the connection."""
        while self._more():
            pass
        read, self._read = self._read, b""
        return read

    def _more(self) -> bool:
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionError:
            return False
        self._read += data
        return bool(data)

    def _take(self, count: int) -> bytes:
        while len(self._read) < count:
            assert self._more(), "the connection ended within a response"
        taken, self._read = self._read[:count], self._read[count:]
        return taken


def head(first: str, *lines: str, host: str | None = "localhost") -> bytes:
    """Return the head of a request: its first line and its headers."""
    stated = [] if host is None else [f"Host: {host}"]
    return "\r\n".join([first, *stated, *lines]).encode("latin-1") + b"\r\n\r\n"


def get(path: str, *lines: str, host: str | None = "localhost") -> bytes:
    return head(f"GET {path} HTTP/1.1", *lines, host=host)


def post(
    body: bytes | dict[str, Any],
    *lines: str,
    path: str = "/mcp",
    host: str = "localhost",
    kind: str | None = "application/json",
    accept: str | None = "application/json, text/event-stream",
) -> bytes:
    """Return a POST request with further header lines; kind is the Content-Type."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stated = [f"Content-Length: {len(raw)}"]
    stated += [f"Content-Type: {kind}"] if kind is not None else []
    stated += [f"Accept: {accept}"] if accept is not None else []
    return head(f"POST {path} HTTP/1.1", *stated, *lines, host=host) + raw


def initialize() -> dict[str, Any]:
    return request("initialize", dict(HELLO))


def modern(method: str, params: dict[str, Any] | None = None, *lines: str) -> bytes:
    """Return a POST of the modern era, whose headers repeat what is in its body."""
    sent = letter(method, params, era=MODERN)
    stated = [f"{name}: {value}" for name, value in sent.headers.items() if name.startswith("mcp-")]
    return post(sent.json, *stated, *lines)


def calling(tool: str, arguments: dict[str, Any], *lines: str) -> bytes:
    return modern("tools/call", {"name": tool, "arguments": arguments}, *lines)


def exchange(url: str, data: bytes) -> Answer:
    """Send one request on a new connection and return the response."""
    with Wire(url) as wire:
        wire.send(data)
        answer = wire.answer()
        assert answer is not None, "the connection ended without a response"
        return answer


def open_session(url: str, *lines: str) -> str:
    """Open a protocol session and return the header that names it."""
    answer = exchange(url, post(initialize(), *lines))
    session = f"Mcp-Session-Id: {answer.headers['mcp-session-id']}"
    assert exchange(url, post(INITIALIZED, session, *lines)).status == 202
    return session
