"""What is counted, and that Prometheus can read it."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as open_metrics,  # pyright: ignore[reportUnknownVariableType]
)
from prometheus_client.parser import text_string_to_metric_families as plain_text

from server_process import LONGEST, environment
from vapi_sessions_mcp.http.application import create_application
from vapi_sessions_mcp.http.http_settings import HttpSettings
from vapi_sessions_mcp.http.metrics import SHARED_FOLDER, Metrics
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.observation import Attempt
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from mcp.server.lowlevel.server import Server
    from prometheus_client.metrics_core import Metric

    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.toolset import Toolset

OPEN = ("accept", "application/openmetrics-text; version=1.0.0")


async def told(ask: Any, metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Return each sample: its name and the values of its labels."""
    answer = await ask(metrics.application(), path="/metrics")
    return samples(plain_text(answer.text))


def samples(families: Any) -> dict[tuple[str, ...], float]:
    every: list[Metric] = list(families)
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in every
        for sample in family.samples
    }


async def test_calls_are_counted_by_tool_and_outcome_whatever_names_clients_think_of(
    ask: Any, server: Server[Any], toolset: Toolset, upstream: FakeUpstream
) -> None:
    metrics = Metrics()
    server.middleware.append(metrics.counting([tool.name for tool in toolset.tools]))
    async with Client(server, mode="legacy") as client:
        await client.call_tool("get_session", {"id": "0197f3c2-1111-4222-8333-444455556666"})
        await client.call_tool("get_session", {"id": 1, "none": True})
        upstream.respond({"message": "no"}, 404)
        await client.call_tool("get_session", {"id": "0197f3c2-1111-4222-8333-444455556666"})
        for number in range(50):
            with pytest.raises(MCPError):
                await client.call_tool(f"tool-{number}", {})
    counted = await told(ask, metrics)
    name = "vapi_sessions_tool_calls_total"
    assert {key: value for key, value in counted.items() if key[0] == name} == {
        (name, "ok", "get_session"): 1,
        (name, "invalid_arguments", "get_session"): 1,
        (name, "not_found", "get_session"): 1,
        (name, "refused", "unknown"): 50,
    }
    assert counted["vapi_sessions_tool_call_seconds_count", "get_session"] == 3
    assert counted[("vapi_sessions_tool_calls_in_flight",)] == 0
    assert counted["vapi_sessions_build_info", __version__] == 1


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (CallToolResult(content=[]), "ok"),
        (CallToolResult(content=[], is_error=True), "error"),
        ({"resultType": "input_required"}, "asked"),
        ({"isError": False, "structuredContent": {"error": {"kind": "any"}}}, "ok"),
        ({"isError": True, "structuredContent": {"error": {"kind": "no_key"}}}, "no_key"),
    ],
)
async def test_a_result_says_how_its_call_ended(ask: Any, result: Any, outcome: str) -> None:
    async def answered(_context: Any) -> Any:
        return result

    metrics = Metrics()
    context: Any = SimpleNamespace(method="tools/call", params={"name": "any"})
    assert await metrics.counting(["any"])(context, answered) is result
    assert (await told(ask, metrics))["vapi_sessions_tool_calls_total", outcome, "any"] == 1


async def test_a_call_that_is_taken_back_is_told_apart(ask: Any) -> None:
    async def never(_context: Any) -> None:
        await anyio.sleep_forever()

    metrics = Metrics()
    context: Any = SimpleNamespace(method="tools/call", params={"name": "any"})
    with anyio.move_on_after(0.01):
        await metrics.counting(["any"])(context, never)
    assert (await told(ask, metrics))["vapi_sessions_tool_calls_total", "cancelled", "any"] == 1


async def test_requests_to_the_api_are_counted_while_and_after_they_last(ask: Any) -> None:
    metrics = Metrics()
    upstream = metrics.upstream()
    attempt = Attempt("GET", "/session/{id}", 2)
    with upstream.waiting(), upstream.attempt(attempt):
        counted = await told(ask, metrics)
        assert counted[("vapi_sessions_upstream_requests_in_flight",)] == 1
        assert counted[("vapi_sessions_upstream_calls_waiting",)] == 1
        attempt.status = 503
    for odd in (99, 999, 700):
        with upstream.attempt(Attempt("GET", "/session", 1, status=odd)):
            pass
    with upstream.attempt(Attempt("POST", "/session", 1, failure="timeout")):
        pass
    counted = await told(ask, metrics)
    assert counted[("vapi_sessions_upstream_requests_in_flight",)] == 0
    assert counted["vapi_sessions_upstream_retries_total", "GET"] == 1
    assert counted["vapi_sessions_upstream_requests_total", "GET", "503"] == 1
    assert counted["vapi_sessions_upstream_requests_total", "GET", "other"] == 3
    assert counted["vapi_sessions_upstream_requests_total", "POST", "timeout"] == 1
    assert counted["vapi_sessions_upstream_request_seconds_count", "GET"] == 4


async def test_http_requests_are_counted_by_the_servers_own_paths(ask: Any, innermost: Any) -> None:
    metrics = Metrics()
    app = metrics.over(innermost)
    for number in range(50):
        await ask(app, path=f"/any/{number}")
    await ask(app, path="/mcp/", method="POST")
    counted = await told(ask, metrics)
    assert counted["vapi_sessions_http_requests_total", "other", "200"] == 50
    assert counted["vapi_sessions_http_requests_total", "/mcp", "200"] == 1
    assert counted[("vapi_sessions_http_streams_open",)] == 0


async def test_both_formats_of_prometheus_are_spoken(ask: Any) -> None:
    metrics = Metrics()
    plain = await ask(metrics.application())
    assert plain.headers["content-type"].startswith("text/plain; version=")
    spoken = await ask(metrics.application(), OPEN)
    assert spoken.headers["content-type"].startswith("application/openmetrics-text")
    kept = samples(open_metrics(spoken.text))  # type: ignore[no-untyped-call]
    assert {key[0] for key in kept} >= {"process_resident_memory_bytes", "vapi_sessions_build_info"}


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
async def test_off_loopback_they_are_guarded_like_the_rest(ask: Any, toolset: Toolset, host: str) -> None:
    settings = resolve(Flags(sandbox=True), {})
    local = host == "127.0.0.1"
    http = HttpSettings(host=host, behind_tls=not local, credentials="header")
    app = create_application(settings, http, toolset, Metrics())
    assert (await ask(app, path="/metrics")).status_code == (200 if local else 401)
    let_in = await ask(app, ("authorization", "Bearer a-private-key"), path="/metrics")
    assert let_in.status_code == 200


def count_together(folder: Path, program: str) -> str:
    start = (
        "import asyncio, os, httpx\n"
        "from vapi_sessions_mcp.http.metrics import Metrics\n"
        "from vapi_sessions_tools.observation import Attempt\n"
        "metrics = Metrics()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", start + program],
        env=environment(**{SHARED_FOLDER: os.fspath(folder)}),
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=True,
    )
    return ended.stdout


_DIES_IN_A_REQUEST = """
upstream = metrics.upstream()
with upstream.attempt(Attempt('GET', '/session', 1, status=200)):
    pass
upstream.attempt(Attempt('GET', '/session', 1)).__enter__()
os._exit(0)
"""
_TELLS = """
metrics.upstream()
async def tell():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(metrics.application())) as http:
        print((await http.get('http://localhost/metrics')).text)
asyncio.run(tell())
"""


def test_processes_count_together_and_what_a_dead_one_had_in_hand_is_forgotten(tmp_path: Path) -> None:
    count_together(tmp_path, _DIES_IN_A_REQUEST)
    count_together(tmp_path, _DIES_IN_A_REQUEST)
    assert list(tmp_path.glob("gauge_livesum_*.db"))
    counted = samples(plain_text(count_together(tmp_path, _TELLS)))
    assert counted["vapi_sessions_upstream_requests_total", "GET", "200"] == 2
    assert counted[("vapi_sessions_upstream_requests_in_flight",)] == 0
    assert counted["vapi_sessions_build_info", __version__] == 1
