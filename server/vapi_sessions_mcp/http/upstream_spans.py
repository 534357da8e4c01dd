"""Requests to the API as spans, in OpenTelemetry's words for HTTP clients."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from opentelemetry import baggage, propagate, trace

if TYPE_CHECKING:
    from collections.abc import Generator
    from contextlib import AbstractContextManager

    from vapi_sessions_tools.observation import Attempt, Observer


class UpstreamSpans:
    """Makes a span of each request to the API, and sends its trace along: an observer of the client.

    No id, query, header or body is in a span: of the path it has the template.

    Args:
        base_url: Where the API is.
    """

    def __init__(self, base_url: str) -> None:
        url = urlsplit(base_url)
        port = url.port or (443 if url.scheme == "https" else 80)
        self._server: dict[str, str | int] = {"server.address": url.hostname or "", "server.port": port}
        self._tracer = trace.get_tracer("vapi-sessions-mcp")

    @contextmanager
    def attempt(self, attempt: Attempt) -> Generator[dict[str, str]]:
        """Make a span that lasts as long as the context; the headers of its trace are given."""
        attributes: dict[str, str | int] = {**self._server, "http.request.method": attempt.method}
        if attempt.template:
            attributes["url.template"] = attempt.template
        if attempt.number > 1:
            attributes["http.request.resend_count"] = attempt.number - 1
        name = f"{attempt.method} {attempt.template}".rstrip()
        with self._tracer.start_as_current_span(
            name, kind=trace.SpanKind.CLIENT, attributes=attributes, record_exception=False
        ) as span:
            headers: dict[str, str] = {}
            propagate.inject(headers, baggage.clear())  # what a client says of itself is not for the API
            yield headers
            _tell_end(span, attempt)

    def waiting(self) -> AbstractContextManager[None]:
        """Make nothing of it: the span of the call shows that it lasted."""
        return nullcontext()


class Observers:
    """Several observers as one.

    Args:
        observers: Each is told of everything.
    """

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    @contextmanager
    def attempt(self, attempt: Attempt) -> Generator[dict[str, str]]:
        """Tell each of a request; the headers of all are given."""
        headers: dict[str, str] = {}
        with ExitStack() as told:
            for observer in self._observers:
                headers.update(told.enter_context(observer.attempt(attempt)))
            yield headers

    @contextmanager
    def waiting(self) -> Generator[None]:
        """Tell each of a call that waits."""
        with ExitStack() as told:
            for observer in self._observers:
                told.enter_context(observer.waiting())
            yield


def _tell_end(span: trace.Span, attempt: Attempt) -> None:
    if attempt.status is not None:
        span.set_attribute("http.response.status_code", attempt.status)
    if attempt.status is None or attempt.status >= 400:
        span.set_attribute("error.type", str(attempt.status or attempt.failure))
        span.set_status(trace.StatusCode.ERROR)
