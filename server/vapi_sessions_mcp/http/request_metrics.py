"""HTTP requests and the streams that clients hold open, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge

from vapi_sessions_mcp.http.access_log import known_path

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STREAMS = ("/mcp", "/sse")


class RequestMetrics:
    """Counts each HTTP request when it has been answered.

    Args:
        registry: Where it is counted.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "vapi_sessions_http_requests",
            "HTTP requests, by path and status; 0 where the client was gone before the answer.",
            ("path", "status"),
            registry=registry,
        )
        self._streams = Gauge(
            "vapi_sessions_http_streams_open",
            "Streams that clients hold open.",
            multiprocess_mode="livesum",
            registry=registry,
        )

    def over(self, app: ASGIApp) -> ASGIApp:
        """Return an application whose requests are counted.

        Args:
            app: Answers them.
        """

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            await self._count(app, scope, receive, send)

        return counted

    async def _count(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        status, streams = 0, False

        async def noting(message: Message) -> None:
            nonlocal status, streams
            if message["type"] == "http.response.start":
                status = message["status"]
                if scope["method"] == "GET" and status == 200 and known_path(scope) in _STREAMS:
                    streams = True
                    self._streams.inc()
            await send(message)

        try:
            await app(scope, receive, noting)
        finally:
            self._requests.labels(known_path(scope), str(status)).inc()
            if streams:
                self._streams.dec()
