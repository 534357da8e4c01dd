"""What is counted of the real server's work: sums that are right, and no more names than are known before."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as open_metrics,  # pyright: ignore[reportUnknownVariableType]
)
from prometheus_client.parser import text_string_to_metric_families as plain_text

from fake_upstream import SESSION_ID, FakeUpstream, HeldResponse, severed_response
from posted import HANDSHAKE, MODERN, Letter, Post, events_of, letter
from real_client import KEY
from served import Served, serving_http
from server.telemetry.ways import Caller, Way, connections
from server_process import LONGEST

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

READ = ("get_session", {"id": SESSION_ID})
MANY = 80

Counts = dict[tuple[str, ...], float]


@pytest.fixture(scope="module")
def server(recording_url: str) -> Generator[Served]:
    """A server that asks before it deletes."""
    flags = ("--base-url", recording_url, "--confirm", "delete_session")
    with serving_http(*flags, VAPI_API_KEY=KEY) as served:
        yield served


async def counts(served: Served) -> Counts:
    """Return every sample by its name and its labels' values."""
    async with connections() as http:
        text = (await http.get(f"{served.url}/metrics")).text
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in plain_text(text)
        for sample in family.samples
    }


def more(before: Counts, after: Counts, name: str) -> Counts:
    """Return by how much a family's samples have grown."""
    grown = {key[1:]: value - before.get(key, 0) for key, value in after.items() if key[0] == name}
    return {key: value for key, value in grown.items() if value}


async def until(served: Served, expected: Mapping[tuple[str, ...], float]) -> Counts:
    """Wait until some samples have the values that are expected."""
    with anyio.fail_after(LONGEST):
        while True:
            counted = await counts(served)
            if expected.items() <= counted.items():
                return counted


async def test_calls_are_counted_by_how_they_ended(server: Served, upstream: FakeUpstream) -> None:
    before = await counts(server)
    caller = Caller("modern", server.url)
    await caller.call(*READ)
    await caller.call("get_session", {})
    for status in (400, 401, 404, 500):
        upstream.respond({"message": "no"}, status)
        await caller.call(*READ)
    for _ in range(3):
        upstream.respond({"message": "slow down"}, 429, {"retry-after": "0"})
    await caller.call(*READ)
    upstream.responses.append(severed_response)
    await caller.call("create_session", {"name": "n"})
    meta: dict[str, Any] = {"io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}}
    async with connections() as http:
        post = Post(http, f"{server.url}/mcp", MODERN)
        sent = letter("tools/call", {"name": "delete_session", "arguments": {"id": SESSION_ID}}, era=MODERN)
        sent.json["params"]["_meta"].update(meta)
        await post.send(sent)
    await caller.call("no_such_tool", {})
    after = await counts(server)
    told = more(before, after, "vapi_sessions_tool_calls_total")
    assert told == {
        ("ok", "get_session"): 1,
        ("invalid_arguments", "get_session"): 1,
        ("refused_by_api", "get_session"): 1,
        ("unauthorized", "get_session"): 1,
        ("not_found", "get_session"): 1,
        ("upstream", "get_session"): 1,
        ("rate_limited", "get_session"): 1,
        ("unknown_outcome", "create_session"): 1,
        ("asked", "delete_session"): 1,
        ("refused", "unknown"): 1,
    }
    assert more(before, after, "vapi_sessions_upstream_retries_total") == {("GET",): 2}
    asked = more(before, after, "vapi_sessions_upstream_requests_total")
    assert asked["GET", "429"] == 3
    assert asked["POST", "lost"] == 1
    assert sum(more(before, after, "vapi_sessions_upstream_request_seconds_count").values()) == sum(
        asked.values()
    )
    assert sum(more(before, after, "vapi_sessions_tool_call_seconds_count").values()) == sum(told.values())


@pytest.mark.parametrize("way", ["modern", "stateful", "sse"])
async def test_a_tool_with_no_name_of_a_tool_is_unknown(server: Served, way: Way) -> None:
    before = await counts(server)
    for name in ("no_such_tool", ["get_session"], {"get_session": 1}, None, 7):
        if way == "modern" and not isinstance(name, str):
            continue  # its headers could not say so
        answer = await Caller(way, server.url).ask("tools/call", {"name": name, "arguments": {}})
        assert answer["error"]["code"] == -32602
    told = more(before, await counts(server), "vapi_sessions_tool_calls_total")
    assert {labels[1] for labels in told} == {"unknown"}


async def test_however_many_names_clients_think_of_there_are_no_more_samples(server: Served) -> None:
    await Caller("modern", server.url).call("first", {})
    async with connections() as http:
        await http.get(f"{server.url}/first")
        await http.request("BREW", f"{server.url}/first")
        before = await counts(server)
        post = Post(http, f"{server.url}/mcp", MODERN)
        for number in range(MANY):
            await post.call(f"tool-{number}", {})
            await http.request(f"BREW{number}", f"{server.url}/{number}?{number}")
            await post.ask(f"method-{number}")
    after = await counts(server)
    grown = set(after) - set(before)
    assert not [key for key in grown if not key[0].startswith("vapi_sessions_http_requests")]
    assert len(grown) <= 4
    assert after["vapi_sessions_tool_calls_total", "refused", "unknown"] >= MANY


async def test_what_is_in_hand_is_counted_while_it_lasts_and_not_after_whoever_gives_it_up(
    server: Served, upstream: FakeUpstream
) -> None:
    nothing: Counts = {
        ("vapi_sessions_tool_calls_in_flight",): 0.0,
        ("vapi_sessions_upstream_requests_in_flight",): 0.0,
    }
    one: Counts = dict.fromkeys(nothing, 1.0)
    async with connections() as http:
        for way in ("gone", "cancelled"):
            held = HeldResponse()
            upstream.responses.append(held)
            post = Post(http, f"{server.url}/mcp", HANDSHAKE)
            await post.open()
            sent = letter("tools/call", {"name": READ[0], "arguments": READ[1]}, era=HANDSHAKE, request_id=9)
            calling = asyncio.create_task(post.send(sent))
            await anyio.to_thread.run_sync(held.wait_for_request)
            await until(server, one)
            cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 9}}
            if way == "gone":
                calling.cancel()
                await http.delete(f"{server.url}/mcp", headers=post.headers)
            else:
                await post.send(Letter({**sent.headers}, cancel))
            with suppress(asyncio.CancelledError):
                await calling
            counted = await until(server, nothing)
        assert counted["vapi_sessions_upstream_requests_total", "GET", "cancelled"] >= 1


async def test_open_streams_are_counted_while_they_last(server: Served) -> None:
    async with connections() as http:
        async with http.stream("GET", f"{server.url}/sse") as stream:
            events = events_of(stream)
            await anext(events)
            await until(server, {("vapi_sessions_http_streams_open",): 1.0})
        await until(server, {("vapi_sessions_http_streams_open",): 0.0})


async def test_who_asks_for_open_metrics_gets_them(server: Served) -> None:
    accept = {"accept": "application/openmetrics-text; version=1.0.0, text/plain; q=0.5"}
    async with connections() as http:
        answer = await http.get(f"{server.url}/metrics", headers=accept)
        head = await http.head(f"{server.url}/metrics")
        posted = await http.post(f"{server.url}/metrics", content=b"x")
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    names = {family.name for family in open_metrics(answer.text)}  # type: ignore[no-untyped-call]
    assert names >= {"vapi_sessions_tool_calls", "vapi_sessions_build_info", "process_open_fds"}
    assert (head.status_code, head.content) == (200, b"")
    assert (posted.status_code, posted.headers["allow"]) == (405, "GET, HEAD")
