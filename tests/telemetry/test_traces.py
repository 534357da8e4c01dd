"""Each call is a span, each request to the API its child, in the trace of the client; without its words."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import urlsplit

import anyio
import pytest
from mcp.shared import _otel as sdk
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.util._once import Once
from starlette.responses import JSONResponse

from fake_upstream import SESSION_ID, FakeUpstream, severed_response
from in_process import http_server
from posted import MODERN, SESSION, letter
from server_process import LONGEST
from telemetry.callers import WAYS, Caller, Parent, Way, connections
from vapi_sessions_mcp.http import tracing as product
from vapi_sessions_mcp.http.tracing import Tracing, start_tracing

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from opentelemetry.sdk.trace import ReadableSpan

    Callers = Callable[[Way], Caller]

KEY = "the-key-of-a-user-77c1"
WORD = "a-word-of-a-customer"
READ: tuple[str, dict[str, Any]] = ("get_session", {"id": SESSION_ID})


class Span:
    """A span as it was exported; ids in hexadecimal digits, the parent's empty where there is none."""

    def __init__(self, span: ReadableSpan) -> None:
        context: Any = span.get_span_context()
        self.name, self.kind, self.status = span.name, span.kind, span.status.status_code
        self.trace, self.id = f"{context.trace_id:032x}", f"{context.span_id:016x}"
        self.parent = "" if span.parent is None else f"{span.parent.span_id:016x}"
        self.attributes, self.resource = dict(span.attributes or {}), span.resource.attributes
        self.ended, self.content = span.end_time or 0, span.to_json()


class Exporter(InMemorySpanExporter):
    """Keeps what is exported."""

    @property
    def spans(self) -> list[Span]:
        return sorted(map(Span, self.get_finished_spans()), key=lambda span: span.ended)

    async def trace(self, trace_id: str, count: int) -> list[Span]:
        """Wait for so many spans of a trace and return them as they ended."""
        provider: Any = trace.get_tracer_provider()
        with anyio.fail_after(LONGEST):
            while True:
                await anyio.to_thread.run_sync(provider.force_flush)
                found = [span for span in self.spans if span.trace == trace_id]
                if len(found) >= count:
                    return found


@pytest.fixture(scope="module")
def exporter() -> Exporter:
    return Exporter()


@pytest.fixture(scope="module")
def callers(exporter: Exporter, api_url: str) -> Generator[Callers]:
    """Callers of servers in this process, whose traces the exporter keeps."""
    variables = {"OTEL_TRACES_EXPORTER": "kept", "OTEL_SERVICE_NAME": "sessions-of-a-team"}
    entry = mock.Mock()
    entry.load.return_value = lambda: exporter
    flags = ("--base-url", api_url, "--credentials", "header", "--rest")
    with (
        # OpenTelemetry and the SDK keep these for the life of a process; other tests need them unset.
        mock.patch.object(trace, "_TRACER_PROVIDER", None),
        mock.patch.object(trace, "_TRACER_PROVIDER_SET_ONCE", Once()),
        mock.patch.object(sdk, "_tracer", trace.ProxyTracer("mcp-python-sdk")),
        mock.patch.object(product, "entry_points", return_value=(entry,)),
        mock.patch.dict(os.environ, variables),
    ):
        tracing, another = start_tracing(os.environ), start_tracing(os.environ)
        assert tracing is not None
        tracing.names.update({"get_session"})
        with (
            http_server(*flags, tracing=tracing) as stateful,
            http_server(*flags, "--stateless", tracing=another) as stateless,
        ):
            bearer = {"authorization": f"Bearer {KEY}"}
            yield lambda way: Caller(way, stateless if way == "stateless" else stateful, bearer)


@pytest.fixture(params=WAYS)
def caller(request: pytest.FixtureRequest, callers: Callers) -> Caller:
    """Calls over each transport."""
    return callers(request.param)


def parent_of(traceparent: str) -> tuple[str, str]:
    """Return the trace and the span that a header names."""
    _, trace_id, span, _ = traceparent.split("-")
    return trace_id, span


async def test_span_of_a_call_has_the_parent_of_the_header_and_the_request_as_child(
    caller: Caller, exporter: Exporter, upstream: FakeUpstream, api_url: str
) -> None:
    parent, place = Parent(), urlsplit(api_url)
    await caller.call(*READ, parent.header, baggage="who=ada")
    client, server = await exporter.trace(parent.trace, 2)
    assert (server.kind, server.parent, server.name) == (SpanKind.SERVER, parent.id, "tools/call get_session")
    assert (client.kind, client.parent, client.name) == (SpanKind.CLIENT, server.id, "GET /session/{id}")
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
    assert server.status == StatusCode.UNSET
    assert server.resource["service.name"] == "sessions-of-a-team"
    assert server.resource["service.version"]


async def test_the_parent_in_a_message_wins_over_the_header_and_without_any_a_trace_begins(
    caller: Caller, exporter: Exporter, upstream: FakeUpstream
) -> None:
    of_header, of_message = Parent(), Parent()
    await caller.call(*READ, of_header.header, traceparent=of_message.header)
    client, server = await exporter.trace(of_message.trace, 2)
    assert (server.parent, client.parent) == (of_message.id, server.id)
    assert of_header.trace not in {span.trace for span in exporter.spans}
    await caller.call(*READ)
    began, span = parent_of(upstream.requests[1].headers["traceparent"])
    client, server = await exporter.trace(began, 2)
    assert (client.id, client.parent, server.parent) == (span, server.id, "")


async def test_calls_at_the_same_time_do_not_mix_their_traces(caller: Caller, exporter: Exporter) -> None:
    parents = [Parent() for _ in range(8)]
    async with anyio.create_task_group() as tasks:
        for parent in parents:
            tasks.start_soon(caller.call, *READ, parent.header)
    for parent in parents:
        client, server = await exporter.trace(parent.trace, 2)
        assert (server.parent, client.parent) == (parent.id, server.id)


async def test_each_attempt_is_a_span_that_says_how_it_ended(
    callers: Callers, exporter: Exporter, upstream: FakeUpstream
) -> None:
    upstream.respond({"message": "slow down"}, 429, {"retry-after": "0"})
    upstream.responses.append(severed_response)
    parent = Parent()
    await callers("modern").call(*READ, parent.header)
    *attempts, server = await exporter.trace(parent.trace, 4)
    names = ("http.response.status_code", "error.type", "http.request.resend_count")
    assert [(*map(span.attributes.get, names), span.status) for span in attempts] == [
        (429, "429", None, StatusCode.ERROR),
        (None, "lost", 1, StatusCode.ERROR),
        (200, None, 2, StatusCode.UNSET),
    ]
    assert (server.kind, server.status) == (SpanKind.SERVER, StatusCode.UNSET)
    sent = [parent_of(request.headers["traceparent"])[1] for request in upstream.requests]
    assert sent == [span.id for span in attempts]


async def test_a_rest_call_is_a_span_with_its_request_as_child(callers: Callers, exporter: Exporter) -> None:
    caller, parent, refused = callers("modern"), Parent(), Parent()
    async with connections(caller.headers) as http:
        for one, path in ((parent, f"{SESSION_ID}?query=name"), (refused, "no-id")):
            await http.get(f"{caller.url}/v1/sessions/{path}", headers={"traceparent": one.header})
    client, server = await exporter.trace(parent.trace, 2)
    assert (server.kind, server.parent, server.name) == (SpanKind.SERVER, parent.id, "GET /v1/sessions/{id}")
    assert (client.kind, client.parent) == (SpanKind.CLIENT, server.id)
    assert server.status == StatusCode.UNSET
    assert server.attributes == {
        "http.request.method": "GET",
        "http.route": "/v1/sessions/{id}",
        "http.response.status_code": 200,
        "gen_ai.tool.name": "get_session",
    }
    (failed,) = await exporter.trace(refused.trace, 1)
    assert (failed.status, failed.attributes["error.type"]) == (StatusCode.ERROR, "invalid_arguments")


@pytest.mark.parametrize("way", ["modern", "stateful"])
async def test_no_word_and_no_id_of_a_message_is_sent(
    callers: Callers, exporter: Exporter, upstream: FakeUpstream, way: Way
) -> None:
    caller, word, last, request_id = callers(way), KEY + WORD, Parent(), "an-id-of-a-client"
    messages: list[tuple[str, dict[str, Any]]] = [
        ("tools/call", {"name": word, "arguments": {}}),
        ("tools/call", {"name": "get_session", "arguments": {"id": word}}),
        ("tools/call", {"name": "create_session", "arguments": {"name": word, word: 1}}),
        ("resources/read", {"uri": f"vapi://sessions/{word}"}),
        ("prompts/get", {"name": word}),
        ("completion/complete", {"ref": {"type": "ref/prompt", "name": word}, "argument": {"name": word}}),
        (word, {"name": word}),
    ]
    upstream.default = JSONResponse({"message": f"Nothing is known of {word}."}, 404)
    for method, params in messages:
        await caller.ask(method, params)
    upstream.default = None
    sent = letter("tools/list", {"_meta": {"progressToken": request_id}}, era=MODERN, request_id=request_id)
    headers = {**sent.headers, SESSION: request_id, "traceparent": last.header}
    async with connections(caller.headers) as http:
        await http.post(f"{caller.url}/mcp?key={request_id}", json=sent.json, headers=headers)
    await exporter.trace(last.trace, 1)
    content = "".join(span.content for span in exporter.spans)
    assert "tools/call other" in content
    for hidden in (KEY, WORD, SESSION_ID, request_id, "authorization", "user-agent"):
        assert hidden not in content


async def test_a_collector_that_hangs_does_not_hold_up_the_stop() -> None:
    released, ended, provider = threading.Event(), threading.Event(), mock.Mock()
    provider.shutdown = lambda: (released.wait(LONGEST), ended.set())
    await Tracing(provider).aclose()
    assert not ended.is_set()
    released.set()
