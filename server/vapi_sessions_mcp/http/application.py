"""The ASGI application: which path leads where, and what stands before it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.routing import Route

from vapi_sessions_mcp.confirmation import Confirmation
from vapi_sessions_mcp.http.access_log import AccessLog
from vapi_sessions_mcp.http.addressing import Addressing
from vapi_sessions_mcp.http.admission import Admission, Room
from vapi_sessions_mcp.http.authentication import Authentication, caller_of
from vapi_sessions_mcp.http.cross_origin import cross_origin
from vapi_sessions_mcp.http.health import healthy, readiness
from vapi_sessions_mcp.http.json_answers import JsonAnswers
from vapi_sessions_mcp.http.refusal import refusal
from vapi_sessions_mcp.http.sse_transport import MESSAGES, not_here, sse_transport
from vapi_sessions_mcp.http.stopping import Stopping
from vapi_sessions_mcp.http.streams import Streams
from vapi_sessions_mcp.http.tracing import in_trace
from vapi_sessions_mcp.http.trimming import trimmed
from vapi_sessions_mcp.http.whole_body import LARGEST, SLOWEST, WholeBody
from vapi_sessions_mcp.in_flight import InFlight
from vapi_sessions_mcp.registration import build_server

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from vapi_sessions_mcp.http.http_settings import HttpSettings
    from vapi_sessions_mcp.http.metrics import Metrics
    from vapi_sessions_mcp.http.tracing import Tracing
    from vapi_sessions_mcp.settings import Settings
    from vapi_sessions_tools.toolset import Toolset

_MOST_SESSIONS = 5_000
"""Protocol sessions that one process keeps open."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a request may be and take.

    Args:
        room: How many are served at once.
        largest_body: Bytes of a body.
        slowest_body: Seconds until it must have come.
    """

    room: Room = field(default_factory=Room)
    largest_body: int = LARGEST
    slowest_body: float = SLOWEST


def create_application(
    settings: Settings,
    http: HttpSettings,
    toolset: Toolset,
    metrics: Metrics,
    *,
    bounds: Bounds | None = None,
    tracing: Tracing | None = None,
    close_door: Callable[[], None] | None = None,
) -> ASGIApp:
    """Return the application that serves a toolset over HTTP.

    Args:
        settings: Those that every transport has.
        http: Those of HTTP.
        toolset: What is served; closed when the application stops.
        metrics: Counts what happens.
        bounds: What a request may be and take.
        tracing: Sends traces; there are none when left out.
        close_door: Lets no new connection come about when the server stops.
    """
    bounds = bounds or Bounds()
    in_flight, streams = InFlight(), Streams()
    stopping = Stopping(in_flight, streams, close_door)
    server = build_server(toolset, caller_of, Confirmation(settings.confirm, keys=http.state_keys), in_flight)
    server.middleware.append(metrics.counting([tool.name for tool in toolset.tools]))
    manager = StreamableHTTPSessionManager(server, stateless=http.stateless, max_sessions=_MOST_SESSIONS)
    stream, messages = (not_here, not_here) if http.stateless else sse_transport(server)

    def guarded(app: ASGIApp) -> ASGIApp:
        bounded = WholeBody(app, bounds.largest_body, bounds.slowest_body)
        return Authentication(Admission(bounded, bounds.room), http, settings.credential)

    # One guard each, not one for each path: what it counts is counted over all that it guards.
    mcp = guarded(
        _by_path(
            {
                "/mcp": JsonAnswers(streams.over(manager.handle_request)),
                "/sse": JsonAnswers(streams.over(stream)),
                MESSAGES: messages,
            }
        )
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with anyio.create_task_group() as tasks, manager.run():
            with stopping.on_signals():
                tasks.start_soon(stopping.carry_out)
                yield
            tasks.cancel_scope.cancel()
        await toolset.aclose()
        if tracing is not None:
            await tracing.aclose()

    counts = metrics.application()
    if not http.local:
        counts = Authentication(counts, http, settings.credential)
    routes = [
        *(Route(path, endpoint=_Plain(mcp)) for path in ("/mcp", "/mcp/", "/sse", MESSAGES, MESSAGES[:-1])),
        Route("/healthz", endpoint=_Plain(healthy)),
        Route("/readyz", endpoint=_Plain(readiness(toolset, stopping))),
        Route("/metrics", endpoint=_Plain(counts)),
        Route("/{path:path}", endpoint=_Plain(_nothing_here)),
    ]
    application: ASGIApp = Starlette(routes=routes, lifespan=lifespan)
    addressed = Addressing(cross_origin(application, http), http)
    logged = AccessLog(trimmed(addressed))
    return in_trace(logged) if tracing is not None else logged


class _Plain:
    """An ASGI application as an endpoint: Starlette would take a function for one of its own kind."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def _by_path(apps: dict[str, ASGIApp]) -> ASGIApp:
    """Return what passes a request on to the application of its path, a slash at the end or not."""
    known = {path.rstrip("/"): app for path, app in apps.items()}

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        await known[scope["path"].rstrip("/")](scope, receive, send)

    return dispatch


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    answer = refusal(
        404, "not_found", "There is nothing at this path.", "MCP is at /mcp, and for older clients at /sse."
    )
    await answer(scope, receive, send)
