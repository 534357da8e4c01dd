"""The HTTP+SSE transport, for clients of the years before Streamable HTTP: a stream, and posts beside it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.sse import SseServerTransport

from vapi_sessions_mcp.http.header_checks import explain_errors, require_json
from vapi_sessions_mcp.http.only_messages import refuse_large_messages
from vapi_sessions_mcp.http.refusal import not_allowed, refusal

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server
    from starlette.types import ASGIApp, Receive, Scope, Send

MESSAGES = "/messages/"


def sse_transport(server: Server[Any]) -> tuple[ASGIApp, ASGIApp]:
    """Return what answers `/sse`, and what answers the posts to `/messages/`.

    Args:
        server: What is served.
    """
    transport = SseServerTransport(MESSAGES)

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await _only_get(scope, receive, send)
            return
        async with transport.connect_sse(scope, receive, send) as (read_stream, write_stream):
            await server.run(read_stream, write_stream, server.create_initialization_options())

    async def posted(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):
            # The SDK accepts a message before it hands it on; by then its stream may be gone.
            await transport.handle_post_message(scope, receive, send)

    return stream, explain_errors(require_json(refuse_large_messages(posted)))


async def _only_get(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse what opens no stream; by that a client of both transports finds out which of them this is."""
    answer = not_allowed("A stream is opened here; Streamable HTTP is at /mcp.", "GET")
    await answer(scope, receive, send)


async def not_here(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse the transport where any process may answer any request: its stream belongs to one."""
    answer = refusal(
        404,
        "stateless",
        "This server keeps no protocol sessions, which the HTTP+SSE transport needs.",
        "Use Streamable HTTP, at /mcp.",
    )
    await answer(scope, receive, send)
