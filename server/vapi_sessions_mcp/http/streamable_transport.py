"""The Streamable HTTP transport, in both protocol eras."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from vapi_sessions_mcp.http.distinct_ids import DistinctIds
from vapi_sessions_mcp.http.header_checks import check_protocol_version, explain_errors, require_json
from vapi_sessions_mcp.http.json_answers import JsonAnswers
from vapi_sessions_mcp.http.only_messages import refuse_large_messages
from vapi_sessions_mcp.http.protocol_sessions import ProtocolSessions
from vapi_sessions_mcp.http.refusal import not_allowed

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server
    from starlette.types import ASGIApp, Receive, Scope, Send

    from vapi_sessions_mcp.http.streams import Streams

_MOST_SESSIONS = 2_000
"""Protocol sessions that one process keeps; one caller has half of them at most."""

_UNUSED = 1_800.0
"""Seconds after which a protocol session ends that nobody uses."""


def streamable_transport(
    server: Server[Any], streams: Streams, *, stateless: bool
) -> tuple[StreamableHTTPSessionManager, ASGIApp]:
    """Return what must run while requests are answered, and what answers them.

    Args:
        server: What is served.
        streams: Learns of the streams that clients open.
        stateless: Whether no protocol session is kept.
    """
    manager = StreamableHTTPSessionManager(
        server, stateless=stateless, max_sessions=_MOST_SESSIONS, session_idle_timeout=_UNUSED
    )
    if stateless:
        return manager, _checked(JsonAnswers(_posts_only(manager.handle_request)))
    distinct = DistinctIds(manager.handle_request)
    server.middleware.append(distinct.middleware)
    shared = ProtocolSessions(distinct, share=_MOST_SESSIONS // 2, idle=_UNUSED)
    return manager, _checked(JsonAnswers(streams.over(shared)))


def _checked(app: ASGIApp) -> ASGIApp:
    return explain_errors(require_json(refuse_large_messages(check_protocol_version(app))))


def _posts_only(app: ASGIApp) -> ASGIApp:
    """Return an application that opens no stream and ends no session: without sessions there is neither."""

    async def posted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST":
            await app(scope, receive, send)
            return
        answer = not_allowed(
            "This server keeps no protocol sessions: there is none to stream from or to end.", "POST"
        )
        await answer(scope, receive, send)

    return posted
