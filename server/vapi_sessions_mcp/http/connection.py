"""One connection as uvicorn serves it, with the limits that uvicorn does not have.

A client that sends its headers slowly, never ends them, or does not read its answer would hold a connection
for ever; and there are only so many.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.http.h11_impl import H11Protocol

from vapi_sessions_mcp.http.refusal import RETRY_AFTER

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_HEAD = 64 * 1024
"""Bytes of a request's line and headers."""

_FIRST_REQUEST = 1.0
"""Seconds in which a connection that has just come about may bring its request while the server stops."""

_FULL = (
    f"HTTP/1.1 503 Service Unavailable\r\nretry-after: {RETRY_AFTER}\r\n"
    "content-length: 0\r\nconnection: close\r\n\r\n"
).encode()
_HEAD_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)
_HEAD_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class ConnectionConfig(uvicorn.Config):
    """uvicorn's configuration, and the limits of a connection.

    Args:
        app: What is served, or a factory of it.
        most_connections: That are open at once.
        slowest_head: Seconds until a request's headers must have come.
        slowest_reader: Seconds that a client may leave what is sent to it unread.
        **options: uvicorn's own.
    """

    def __init__(
        self,
        app: Any,
        *,
        most_connections: int = 1_000,
        slowest_head: float = 10.0,
        slowest_reader: float = 30.0,
        **options: Any,
    ) -> None:
        super().__init__(app, http=LimitedProtocol, **options)
        self.most_connections = most_connections
        self.slowest_head = slowest_head
        self.slowest_reader = slowest_reader


class _Limits(asyncio.Protocol):
    """The limits, beside whichever of uvicorn's protocols there is."""

    config: ConnectionConfig
    connections: set[Any]
    cycle: Any
    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    url: bytes
    headers: list[tuple[bytes, bytes]]
    _head = 0
    _stopping = False
    _until_head: asyncio.TimerHandle | None = None
    _until_read: asyncio.TimerHandle | None = None
    _until_gone: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if len(self.connections) > self.config.most_connections:
            self._end_with(_FULL)
        else:
            self._await_head()

    def shutdown(self) -> None:
        """Close the connection when its request is answered; a new one may be about to bring its first."""
        if self.cycle is None:
            self._stopping = True
            self._later(_FIRST_REQUEST, self._close_unless_answering)
        else:
            super().shutdown()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]

    def data_received(self, data: bytes) -> None:
        known, of_body = self.cycle, self._awaits_body()
        super().data_received(data)
        if self.transport.is_closing():
            self._be_gone_in_time()
            return
        if self.cycle is not known:
            self.cycle.keep_alive = self.cycle.keep_alive and not self._stopping
            self._head = 0
            self._head_is_here()
        elif not of_body:
            self._head += len(data)
        if not self._is_answering():
            self._await_head()
        if self._head > LARGEST_HEAD:
            self._end_with(_HEAD_TOO_LARGE)

    def on_headers_complete(self) -> None:
        """Take a target's own host for the one that is meant (RFC 9112, 3.2.2); a parser calls this."""
        stated = b"" if self.url.startswith(b"/") else urlsplit(self.url).netloc
        if stated:
            self.headers[:] = [header for header in self.headers if header[0] != b"host"]
            self.headers.append((b"host", stated))
        super().on_headers_complete()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]

    def on_response_complete(self) -> None:
        """Go on with the connection, or end it: uvicorn calls this."""
        super().on_response_complete()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
        if self.cycle.response_complete and self.cycle.more_body:
            self.transport.close()  # what is left of the body would be taken for the next request
        if self.transport.is_closing():
            self._be_gone_in_time()
        elif self._head:
            self._await_head()

    def timeout_keep_alive_handler(self) -> None:
        """End a connection that is no longer used: uvicorn calls this."""
        super().timeout_keep_alive_handler()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
        self._be_gone_in_time()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._until_read = self._later(self.config.slowest_reader, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._is_read()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        self._is_read()
        if self._until_gone is not None:
            self._until_gone.cancel()
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _awaits_body(self) -> bool:
        return self._is_answering() and bool(self.cycle.more_body)

    def _close_unless_answering(self) -> None:
        if not self._is_answering():
            self.transport.close()

    def _await_head(self) -> None:
        if self._until_head is None:
            self._until_head = self._later(self.config.slowest_head, lambda: self._end_with(_HEAD_TOO_SLOW))

    def _head_is_here(self) -> None:
        if self._until_head is not None:
            self._until_head.cancel()
            self._until_head = None

    def _is_read(self) -> None:
        if self._until_read is not None:
            self._until_read.cancel()
            self._until_read = None

    def _end_with(self, answer: bytes) -> None:
        if self._is_answering():
            self.transport.abort()  # in the middle of an answer there is no place for another
            return
        self.transport.write(answer)
        self.transport.close()
        self._be_gone_in_time()

    def _be_gone_in_time(self) -> None:
        """Let a connection that is closed not wait for ever until what was sent is read."""
        if self._until_gone is None:
            self._until_gone = self._later(self.config.slowest_reader, self.transport.abort)

    def _later(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        return self.loop.call_later(seconds, act)


def _parsing() -> type[asyncio.Protocol]:
    """Return uvicorn's protocol, on the faster of its parsers where that is installed."""
    if AutoHTTPProtocol is H11Protocol:
        return H11Protocol
    from vapi_sessions_mcp.http.fast_parser import FastParserProtocol

    return FastParserProtocol


LimitedProtocol: type[asyncio.Protocol] = type(
    "LimitedProtocol", (_Limits, _parsing()), {"__module__": __name__}
)
"""uvicorn's protocol with limits; processes that are started find it by its name."""
