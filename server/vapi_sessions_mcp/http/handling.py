"""How many requests are carried out at once, whoever still waits for them.

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

_BUSY = "The server is carrying out as many requests as it can, or as this caller may have; try again in 1 s."


class Handling:
    """Passes requests on to their handlers while there is room: a middleware of the MCP server.

    Where callers are told apart, one has half of the room at most.

    Args:
        room: How many there is room for.
    """

    def __init__(self, room: int) -> None:
        self._shares = Shares(room)

    async def __call__(self, ctx: ServerRequestContext[Any], call_next: CallNext) -> HandlerResult:
        """Pass a request on.

        Raises:
            MCPError: There is no room.
        """
        if ctx.request_id is None or ctx.request is None:
            return await call_next(ctx)
        owner = caller_of(ctx).principal
        if self._shares.are_all_taken or self._shares.is_taken(owner):
            raise MCPError(INTERNAL_ERROR, _BUSY)
        with self._shares.one(owner):
            return await call_next(ctx)
