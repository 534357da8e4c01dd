"""What happens, counted, as Prometheus reads it."""

from __future__ import annotations

import asyncio
import os
import re
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.asgi import make_asgi_app  # pyright: ignore[reportUnknownVariableType]
from prometheus_client.multiprocess import MultiProcessCollector
from pydantic import BaseModel

from vapi_sessions_mcp.http.health import only_read
from vapi_sessions_mcp.http.request_metrics import RequestMetrics
from vapi_sessions_mcp.http.upstream_metrics import UpstreamMetrics
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from collections.abc import Collection, Generator

    from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext
    from starlette.types import ASGIApp, Receive, Scope, Send

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which the library learns that several processes count together, and where."""

_LIVE = re.compile(r"gauge_live[a-z]*_(\d+)\.db")
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


@dataclass(slots=True)
class Ending:
    """How a call ended; by a fault of the server's, as long as nothing else is said.

    Args:
        outcome: In a word: `ok`, or the error's kind.
    """

    outcome: str = "fault"


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
        build = Gauge(
            "vapi_sessions_build_info",
            "Which version serves.",
            ("version",),
            multiprocess_mode="livemax",
            registry=registry,
        )
        build.labels(__version__).set(1)
        self._requests = RequestMetrics(registry)
        if SHARED_FOLDER not in os.environ:
            ProcessCollector(registry=registry)
            PlatformCollector(registry=registry)
            GCCollector(registry=registry)

    def upstream(self) -> UpstreamMetrics:
        """Return what counts the requests to the API, once."""
        return UpstreamMetrics(self._registry, _SECONDS)

    def application(self) -> ASGIApp:
        """Return what answers who reads the counts."""
        folder = os.environ.get(SHARED_FOLDER)
        if folder is None:
            return only_read(cast("ASGIApp", make_asgi_app(self._registry)))
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        told = cast("ASGIApp", make_asgi_app(together))

        async def living(scope: Scope, receive: Receive, send: Send) -> None:
            _forget_dead(Path(folder))
            await told(scope, receive, send)

        return only_read(living)

    def over(self, app: ASGIApp) -> ASGIApp:
        """Return an application whose HTTP requests are counted.

        Args:
            app: Answers them.
        """
        return self._requests.over(app)

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
            tool = name if isinstance(name, str) and name in known else "unknown"
            return await self._counted(tool, ctx, call_next)

        return count

    async def _counted(
        self, tool: str, context: ServerRequestContext[Any], call_next: CallNext
    ) -> HandlerResult:
        with self.call(tool) as ending:
            try:
                result = await call_next(context)
            except MCPError as error:
                ending.outcome = "fault" if error.error.code == INTERNAL_ERROR else "refused"
                raise
            ending.outcome = _outcome(result)
            return result

    @contextmanager
    def call(self, tool: str) -> Generator[Ending]:
        """Count a call that is carried out within; who carries it out says how it ended.

        Args:
            tool: The tool.
        """
        ending, begun = Ending(), time.perf_counter()
        try:
            with self._running.track_inprogress():
                yield ending
        except asyncio.CancelledError:
            ending.outcome = "cancelled"
            raise
        finally:
            self._calls.labels(tool, ending.outcome).inc()
            self._seconds.labels(tool).observe(time.perf_counter() - begun)


def _forget_dead(folder: Path) -> None:
    """Drop what processes that are gone had in hand; what they have counted stays."""
    for file in folder.glob("gauge_live*.db"):
        found = _LIVE.fullmatch(file.name)
        if found and not _lives(int(found[1])):
            file.unlink(missing_ok=True)  # another process may have seen it too


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's; it lives
    return True


def _outcome(result: HandlerResult) -> str:
    """Say in a word how a call ended: `ok`, `asked`, or the error's kind.

    Args:
        result: As it goes out, which is how the SDK's own handling leaves it.
    """
    sent: dict[str, Any] = result.model_dump(by_alias=True) if isinstance(result, BaseModel) else result or {}
    if sent.get("resultType") == "input_required":
        return "asked"
    if not sent.get("isError"):
        return "ok"
    told: dict[str, Any] = sent.get("structuredContent") or {}
    return str(told.get("error", {}).get("kind", "error"))
