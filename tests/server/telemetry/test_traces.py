"""Each call is a span, each request to the API a child of it, and the trace goes on on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
import pytest

from fake_upstream import SESSION_ID, FakeUpstream, severed_response
from server.telemetry.collector import CLIENT, ERROR, SERVER, Collector, Span
from server.telemetry.ways import WAYS, Caller, Parent, Way, connections

if TYPE_CHECKING:
    from collections.abc import Callable

    Traced = Callable[[Way], Caller]

READ: tuple[str, dict[str, Any]] = ("get_session", {"id": SESSION_ID})
UNSET = 0


def of_kind(kind: int, spans: list[Span]) -> list[Span]:
    return [span for span in spans if span.kind == kind]


def parent_of(traceparent: str) -> tuple[str, str]:
    """Return the trace and the span that a header names."""
    _, trace, span, _ = traceparent.split("-")
    return trace, span


@pytest.fixture(params=WAYS)
def caller(request: pytest.FixtureRequest, traced: Traced) -> Caller:
    """Calls each way."""
    return traced(request.param)


async def test_a_call_is_a_span_with_its_request_as_child_below_the_headers_span(
    caller: Caller, collector: Collector, upstream: FakeUpstream, recording_url: str
) -> None:
    parent = Parent()
    headers = {"traceparent": parent.header, "baggage": "who=ada"}
    await caller.call(*READ, headers=headers, meta={"baggage": "who=ada"})
    client, server = collector.trace(parent.trace, 2)
    assert (server.kind, server.parent, server.name) == (SERVER, parent.id, "tools/call get_session")
    assert server.status == UNSET
    assert (client.kind, client.parent, client.name) == (CLIENT, server.id, "GET /session/{id}")
    place = urlsplit(recording_url)
    assert client.attributes == {
        "url.template": "/session/{id}",
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": place.hostname,
        "server.port": place.port,
    }
    (sent,) = upstream.requests
    assert parent_of(sent.headers["traceparent"]) == (parent.trace, client.id)
    assert "baggage" not in sent.headers


async def test_a_messages_own_parent_wins(caller: Caller, collector: Collector) -> None:
    of_header, of_message = Parent(), Parent()
    meta = {"traceparent": of_message.header, "baggage": "who=ada"}
    await caller.call(*READ, headers={"traceparent": of_header.header}, meta=meta)
    client, server = collector.trace(of_message.trace, 2)
    assert (server.kind, server.parent) == (SERVER, of_message.id)
    assert client.parent == server.id
    await caller.call(*READ, headers={"traceparent": of_header.header})
    assert len(collector.trace(of_header.trace, 2)) == 2, "the first call has none in this trace"


async def test_without_a_parent_a_call_begins_a_trace(
    caller: Caller, collector: Collector, upstream: FakeUpstream
) -> None:
    await caller.call(*READ)
    trace, span = parent_of(upstream.requests[0].headers["traceparent"])
    client, server = collector.trace(trace, 2)
    assert (client.id, client.parent, server.parent) == (span, server.id, "")


async def test_calls_at_once_do_not_mix_their_traces(caller: Caller, collector: Collector) -> None:
    parents = [Parent() for _ in range(8)]
    async with anyio.create_task_group() as tasks:
        for parent in parents:
            tasks.start_soon(one_call, caller, parent)
    for parent in parents:
        client, server = collector.trace(parent.trace, 2)
        assert (server.parent, client.parent) == (parent.id, server.id)


async def one_call(caller: Caller, parent: Parent) -> None:
    await caller.call(*READ, headers={"traceparent": parent.header})


async def test_each_attempt_is_a_span_that_says_how_it_ended(
    traced: Traced, collector: Collector, upstream: FakeUpstream
) -> None:
    upstream.respond({"message": "slow down"}, 429, {"retry-after": "0"})
    upstream.responses.append(severed_response)
    parent = Parent()
    await traced("modern").call(*READ, headers={"traceparent": parent.header})
    spans = collector.trace(parent.trace, 4)
    told = [
        {
            name: span.attributes.get(name)
            for name in ("http.response.status_code", "error.type", "http.request.resend_count")
        }
        for span in of_kind(CLIENT, spans)
    ]
    assert told == [
        {"http.response.status_code": 429, "error.type": "429", "http.request.resend_count": None},
        {"http.response.status_code": None, "error.type": "lost", "http.request.resend_count": 1},
        {"http.response.status_code": 200, "error.type": None, "http.request.resend_count": 2},
    ]
    assert [span.status for span in of_kind(CLIENT, spans)] == [ERROR, ERROR, UNSET]
    (server,) = of_kind(SERVER, spans)
    assert server.status == UNSET
    ids = [parent_of(sent.headers["traceparent"])[1] for sent in upstream.requests]
    assert ids == [span.id for span in of_kind(CLIENT, spans)]


async def test_a_call_that_fails_is_an_error_whoever_is_to_blame(
    traced: Traced, collector: Collector, upstream: FakeUpstream
) -> None:
    upstream.respond({"message": "no such session"}, 404)
    parent = Parent()
    await traced("modern").call(*READ, headers={"traceparent": parent.header})
    client, server = collector.trace(parent.trace, 2)
    assert (client.attributes["error.type"], client.status) == ("404", ERROR)
    assert (server.attributes["error.type"], server.status) == ("tool_error", ERROR)


async def test_the_resource_is_what_the_variables_say(traced: Traced, collector: Collector) -> None:
    parent = Parent()
    await traced("modern").call(*READ, headers={"traceparent": parent.header})
    for span in collector.trace(parent.trace, 2):
        assert span.resource["service.name"] == "sessions-of-a-team"
        assert span.resource["deployment.environment.name"] == "staging"
        assert span.resource["service.version"]


async def test_a_trace_that_nobody_wants_is_passed_on_as_such_and_not_sent(
    traced: Traced, collector: Collector, upstream: FakeUpstream
) -> None:
    unwanted, wanted = Parent(sampled=False), Parent()
    for parent in (unwanted, wanted):
        await traced("modern").call(*READ, headers={"traceparent": parent.header})
    collector.trace(wanted.trace, 2)
    assert unwanted.trace not in {span.trace for span in collector.spans}
    sent = upstream.requests[0].headers["traceparent"]
    assert parent_of(sent)[0] == unwanted.trace
    assert sent.endswith("-00")


async def test_so_is_one_over_plain_http(
    traced: Traced, collector: Collector, upstream: FakeUpstream
) -> None:
    caller, parent = traced("modern"), Parent()
    headers = {**caller.headers, "traceparent": parent.header}
    async with connections(headers) as http:
        await http.get(f"{caller.url}/v1/sessions/{SESSION_ID}?query=name")
        client, server = collector.trace(parent.trace, 2)
        assert (server.kind, server.parent, server.name) == (SERVER, parent.id, "GET /v1/sessions/{id}")
        assert server.status == UNSET
        assert server.attributes == {
            "http.request.method": "GET",
            "http.route": "/v1/sessions/{id}",
            "http.response.status_code": 200,
            "gen_ai.tool.name": "get_session",
        }
        assert (client.kind, client.parent) == (CLIENT, server.id)
        assert len(upstream.requests) == 1
        refused = Parent()
        await http.get(f"{caller.url}/v1/sessions/no-id", headers={"traceparent": refused.header})
    (failed,) = collector.trace(refused.trace, 1)
    assert (failed.status, failed.attributes["error.type"]) == (ERROR, "invalid_arguments")
