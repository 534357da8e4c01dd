"""Requests to the API, counted by the client itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
from prometheus_client import CollectorRegistry

from fake_upstream import SESSION_ID
from vapi_sessions_mcp.http.upstream_metrics import UpstreamMetrics
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.contract.loading import Contract


async def test_each_attempt_of_a_call_is_counted_with_how_it_ended(
    contract: Contract, upstream: FakeUpstream
) -> None:
    registry = CollectorRegistry()
    metrics = UpstreamMetrics(registry, (1.0,))
    transport = httpx.ASGITransport(upstream)
    client = Client("http://127.0.0.1:1", transport=transport, observer=metrics)
    toolset = Toolset(contract, lambda: client)
    upstream.respond({}, 503, {"retry-after": "0"})
    await toolset.call("get_session", {"id": SESSION_ID}, Credential("a-private-key"))
    await toolset.aclose()
    name = "vapi_sessions_upstream"
    for outcome in ("503", "200"):
        labels = {"method": "GET", "outcome": outcome}
        assert registry.get_sample_value(f"{name}_requests_total", labels) == 1
    assert registry.get_sample_value(f"{name}_retries_total", {"method": "GET"}) == 1
    assert registry.get_sample_value(f"{name}_request_seconds_count", {"method": "GET"}) == 2
    assert registry.get_sample_value(f"{name}_requests_in_flight") == 0
    assert registry.get_sample_value(f"{name}_calls_waiting") == 0
