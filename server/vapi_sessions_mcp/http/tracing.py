"""Traces, sent where OpenTelemetry's standard variables say; without them nothing of it is loaded.

The SDK makes a span of each MCP message already. Here it gets the parent that the HTTP request names, and
each request to the API becomes a child of it.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from opentelemetry import context, propagate, trace
from starlette.datastructures import Headers

from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from starlette.types import ASGIApp, Receive, Scope, Send

EXPORTERS = "OTEL_TRACES_EXPORTER"
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")

_OTLP = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}
_NOTED: ContextVar[list[trace.SpanContext] | None] = ContextVar("_NOTED", default=None)
"""The span of the message that an HTTP request brought: the tasks that answer it share the list."""

_LAST_SPANS = 0.7
"""Seconds in which the last spans are sent when the server stops."""


def wanted_exporters(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of what traces are sent with, as the packages that have them call it.

    Raises:
        SettingsError: One is not installed, or cannot be made as the variables say.
    """
    exporters = _named(environment)
    for exporter in exporters:
        _processor(exporter, ()).shutdown()  # what is wrong is told here, once, and not by each process
    if exporters:
        _provider()
    return exporters


def _named(environment: Mapping[str, str]) -> tuple[str, ...]:
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return ()
    default = "otlp" if any(environment.get(name, "").strip() for name in ENDPOINTS) else "none"
    stated = environment.get(EXPORTERS, "").strip() or default
    names = [name.strip() for name in stated.split(",") if name.strip() not in ("", "none")]
    exporters = tuple(_otlp(environment) if name == "otlp" else name for name in names)
    for exporter in exporters:
        if find_spec("opentelemetry.sdk") is None or not _found(exporter):
            raise SettingsError(
                f"traces are asked for ({EXPORTERS}, {ENDPOINTS[1]}) and {exporter} is not installed; "
                "pip install 'vapi-sessions-mcp[otel]', or set OTEL_SDK_DISABLED=true"
            )
    return exporters


class Tracing:
    """The traces of one process.

    Args:
        provider: Sends them; None where whoever started the process has seen to that.
    """

    def __init__(self, provider: TracerProvider | None) -> None:
        self._provider = provider
        self.names: set[str] = set()
        """The tools and prompts that there are: spans name no others, for a client may call them anything."""

    async def aclose(self) -> None:
        """Send the last spans, as long as that does not hold anybody up."""
        if self._provider is None:
            return
        sending = threading.Thread(target=self._provider.shutdown, daemon=True)
        sending.start()
        await anyio.to_thread.run_sync(sending.join, _LAST_SPANS)


def start_tracing(environment: Mapping[str, str]) -> Tracing | None:
    """Return the traces of this process, or None where nobody asks for any.

    Raises:
        SettingsError: What they are sent with is not installed, or cannot be made.
    """
    if not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return Tracing(None)
    exporters = _named(environment)
    if not exporters:
        return None
    provider = _provider()
    tracing = Tracing(provider)
    provider.add_span_processor(_noting())
    for exporter in exporters:
        provider.add_span_processor(_processor(exporter, tracing.names))
    trace.set_tracer_provider(provider)
    return tracing


def _provider() -> TracerProvider:
    """Return what makes spans.

    Raises:
        SettingsError: The variables that say how cannot be used.
    """
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
    from opentelemetry.sdk.trace import TracerProvider

    resource = Resource({SERVICE_VERSION: __version__}).merge(Resource.create())
    if str(resource.attributes[SERVICE_NAME]).startswith("unknown_service"):
        resource = resource.merge(Resource({SERVICE_NAME: "vapi-sessions-mcp"}))
    try:
        return TracerProvider(resource=resource, shutdown_on_exit=False)
    except Exception as error:  # noqa: BLE001  whatever a variable leads to
        raise SettingsError(
            f"traces cannot be made ({type(error).__name__}); one of the variables OTEL_SPAN_* or "
            "OTEL_TRACES_SAMPLER* cannot be used: mend it, or set OTEL_SDK_DISABLED=true"
        ) from None


def in_trace(app: ASGIApp) -> ASGIApp:
    """Return an application whose spans continue the trace that a request's headers name.

    Args:
        app: What makes the spans.
    """

    async def continued(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        token = context.attach(propagate.extract(dict(Headers(scope=scope))))
        noted = _NOTED.set([])
        try:
            await app(scope, receive, send)
        finally:
            _NOTED.reset(noted)
            context.detach(token)

    return continued


def trace_fields() -> dict[str, str]:
    """Return what a line of the log has of the trace that it belongs to."""
    current, noted = trace.get_current_span(), _NOTED.get()
    # Beside the spans of a request, as where its end is written down, the last of them is meant.
    span = noted[-1] if noted and not current.is_recording() else current.get_span_context()
    if not span.is_valid:
        return {}
    return {"trace_id": trace.format_trace_id(span.trace_id), "span_id": trace.format_span_id(span.span_id)}


def _otlp(environment: Mapping[str, str]) -> str:
    stated = next(
        (text for name in PROTOCOLS if (text := environment.get(name, "").strip())), "http/protobuf"
    )
    return _OTLP.get(stated, stated)


def _found(exporter: str) -> tuple[Any, ...]:
    return tuple(entry_points(group="opentelemetry_traces_exporter", name=exporter))


def _processor(exporter: str, names: Collection[str]) -> SpanProcessor:
    """Return what hands spans to an exporter.

    Raises:
        SettingsError: The variables that say how cannot be used.
    """
    try:
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        from vapi_sessions_mcp.http.told_spans import ToldSpans

        return BatchSpanProcessor(ToldSpans(_found(exporter)[0].load()(), names))
    except Exception as error:  # noqa: BLE001  whatever somebody else's package raises
        raise SettingsError(
            f"traces cannot be sent with {exporter} ({type(error).__name__}); one of the variables "
            "OTEL_EXPORTER_*, OTEL_BSP_* or OTEL_SPAN_* is wrong: mend it, or set OTEL_SDK_DISABLED=true"
        ) from None


def _noting() -> Any:
    """Return what notes of each request which spans it led to."""
    from opentelemetry.sdk.trace import Span, SpanProcessor

    class Noting(SpanProcessor):
        def on_start(self, span: Span, parent_context: context.Context | None = None) -> None:
            noted, made = _NOTED.get(), span.get_span_context()
            if noted is not None and span.kind is trace.SpanKind.SERVER:
                noted[:] = [made]

    return Noting()
