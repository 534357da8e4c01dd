"""The exporters of traces that the OpenTelemetry variables choose."""

from __future__ import annotations

import subprocess
import sys

import pytest

from server_process import LONGEST, environment
from vapi_sessions_mcp.http.tracing import wanted_exporters
from vapi_sessions_tools.errors import SettingsError

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
def test_variables_choose_the_exporters(variables: dict[str, str], exporters: tuple[str, ...]) -> None:
    assert wanted_exporters(variables) == exporters


@pytest.mark.parametrize(
    "variables", [{"OTEL_TRACES_EXPORTER": "zipkin"}, {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", **ENDPOINT}]
)
def test_exporter_that_is_not_installed_is_refused(variables: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="OTEL_TRACES_EXPORTER"):
        wanted_exporters(variables)


PROGRAM = """
import sys
from vapi_sessions_mcp.http.serving import create_worker
from vapi_sessions_mcp.http.http_settings import HttpSettings
from vapi_sessions_mcp.settings import Flags, resolve

create_worker(resolve(Flags(sandbox=True), {}), HttpSettings())
print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exp'))])

from vapi_sessions_mcp.cli import main

sys.modules['opentelemetry.sdk'] = None
import os
os.environ['OTEL_EXPORTER_OTLP_ENDPOINT'] = 'http://127.0.0.1:4318'
sys.exit(main(['http', '--sandbox', '--port', '0']))
"""


def test_sdk_is_loaded_only_when_traces_are_wanted_and_its_absence_stops_the_start() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment(), capture_output=True, text=True, timeout=LONGEST
    )
    assert ended.stdout.strip() == "[]"
    assert ended.returncode != 0
    (line,) = ended.stderr.splitlines()
    assert "pip install 'vapi-sessions-mcp[otel]'" in line
