"""Where traces go is the operator's wish; and no collector, however bad, holds up a call or the stop."""

from __future__ import annotations

import socket
import sys
import time
from typing import TYPE_CHECKING

import pytest

from fake_upstream import SESSION_ID, FakeUpstream
from real_client import KEY
from served import Served, serving_http
from server.telemetry.ways import Caller, Parent
from server_process import environment, run_program
from silent_upstream import SilentUpstream

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from server.telemetry.collector import Collector

READ = ("get_session", {"id": SESSION_ID})
SOON = 5.0
"""Seconds in which a server must be gone."""

HIDING = """
import importlib.machinery as machinery

found = machinery.PathFinder.find_spec


def hiding(name, path=None, target=None):
    return None if name.startswith("opentelemetry.sdk") else found(name, path, target)


machinery.PathFinder.find_spec = staticmethod(hiding)
"""


@pytest.fixture
def closed_url() -> str:
    """Where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def silent() -> Generator[SilentUpstream]:
    """A collector that takes everything and answers nothing."""
    with SilentUpstream().serving() as listening:
        yield listening


async def called(url: str, *, sampled: bool = True) -> Parent:
    """Call a tool in somebody's trace."""
    parent = Parent(sampled=sampled)
    answer = await Caller("modern", url).call(*READ, headers={"traceparent": parent.header})
    assert "result" in answer
    return parent


@pytest.mark.parametrize(
    "variables",
    [{"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}],
    ids=["disabled", "none"],
)
async def test_where_none_are_wanted_none_are_sent_and_what_would_send_them_is_not_loaded(
    collector: Collector, recording_url: str, variables: dict[str, str]
) -> None:
    watching = [sys.executable, "-X", "importtime", "-m", "vapi_sessions_mcp", "http", "--port", "0"]
    stated = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "VAPI_API_KEY": KEY, **variables}
    served = Served([*watching, "--base-url", recording_url], **stated)
    try:
        parent = await called(served.url)
    finally:
        served.stop()
    assert "opentelemetry.trace" in served.log()
    assert "opentelemetry.sdk" not in served.log()
    assert parent.trace not in {span.trace for span in collector.spans}


async def test_the_sampler_is_the_one_that_is_named(collector: Collector, recording_url: str) -> None:
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_TRACES_SAMPLER": "always_off"}
    with serving_http("--base-url", recording_url, VAPI_API_KEY=KEY, **variables) as served:
        parent = await called(served.url)
        served.stop()
    assert parent.trace not in {span.trace for span in collector.spans}


async def test_a_service_without_a_name_has_ours(collector: Collector, recording_url: str) -> None:
    with serving_http(
        "--base-url",
        recording_url,
        VAPI_API_KEY=KEY,
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"{collector.url}/v1/traces",
    ) as served:
        parent = await called(served.url)
    assert {span.resource["service.name"] for span in collector.trace(parent.trace, 2)} == {
        "vapi-sessions-mcp"
    }


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_the_spans_of_the_last_call_are_sent_before_the_end(
    collector: Collector, recording_url: str, workers: str
) -> None:
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "3600000"}
    flags = ("--base-url", recording_url, "--workers", workers)
    with serving_http(*flags, VAPI_API_KEY=KEY, **variables) as served:
        parent = await called(served.url)
        assert parent.trace not in {span.trace for span in collector.spans}
        served.stop()
    assert len([span for span in collector.spans if span.trace == parent.trace]) == 2


async def test_a_collector_that_hangs_holds_up_neither_calls_nor_the_stop(
    silent: SilentUpstream, upstream: FakeUpstream, recording_url: str
) -> None:
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": silent.url, "OTEL_BSP_SCHEDULE_DELAY": "20"}
    with serving_http("--base-url", recording_url, VAPI_API_KEY=KEY, **variables) as served:
        await called(served.url)
        silent.request()
        begun = time.monotonic()
        for _ in range(5):
            await called(served.url)
        assert time.monotonic() - begun < SOON
        begun = time.monotonic()
        served.stop()
        assert time.monotonic() - begun < SOON
    assert len(upstream.requests) == 6


async def test_nor_does_one_that_is_not_there(
    closed_url: str, upstream: FakeUpstream, recording_url: str
) -> None:
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": closed_url, "OTEL_BSP_SCHEDULE_DELAY": "20"}
    with serving_http("--base-url", recording_url, VAPI_API_KEY=KEY, **variables) as served:
        await called(served.url)
        served.wait_for_log("opentelemetry")
        for _ in range(5):
            await called(served.url)
        begun = time.monotonic()
        served.stop()
        assert time.monotonic() - begun < SOON
    assert len(upstream.requests) == 6


class TestStart:
    def refused(self, **variables: str) -> str:
        """Start a server that must not start, and return the one line that it says."""
        ended = run_program("http", "--port", "0", "--sandbox", env=environment(**variables))
        assert ended.returncode == 2
        line = ended.stderr.decode()
        assert line.count("\n") == 1, line
        return line

    def test_without_the_extra_the_start_names_it(self, tmp_path: Path, closed_url: str) -> None:
        (tmp_path / "sitecustomize.py").write_text(HIDING)
        line = self.refused(PYTHONPATH=str(tmp_path), OTEL_EXPORTER_OTLP_ENDPOINT=closed_url)
        assert "pip install 'vapi-sessions-mcp[otel]'" in line

    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("OTEL_TRACES_EXPORTER", "pigeon"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "pigeon"),
            ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "9000"),
        ],
    )
    def test_a_variable_that_cannot_be_used_is_told_in_a_line(
        self, closed_url: str, variable: str, value: str
    ) -> None:
        assert "OTEL_" in self.refused(**{"OTEL_EXPORTER_OTLP_ENDPOINT": closed_url, variable: value})
