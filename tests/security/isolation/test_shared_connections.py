"""On a connection that a proxy shares among users, what one sends is never taken for part of another's."""

from __future__ import annotations

import select
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from security.isolation.users import ADA, BOB
from server_process import LONGEST

if TYPE_CHECKING:
    from served import Served

NOT_AT_ONCE = 0.2
"""Seconds in which a server answers that does not wait for a body."""

KEY_OF_ADA = f"Authorization: Bearer {ADA.key}\r\n"


def request_of(method: str, path: str, *headers: str, body: int = 0) -> bytes:
    """Return the head of a request whose body is so many bytes long."""
    length = f"Content-Length: {body}\r\n"
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{length}{''.join(headers)}\r\n".encode()


SMUGGLED = request_of("GET", "/smuggled", KEY_OF_ADA)


@pytest.mark.parametrize("who", [KEY_OF_ADA, ""], ids=["with a key", "without"])
@pytest.mark.parametrize(
    "path", ["/mcp", "/messages/", "/sse", "/healthz", "/readyz", "/metrics", "/nowhere"]
)
def test_a_body_that_comes_late_is_no_request_of_the_next_user(watched: Served, path: str, who: str) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(watched.url).port or 0), LONGEST) as shared:
        shared.sendall(request_of("POST", path, who, body=len(SMUGGLED)))
        early, _, _ = select.select([shared], [], [], NOT_AT_ONCE)
        first = shared.recv(1 << 16) if early else b""
        if b"connection: close" in first.lower():
            return  # the proxy does not use it again
        shared.sendall(SMUGGLED)
        shared.sendall(request_of("GET", "/metrics", f"X-Vapi-Key: {BOB.key}\r\n", "Connection: close\r\n"))
        answers = first + rest_of(shared)
    assert answers.count(b"HTTP/1.1 ") == 2, "one to each of them"
    assert answers.count(b"vapi_sessions_tool_calls_total") >= 1, "and the second is his"


def rest_of(connection: socket.socket) -> bytes:
    """Return what comes until the connection is closed."""
    came = b""
    while part := connection.recv(1 << 16):
        came += part
    return came
