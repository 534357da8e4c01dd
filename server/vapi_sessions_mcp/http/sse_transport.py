"""The HTTP+SSE transport, for clients of the years before Streamable HTTP: a stream, and posts beside it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from mcp.server.sse import SseServerTransport

from vapi_sessions_mcp.http.refusal import refusal

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server
    from starlette.types import ASGIApp, Receive, Scope, Send

MESSAGES = "/messages/"

_logger = logging.getLogger(__name__)


def sse_transport(server: Server[Any]) -> tuple[ASGIApp, ASGIApp]:
    """Return what answers `/sse`, and what answers the posts to `/messages/`.

    Args:
        server: What is served.
    """
    transport = SseServerTransport(MESSAGES)

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        async with transport.connect_sse(scope, receive, send) as (read_stream, write_stream):
            await server.run(read_stream, write_stream, server.create_initialization_options())

    return stream, transport.handle_post_message


async def not_here(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse the transport where any process may answer any request: its stream belongs to one."""
    answer = refusal(
        404,
        "stateless",
        "This server keeps no protocol sessions, which the HTTP+SSE transport needs.",
        "Use Streamable HTTP, at /mcp.",
    )
    await answer(scope, receive, send)
