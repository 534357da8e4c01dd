"""One connection as uvicorn serves it, with the limits that uvicorn does not have.

A client that sends its headers slowly, never ends them, or does not read its answer would hold a connection
for ever; and there are only so many.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from vapi_sessions_mcp.http.refusal import RETRY_AFTER

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_HEAD = 64 * 1024
"""Bytes of a request's line and headers."""

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
    _head = 0
    _until_head: asyncio.TimerHandle | None = None
    _until_read: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if len(self.connections) > self.config.most_connections:
            self._end_with(_FULL)
        else:
            self._await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_answering():
            self._head = 0
            self._head_is_here()
        elif not self.transport.is_closing():
            self._head += len(data)
            self._await_head()
            if self._head > LARGEST_HEAD:
                self._end_with(_HEAD_TOO_LARGE)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._until_read = self._later(self.config.slowest_reader, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._is_read()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        self._is_read()
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

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
        self.transport.write(answer)
        self.transport.close()

    def _later(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        return self.loop.call_later(seconds, act)


LimitedProtocol: type[asyncio.Protocol] = type(
    "LimitedProtocol", (_Limits, AutoHTTPProtocol), {"__module__": __name__}
)
"""uvicorn's protocol with limits; processes that are started find it by its name."""
