"""What happens, counted, as Prometheus reads it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, cast

from mcp_types import CallToolResult, InputRequiredResult
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.asgi import make_asgi_app  # pyright: ignore[reportUnknownVariableType]
from prometheus_client.multiprocess import MultiProcessCollector

from vapi_sessions_mcp.http.upstream_metrics import UpstreamMetrics

if TYPE_CHECKING:
    from collections.abc import Collection

    from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext
    from starlette.types import ASGIApp

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which the library learns that several processes count together, and where."""

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The counts of one process, or of several that share a folder."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._calls = Counter(
            "vapi_sessions_tool_calls",
            "Tool calls, by how they ended.",
            ("tool", "outcome"),
            registry=registry,
        )
        self._seconds = Histogram(
            "vapi_sessions_tool_call_seconds",
            "How long tool calls took.",
            ("tool",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._running = Gauge(
            "vapi_sessions_tool_calls_in_flight",
            "Tool calls being carried out.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        if SHARED_FOLDER not in os.environ:
            ProcessCollector(registry=registry)

    def upstream(self) -> UpstreamMetrics:
        """Return what counts the requests to the API, once."""
        return UpstreamMetrics(self._registry, _SECONDS)

    def application(self) -> ASGIApp:
        """Return what answers who reads the counts."""
        registry = self._registry
        if SHARED_FOLDER in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return cast("ASGIApp", make_asgi_app(registry))

    def counting(self, tools: Collection[str]) -> ServerMiddleware[Any]:
        """Return a middleware that counts the calls.

        Args:
            tools: The tools that there are; calls of others are counted together.
        """
        known = frozenset(tools)

        async def count(ctx: ServerRequestContext[Any], call_next: CallNext) -> HandlerResult:
            if ctx.method != "tools/call":
                return await call_next(ctx)
            name = (ctx.params or {}).get("name")
            return await self._counted(name if name in known else "unknown", ctx, call_next)

        return count

    async def _counted(
        self, tool: str, context: ServerRequestContext[Any], call_next: CallNext
    ) -> HandlerResult:
        outcome, begun = "fault", time.perf_counter()
        try:
            with self._running.track_inprogress():
                result = await call_next(context)
            outcome = _outcome(result)
            return result
        finally:
            self._calls.labels(tool, outcome).inc()
            self._seconds.labels(tool).observe(time.perf_counter() - begun)


def _outcome(result: HandlerResult) -> str:
    """Say in a word how a call ended: `ok`, `asked`, or the error's kind."""
    if isinstance(result, InputRequiredResult):
        return "asked"
    if isinstance(result, CallToolResult) and result.is_error:
        told: dict[str, Any] = result.structured_content or {}
        return str(told.get("error", {}).get("kind", "error"))
    return "ok"
