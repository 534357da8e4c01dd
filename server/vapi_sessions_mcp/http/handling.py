"""How many requests are carried out at once, and how large they are, whoever still waits for them.

A call of the handshake era goes on when its client is gone, and one that came by HTTP+SSE outlasts the post
that brought it: room for HTTP requests does not bound them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR

from vapi_sessions_mcp.http.authentication import caller_of
from vapi_sessions_mcp.http.shares import Shares

if TYPE_CHECKING:
    from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

MOST_BYTES = 64 * 1024 * 1024
"""Of the bodies of all requests that are carried out; what is made of them takes several times as much."""

_BUSY = "The server is carrying out as many requests as it can, or as this caller may have; try again in 1 s."


class Handling:
    """Passes requests on to their handlers while there is room: a middleware of the MCP server.

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
        owner = caller_of(ctx).principal
        size: int = ctx.request.state.body_size
        for shares, places in ((self._requests, 1), (self._bytes, size)):
            if shares.is_room_short(places) or shares.is_share_short(owner, places):
                raise MCPError(INTERNAL_ERROR, _BUSY)
        with self._requests.taken(owner), self._bytes.taken(owner, size):
            return await call_next(ctx)
