"""Metrics: what is counted, and that Prometheus can read it."""

from __future__ import annotations

import sys
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS, CallToolResult
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as open_metrics,  # pyright: ignore[reportUnknownVariableType]
)
from prometheus_client.parser import text_string_to_metric_families as plain_text

from vapi_sessions_mcp.http.metrics import Metrics
from vapi_sessions_tools.observation import Attempt

if TYPE_CHECKING:
    from server.http.conftest import Asking, Innermost

OPEN = ("accept", "application/openmetrics-text; version=1.0.0")


async def counts(ask: Asking, metrics: Metrics) -> dict[tuple[str, ...], float]:
    return samples(plain_text((await ask(metrics.application(), path="/metrics")).text))


def samples(families: Any) -> dict[tuple[str, ...], float]:
    """Return each sample by its name and the values of its labels."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (CallToolResult(content=[], is_error=True), "error"),
        ({"resultType": "input_required"}, "asked"),
        ({"isError": False, "structuredContent": {"error": {"kind": "any"}}}, "ok"),
        ({"isError": True, "structuredContent": {"error": {"kind": "no_key"}}}, "no_key"),
        (None, "cancelled"),
        (MCPError(INTERNAL_ERROR, "a fault"), "fault"),
        (MCPError(INVALID_PARAMS, "refused"), "refused"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_call_is_counted_by_how_it_ended(ask: Asking, result: Any, outcome: str) -> None:
    async def handle(_context: Any) -> Any:
        if result is None:
            await anyio.sleep_forever()
        if isinstance(result, Exception):
            raise result
        return result

    metrics = Metrics()
    context: Any = SimpleNamespace(method="tools/call", params={"name": "any"})
    with anyio.move_on_after(0.01 if result is None else 30), suppress(MCPError):
        assert await metrics.counting(["any"])(context, handle) is result
    assert (await counts(ask, metrics))["vapi_sessions_tool_calls_total", outcome, "any"] == 1


async def test_requests_to_the_api_are_counted_while_and_after_they_last(ask: Asking) -> None:
    metrics = Metrics()
    upstream = metrics.upstream()
    attempt = Attempt("GET", "/session/{id}", 2)
    with upstream.waiting(), upstream.attempt(attempt):
        counted = await counts(ask, metrics)
        assert counted[("vapi_sessions_upstream_requests_in_flight",)] == 1
        assert counted[("vapi_sessions_upstream_calls_waiting",)] == 1
        attempt.status = 503
    for odd in (99, 999, 700):
        with upstream.attempt(Attempt("GET", "/session", 1, status=odd)):
            pass
    with upstream.attempt(Attempt("POST", "/session", 1, failure="timeout")):
        pass
    counted = await counts(ask, metrics)
    assert counted[("vapi_sessions_upstream_requests_in_flight",)] == 0
    assert counted["vapi_sessions_upstream_retries_total", "GET"] == 1
    assert counted["vapi_sessions_upstream_requests_total", "GET", "503"] == 1
    assert counted["vapi_sessions_upstream_requests_total", "GET", "other"] == 3
    assert counted["vapi_sessions_upstream_requests_total", "POST", "timeout"] == 1
    assert counted["vapi_sessions_upstream_request_seconds_count", "GET"] == 4


async def test_http_requests_are_counted_by_known_paths_in_both_formats_of_prometheus(
    ask: Asking, innermost: Innermost
) -> None:
    metrics = Metrics()
    app = metrics.over(innermost)
    for path in ("/any/1", "/any/2", "/mcp/"):
        await ask(app, path=path, method="POST")
    plain, spoken = await ask(metrics.application()), await ask(metrics.application(), OPEN)
    assert plain.headers["content-type"].startswith("text/plain; version=")
    assert spoken.headers["content-type"].startswith("application/openmetrics-text")
    for counted in (samples(plain_text(plain.text)), samples(open_metrics(spoken.text))):
        assert counted["vapi_sessions_http_requests_total", "other", "200"] == 2
        assert counted["vapi_sessions_http_requests_total", "/mcp", "200"] == 1
        assert counted[("vapi_sessions_http_streams_open",)] == 0
        assert ("process_resident_memory_bytes",) in counted or sys.platform != "linux"
