"""Traces, sent where OpenTelemetry's standard variables say; without them nothing of it is loaded.

The SDK makes a span of each MCP message already. Here it gets the parent that the HTTP request names, and
each request to the API becomes a child of it.
"""

from __future__ import annotations

import threading
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from opentelemetry import context, propagate, trace
from starlette.datastructures import Headers

from vapi_sessions_mcp.http.authentication import SECRETS
from vapi_sessions_tools.engine.placeholder import REDACTED
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentelemetry.sdk.trace import TracerProvider
    from starlette.types import ASGIApp, Receive, Scope, Send

EXPORTERS = "OTEL_TRACES_EXPORTER"
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")

_OTLP = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}
_LAST_SPANS = 1.0
"""Seconds in which the last spans are sent when the server stops."""


def wanted_exporters(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of what traces are sent with, as the packages that have them call it.

    Raises:
        SettingsError: One is not installed.
    """
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
        SettingsError: What they are sent with is not installed.
    """
    if not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return Tracing(None)
    exporters = wanted_exporters(environment)
    if not exporters:
        return None
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    ours = {SERVICE_VERSION: __version__}
    if not environment.get("OTEL_SERVICE_NAME"):
        ours[SERVICE_NAME] = "vapi-sessions-mcp"
    # What the variables say of the resource wins over what is ours.
    resource = Resource(ours).merge(Resource.create())
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(_without_secrets())
    for exporter in exporters:
        provider.add_span_processor(BatchSpanProcessor(_found(exporter)[0].load()()))
    trace.set_tracer_provider(provider)
    return Tracing(provider)


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
        try:
            await app(scope, receive, send)
        finally:
            context.detach(token)

    return continued


def trace_fields() -> dict[str, str]:
    """Return what a line of the log has of the trace that it belongs to."""
    span = trace.get_current_span().get_span_context()
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


def _without_secrets() -> Any:
    """Return what takes a caller's secrets out of a span: a client may have written one as a tool's name."""
    from opentelemetry.sdk.trace import Span, SpanProcessor

    class WithoutSecrets(SpanProcessor):
        def on_start(self, span: Span, parent_context: context.Context | None = None) -> None:  # noqa: ARG002
            for secret in SECRETS.get():
                if secret in span.name:
                    span.update_name(span.name.replace(secret, REDACTED))
                for name, value in dict(span.attributes or {}).items():
                    if isinstance(value, str) and secret in value:
                        span.set_attribute(name, value.replace(secret, REDACTED))

    return WithoutSecrets()
