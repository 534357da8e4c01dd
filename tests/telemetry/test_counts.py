"""The counts of a server: right sums, and no more names than are known before."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from prometheus_client import CollectorRegistry

from fake_upstream import SESSION_ID, FakeUpstream, HeldResponse, severed_response
from in_process import http_server
from posted import HANDSHAKE, MODERN, Post, events_of, letter
from server_process import LONGEST
from telemetry.callers import Caller, connections, samples
from vapi_sessions_mcp.http.upstream_metrics import UpstreamMetrics
from vapi_sessions_mcp.http.upstream_spans import Observers, UpstreamSpans

if TYPE_CHECKING:
    from collections.abc import Generator

READ: tuple[str, dict[str, Any]] = ("get_session", {"id": SESSION_ID})
DELETE = {"name": "delete_session", "arguments": {"id": SESSION_ID}}


@pytest.fixture
def url(api_url: str) -> Generator[str]:
    """A server that asks before it deletes and has counted nothing yet."""
    with http_server("--base-url", api_url, "--confirm", "delete_session") as served:
        yield served


def of(counted: dict[tuple[str, ...], float], name: str) -> dict[tuple[str, ...], float]:
    """Return the samples of a name that are not zero."""
    return {key[1:]: value for key, value in counted.items() if key[0] == name and value}


async def wait_for(url: str, value: float, *names: str) -> dict[tuple[str, ...], float]:
    """Wait until gauges have a value."""
    with anyio.fail_after(LONGEST):
        while True:
            counted = await samples(url)
            if all(counted[(name,)] == value for name in names):
                return counted


async def test_calls_and_requests_are_counted_by_how_they_ended(url: str, upstream: FakeUpstream) -> None:
    caller = Caller("modern", url)
    await caller.call(*READ)
    await caller.call("get_session", {})
    for status in (404, 500, 429, 429, 429):
        upstream.respond({"message": "no"}, status, {"retry-after": "0"})
    for _ in range(3):
        await caller.call(*READ)
    upstream.responses.append(severed_response)
    await caller.call("create_session", {"name": "n"})
    asking = letter("tools/call", DELETE, era=MODERN, capabilities={"elicitation": {"form": {}}})
    async with connections() as http:
        await Post(http, f"{url}/mcp", MODERN).send(asking)
    await caller.call("no_such_tool", {})
    for name in (["get_session"], {"get_session": 1}, None, 7):
        await Caller("stateful", url).ask("tools/call", {"name": name, "arguments": {}})
    counted = await samples(url)
    calls = of(counted, "tool_calls_total")
    assert sum(calls.pop(key) for key in list(calls) if key[1] == "unknown") == 5
    assert calls == {
        ("ok", "get_session"): 1,
        ("invalid_arguments", "get_session"): 1,
        ("not_found", "get_session"): 1,
        ("upstream", "get_session"): 1,
        ("rate_limited", "get_session"): 1,
        ("unknown_outcome", "create_session"): 1,
        ("asked", "delete_session"): 1,
    }
    assert of(counted, "upstream_retries_total") == {("GET",): 2}
    requests = of(counted, "upstream_requests_total")
    assert (requests["GET", "429"], requests["POST", "lost"]) == (3, 1)
    assert sum(of(counted, "upstream_request_seconds_count").values()) == sum(requests.values())
    assert sum(of(counted, "tool_call_seconds_count").values()) == sum(calls.values()) + 5


async def test_a_call_is_in_flight_until_its_client_disconnects(url: str, upstream: FakeUpstream) -> None:
    in_flight = ("tool_calls_in_flight", "upstream_requests_in_flight")
    held = HeldResponse()
    upstream.responses.append(held)
    async with connections() as http:
        post = Post(http, f"{url}/mcp", HANDSHAKE)
        await post.open()
        calling = asyncio.create_task(post.call(*READ))
        await anyio.to_thread.run_sync(held.wait_for_request)
        await wait_for(url, 1, *in_flight)
        calling.cancel()
        await http.delete(f"{url}/mcp", headers=post.headers)
        counted = await wait_for(url, 0, *in_flight)
    held.release()
    assert of(counted, "upstream_requests_total") == {("GET", "cancelled"): 1}


def test_a_waiting_call_is_reported_to_each_observer() -> None:
    registry = CollectorRegistry()
    observers = Observers(UpstreamMetrics(registry, (1.0,)), UpstreamSpans("https://api.example"))
    with observers.waiting():
        assert registry.get_sample_value("vapi_sessions_upstream_calls_waiting") == 1
    assert registry.get_sample_value("vapi_sessions_upstream_calls_waiting") == 0


async def test_open_streams_are_counted_until_they_end(url: str) -> None:
    async with connections() as http:
        async with http.stream("GET", f"{url}/sse") as stream:
            await anext(events_of(stream))
            await wait_for(url, 1, "http_streams_open")
        await wait_for(url, 0, "http_streams_open")
