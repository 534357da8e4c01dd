"""HTTP servers as processes: shared metrics, the last spans, the end of workers, refused starts."""

from __future__ import annotations

import json
import os
import signal
import socket
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio
import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from fake_upstream import SESSION_ID, FakeUpstream, serving
from in_process import run_main
from served import serving_http
from server_process import KEY, LONGEST
from telemetry.callers import Caller, Parent, samples
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

posix_only = pytest.mark.skipif(os.name != "posix", reason="kills processes with signals")


def living(temporary: Path) -> set[int]:
    """Return the processes whose work in flight is counted."""
    return {int(file.stem.rpartition("_")[2]) for file in temporary.glob("vapi-*/gauge_live*.db")}


async def two_workers(url: str, temporary: Path) -> set[int]:
    """Wait until two processes serve."""
    with anyio.fail_after(LONGEST):
        while len(living(temporary)) < 2:
            await samples(url)
    return living(temporary)


@posix_only
async def test_workers_share_metrics_without_killed_ones_and_send_their_last_spans(
    tmp_path: Path, upstream_url: str
) -> None:
    parent, collector = Parent(), FakeUpstream()
    variables = {"TMPDIR": str(tmp_path), "VAPI_API_KEY": KEY, "OTEL_BSP_SCHEDULE_DELAY": "3600000"}
    flags = ("--base-url", upstream_url, "--workers", "2", "--log-level", "info", "--log-format", "json")
    with (
        serving(collector) as url,
        serving_http(*flags, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=url, **variables) as served,
    ):
        caller, killed = Caller("modern", served.url), min(await two_workers(served.url, tmp_path))
        for _ in range(10):
            await caller.call("list_sessions", {})
        for _ in range(4):  # whichever process answers
            counted = await samples(served.url)
            assert counted["tool_calls_total", "ok", "list_sessions"] == 10
            assert counted["build_info", __version__] == 1
        os.kill(killed, signal.SIGKILL)
        counted = {}
        with anyio.fail_after(LONGEST):
            while killed in living(tmp_path):
                with suppress(httpx.TransportError):
                    counted = await samples(served.url)
        assert counted["tool_calls_total", "ok", "list_sessions"] == 10
        await caller.call("get_session", {"id": SESSION_ID}, parent.header)
        assert collector.requests == []
        served.stop()
    assert not living(tmp_path)
    sent = [ExportTraceServiceRequest.FromString(request.body) for request in collector.requests]
    resources = [one for message in sent for one in message.resource_spans]
    names = {one.value.string_value for resource in resources for one in resource.resource.attributes}
    assert "vapi-sessions-mcp" in names
    every = [span for resource in resources for scope in resource.scope_spans for span in scope.spans]
    spans = {span.span_id.hex(): span.name for span in every if span.trace_id.hex() == parent.trace}
    assert sorted(spans.values()) == ["GET /session/{id}", "tools/call get_session"]
    lines = [json.loads(line) for line in served.log().splitlines()]
    (line,) = [line for line in lines if line.get("trace_id") == parent.trace]
    assert (line["path"], spans[line["span_id"]]) == ("/mcp", "tools/call get_session")


@posix_only
async def test_workers_whose_parent_is_killed_stop(tmp_path: Path) -> None:
    flags = ("--sandbox", "--sandbox-db", str(tmp_path / "sandbox.db"), "--workers", "2")
    with serving_http(*flags, TMPDIR=str(tmp_path)) as served:
        workers = await two_workers(served.url, tmp_path)
        served.process.kill()
        served.process.wait(LONGEST)
        try:
            with anyio.fail_after(LONGEST):
                while is_served(served.url):
                    await anyio.lowlevel.checkpoint()
        finally:
            for worker in workers:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)


def is_served(url: str) -> bool:
    place = urlsplit(url)
    try:
        socket.create_connection((place.hostname, place.port), LONGEST).close()
    except ConnectionError:
        return False
    return True


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OTEL_TRACES_EXPORTER", "pigeon"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "9000"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "many"),
    ],
)
def test_a_trace_variable_that_cannot_be_used_ends_the_start_with_one_line(variable: str, value: str) -> None:
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", variable: value}
    ended = run_main("http", "--port", "0", "--sandbox", **variables)
    assert ended.status == 2
    (line,) = ended.err.splitlines()
    assert "OTEL_" in line


def test_workers_without_a_folder_to_count_in_are_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    database = str(tmp_path / "sandbox.db")
    ended = run_main("http", "--port", "0", "--workers", "2", "--sandbox", "--sandbox-db", database)
    assert ended.status == 2
    assert "TMPDIR" in ended.err.splitlines()[-1]
    assert "Traceback" not in ended.err
