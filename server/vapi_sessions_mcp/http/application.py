"""The ASGI application: what is served, and what stands before it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio
from starlette.applications import Starlette

from vapi_sessions_mcp.confirmation import Confirmation
from vapi_sessions_mcp.http.access_log import AccessLog
from vapi_sessions_mcp.http.addressing import Addressing
from vapi_sessions_mcp.http.admission import Admission, Room
from vapi_sessions_mcp.http.authentication import Authentication, caller_of
from vapi_sessions_mcp.http.cross_origin import cross_origin
from vapi_sessions_mcp.http.handling import Handling
from vapi_sessions_mcp.http.health import healthy, readiness
from vapi_sessions_mcp.http.json_answers import JsonAnswers
from vapi_sessions_mcp.http.problem_details import REST, REST_DOCUMENT
from vapi_sessions_mcp.http.rest.rest_calls import RestCalls
from vapi_sessions_mcp.http.rest.rest_surface import RestSurface, described
from vapi_sessions_mcp.http.routing import by_path, routes
from vapi_sessions_mcp.http.sse_transport import not_here, sse_transport
from vapi_sessions_mcp.http.stopping import Stopping
from vapi_sessions_mcp.http.streamable_transport import streamable_transport
from vapi_sessions_mcp.http.streams import Streams
from vapi_sessions_mcp.http.tracing import in_trace
from vapi_sessions_mcp.http.trimming import trimmed
from vapi_sessions_mcp.http.whole_body import LARGEST, SLOWEST, WholeBody
from vapi_sessions_mcp.in_flight import InFlight
from vapi_sessions_mcp.registration import build_server

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from mcp.server.lowlevel.server import Server
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from starlette.types import ASGIApp

    from vapi_sessions_mcp.http.http_settings import HttpSettings
    from vapi_sessions_mcp.http.metrics import Metrics
    from vapi_sessions_mcp.http.tracing import Tracing
    from vapi_sessions_mcp.settings import Settings
    from vapi_sessions_tools.toolset import Toolset


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
    in_flight, streams = InFlight(), Streams()
    stopping = Stopping(in_flight, streams, close_door)
    confirmation = Confirmation(settings.confirm, keys=http.state_keys)
    server = build_server(toolset, caller_of, confirmation, in_flight)
    server.middleware.append(metrics.counting([tool.name for tool in toolset.tools]))
    bounds = bounds or Bounds()
    handling = Handling(bounds.room.requests)
    server.middleware.append(handling)
    manager, apps = _transports(server, streams, stateless=http.stateless)
    calls = RestCalls(
        toolset, confirmation, in_flight, handling, metrics, own_key=http.credentials == "server"
    )
    below = _rest(toolset, calls, http, apps) if http.rest else {}
    # One guard for all transports: what it counts is counted over all of them.
    guarded = _guarded(by_path(apps, below), settings, http, bounds)
    counts = WholeBody(metrics.application(), bounds.largest_body, bounds.slowest_body)
    application = Starlette(
        routes=routes(
            {
                **dict.fromkeys(apps, guarded),
                "/healthz": healthy,
                "/readyz": readiness(toolset, stopping),
                "/metrics": counts if http.local else Authentication(counts, http, settings.credential),
            },
            dict.fromkeys(below, guarded),
        ),
        lifespan=lambda _app: _running(manager, stopping, toolset, tracing),
    )
    logged = AccessLog(trimmed(Addressing(cross_origin(application, http), http)))
    return in_trace(logged) if tracing is not None else logged


def _transports(
    server: Server[Any], streams: Streams, *, stateless: bool
) -> tuple[StreamableHTTPSessionManager, dict[str, ASGIApp]]:
    """Return what must run, and what answers at which path."""
    manager, streamable = streamable_transport(server, streams, stateless=stateless)
    stream, messages = (not_here, not_here) if stateless else sse_transport(server)
    return manager, {
        "/mcp": streamable,
        "/sse": JsonAnswers(streams.over(stream)),
        "/messages": messages,
    }


def _rest(
    toolset: Toolset, calls: RestCalls, http: HttpSettings, apps: dict[str, ASGIApp]
) -> dict[str, ASGIApp]:
    """Add what describes the REST surface, and return what answers below its path."""
    apps[REST_DOCUMENT] = described(toolset.contract, http)
    return {REST: RestSurface(toolset.contract, calls)}


def _guarded(app: ASGIApp, settings: Settings, http: HttpSettings, bounds: Bounds) -> ASGIApp:
    """Return what lets callers in, as many as there is room for, and their requests when they are there."""
    bounded = WholeBody(app, bounds.largest_body, bounds.slowest_body)
    return Authentication(Admission(bounded, bounds.room), http, settings.credential)


@asynccontextmanager
async def _running(
    manager: StreamableHTTPSessionManager, stopping: Stopping, toolset: Toolset, tracing: Tracing | None
) -> AsyncGenerator[None]:
    """Keep what runs beside requests running, and put it away in the end."""
    async with anyio.create_task_group() as tasks, manager.run():
        with stopping.on_signals():
            tasks.start_soon(stopping.carry_out)
            yield
            await stopping.done()
        tasks.cancel_scope.cancel()
    await toolset.aclose()
    if tracing is not None:
        await tracing.aclose()
