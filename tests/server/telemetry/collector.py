"""A collector of traces: takes what is sent to it as OpenTelemetry's protocol has it, over HTTP."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from server_process import LONGEST
from threaded import in_a_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

SERVER, CLIENT = 2, 3
"""Kinds of spans, by the protocol's numbers."""

ERROR = 2
"""A span's status."""


@dataclass(frozen=True)
class Span:
    """A span as it came, its ids in hexadecimal digits; a parent's is empty where there is none."""

    name: str
    kind: int
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]
    status: int
    ended: int
    resource: dict[str, Any]


class Collector:
    """Keeps the spans that come."""

    def __init__(self) -> None:
        self.url = ""
        self._bodies: list[bytes] = []
        self._spans: list[Span] = []
        self._came = threading.Condition()

    def take(self, body: bytes) -> None:
        """Take what an exporter sends."""
        spans = _spans(body)
        with self._came:
            self._bodies.append(body)
            self._spans += spans
            self._came.notify_all()

    @property
    def bodies(self) -> bytes:
        """Everything that came, byte for byte."""
        with self._came:
            return b"".join(self._bodies)

    @property
    def spans(self) -> list[Span]:
        """All that came."""
        with self._came:
            return list(self._spans)

    def until(self, enough: Callable[[list[Span]], bool]) -> list[Span]:
        """Wait until there are enough spans, and return all."""
        with self._came:
            assert self._came.wait_for(lambda: enough(self._spans), LONGEST), self._spans
            return list(self._spans)

    def trace(self, trace: str, count: int) -> list[Span]:
        """Wait for so many spans of a trace, and return them as they ended."""
        spans = self.until(lambda spans: sum(span.trace == trace for span in spans) >= count)
        return sorted((span for span in spans if span.trace == trace), key=lambda span: span.ended)

    @contextmanager
    def serving(self) -> Generator[Collector]:
        """Listen until the end."""
        take = self.take

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.path == "/v1/traces":
                    take(body)
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  its name there
                """Write nothing."""

        with in_a_thread(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
            self.url = f"http://{address}"
            yield self


def _spans(body: bytes) -> list[Span]:
    return [
        Span(
            name=span.name,
            kind=span.kind,
            trace=span.trace_id.hex(),
            id=span.span_id.hex(),
            parent=span.parent_span_id.hex(),
            attributes=_values(span.attributes),
            status=span.status.code,
            ended=span.end_time_unix_nano,
            resource=_values(sent.resource.attributes),
        )
        for sent in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in sent.scope_spans
        for span in scope.spans
    ]


def _values(attributes: Any) -> dict[str, Any]:
    return {
        attribute.key: getattr(attribute.value, attribute.value.WhichOneof("value"))
        for attribute in attributes
    }
