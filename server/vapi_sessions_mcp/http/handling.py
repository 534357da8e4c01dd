"""How many requests are carried out at once, and how large they are, whoever still waits for them.

A call of the handshake era goes on when its client is gone, and one that came by HTTP+SSE outlasts the post
that brought it: room for HTTP requests does not bound them.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR

from vapi_sessions_mcp.http.authentication import caller_of
from vapi_sessions_mcp.http.shares import Shares

if TYPE_CHECKING:
    from collections.abc import Generator

    from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

MOST_BYTES = 64 * 1024 * 1024
"""Of the bodies of all requests that are carried out; what is made of them takes several times as much."""

_BUSY = "The server is carrying out as many requests as it can, or as this caller may have; try again in 1 s."


class NoRoomError(Exception):
    """There is no room to carry out a request."""


class Handling:
    """Carries out requests while there is room: those of MCP as a middleware of its server.

    Where callers are told apart, one has half of the room at most.

    Args:
        room: How many there is room for.
        most_bytes: How many bytes of bodies there is room for.
    """

    def __init__(self, room: int, most_bytes: int = MOST_BYTES) -> None:
        self._requests = Shares(room)
        self._bytes = Shares(most_bytes)

    async def __call__(self, ctx: ServerRequestContext[Any], call_next: CallNext) -> HandlerResult:
        """Pass a request on.

        Raises:
            MCPError: There is no room.
        """
        if ctx.request_id is None or ctx.request is None:
            return await call_next(ctx)
        try:
            with self.taken(caller_of(ctx).principal, ctx.request.state.body_size):
                return await call_next(ctx)
        except NoRoomError:
            raise MCPError(INTERNAL_ERROR, _BUSY) from None

    @contextmanager
    def taken(self, owner: str | None, size: int) -> Generator[None]:
        """Carry out a request within.

        Args:
            owner: Whose it is, where callers are told apart.
            size: Bytes of its body.

        Raises:
            NoRoomError: There is no room.
        """
        for shares, places in ((self._requests, 1), (self._bytes, size)):
            if shares.is_room_short(places) or shares.is_share_short(owner, places):
                raise NoRoomError
        with self._requests.taken(owner), self._bytes.taken(owner, size):
            yield
