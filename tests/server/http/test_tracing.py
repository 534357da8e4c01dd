"""What is asked for with OpenTelemetry's variables, and what of a span is told."""

from __future__ import annotations

import subprocess
import sys

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from server_process import LONGEST, environment
from vapi_sessions_mcp.http.told_spans import ToldSpans
from vapi_sessions_mcp.http.tracing import wanted_exporters
from vapi_sessions_tools.errors import SettingsError

SECRET = "sk-planted-by-a-client-98765"
ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


@pytest.mark.parametrize(
    ("variables", "exporters"),
    [
        ({}, ()),
        ({"OTEL_SERVICE_NAME": "any"}, ()),
        (ENDPOINT, ("otlp_proto_http",)),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, ("otlp_proto_http",)),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, ("otlp_proto_http",)),
        ({"OTEL_TRACES_EXPORTER": "none", **ENDPOINT}, ()),
        ({"OTEL_SDK_DISABLED": "TRUE", **ENDPOINT}, ()),
        ({"OTEL_TRACES_EXPORTER": "otlp, console"}, ("otlp_proto_http", "console")),
    ],
)
def test_traces_are_sent_where_the_variables_say(
    variables: dict[str, str], exporters: tuple[str, ...]
) -> None:
    assert wanted_exporters(variables) == exporters


@pytest.mark.parametrize(
    "variables", [{"OTEL_TRACES_EXPORTER": "zipkin"}, {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", **ENDPOINT}]
)
def test_what_is_not_installed_cannot_be_sent_with(variables: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="OTEL_TRACES_EXPORTER"):
        wanted_exporters(variables)


def run(program: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program of its own."""
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, env=environment(**variables), capture_output=True, text=True, timeout=LONGEST, check=False
    )


def test_without_the_extra_the_start_stops_with_one_line_that_says_what_to_install() -> None:
    ended = run(
        "import sys; sys.modules['opentelemetry.sdk'] = None\n"
        "from vapi_sessions_mcp.cli import main\n"
        "sys.exit(main(['http', '--sandbox', '--port', '0']))",
        **ENDPOINT,
    )
    assert ended.returncode != 0
    (line,) = ended.stderr.splitlines()
    assert "pip install 'vapi-sessions-mcp[otel]'" in line


def test_where_nobody_asks_for_traces_nothing_of_them_is_loaded() -> None:
    ended = run(
        "import sys\n"
        "from vapi_sessions_mcp.http.serving import create_worker\n"
        "from vapi_sessions_mcp.http.http_settings import HttpSettings\n"
        "from vapi_sessions_mcp.settings import Flags, resolve\n"
        "create_worker(resolve(Flags(sandbox=True), {}), HttpSettings())\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exp'))])"
    )
    assert ended.stdout.strip() == "[]", ended.stderr


class Spans:
    """Spans as the SDK makes them, and what is told of them."""

    def __init__(self) -> None:
        self.told = InMemorySpanExporter()
        self._provider = TracerProvider(shutdown_on_exit=False)
        exporter = ToldSpans(self.told, {"get_session"})
        self._provider.add_span_processor(SimpleSpanProcessor(exporter))

    def make(self, method: str, target: str, scope: str = "mcp-python-sdk") -> None:
        """Make one, with whatever a client wrote."""
        attributes = {
            "mcp.method.name": method,
            "mcp.protocol.version": SECRET,
            "jsonrpc.request.id": SECRET,
            "gen_ai.tool.name": target,
            "error.type": "-32602",
        }
        tracer = self._provider.get_tracer(scope)
        with tracer.start_as_current_span(
            f"{method} {target}", kind=SpanKind.SERVER, attributes=attributes
        ) as span:
            span.record_exception(ValueError(SECRET))
            span.set_status(StatusCode.ERROR, SECRET)


def test_nothing_that_a_client_wrote_is_told() -> None:
    spans = Spans()
    spans.make(f"tools/{SECRET}", SECRET)
    (span,) = spans.told.get_finished_spans()
    assert span.name == "other other"
    assert SECRET not in span.to_json()
    assert span.status.status_code is StatusCode.ERROR


def test_what_there_is_is_named() -> None:
    spans = Spans()
    spans.make("tools/call", "get_session")
    (span,) = spans.told.get_finished_spans()
    assert span.name == "tools/call get_session"
    assert dict(span.attributes or {}) == {
        "mcp.method.name": "tools/call",
        "gen_ai.tool.name": "get_session",
        "error.type": "-32602",
    }
    assert span.kind is SpanKind.SERVER
    assert span.context is not None
    assert span.start_time and span.end_time  # noqa: PT018  both are times


def test_spans_of_ours_are_told_as_they_are() -> None:
    spans = Spans()
    spans.make("any", "thing", scope="vapi-sessions-mcp")
    (span,) = spans.told.get_finished_spans()
    assert span.name == "any thing"
