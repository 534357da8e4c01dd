"""What of a span is told: nothing that a client wrote.

The SDK puts the words of a message into its span: its method, the tool's name, its id, an error's text. A
client may have written anything there, a key too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from opentelemetry.util.types import AttributeValue

OTHER = "other"
"""Stands where a client's own word stood."""

_SDK = "mcp-python-sdk"
_METHODS = frozenset(
    {
        *("initialize", "ping", "server/discover", "subscriptions/listen", "logging/setLevel"),
        *("tools/list", "tools/call", "prompts/list", "prompts/get", "completion/complete"),
        *("resources/list", "resources/templates/list", "resources/read"),
        *("resources/subscribe", "resources/unsubscribe"),
        *("elicitation/create", "sampling/createMessage", "roots/list"),
        *("notifications/initialized", "notifications/cancelled", "notifications/progress"),
        *("notifications/roots/list_changed", "notifications/message"),
    }
)
_NAMED = ("gen_ai.tool.name", "gen_ai.prompt.name")
_OURS = frozenset({"error.type", "rpc.response.status_code", "gen_ai.operation.name"})
_VERSION = re.compile(r"20\d\d-\d\d-\d\d")


class ToldSpans(SpanExporter):
    """Hands on spans without clients' words.

    Args:
        exporter: Sends them.
        names: The tools and prompts that there are.
    """

    def __init__(self, exporter: SpanExporter, names: Collection[str]) -> None:
        self._exporter = exporter
        self._names = names

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans."""
        return self._exporter.export([self._told(span) for span in spans])

    def shutdown(self) -> None:
        """Send no more."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what is left, within so many milliseconds."""
        return self._exporter.force_flush(timeout_millis)

    def _told(self, span: ReadableSpan) -> ReadableSpan:
        scope = span.instrumentation_scope
        if scope is None or scope.name != _SDK:
            return span
        attributes = self._attributes(span)
        named = next((str(attributes[name]) for name in _NAMED if name in attributes), "")
        return ReadableSpan(
            name=f"{attributes.get('mcp.method.name', OTHER)} {named}".rstrip(),
            context=span.context,
            parent=span.parent,
            resource=span.resource,
            attributes=attributes,
            links=span.links,
            kind=span.kind,
            status=Status(span.status.status_code),
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=scope,
        )

    def _attributes(self, span: ReadableSpan) -> dict[str, AttributeValue]:
        """Return the attributes whose values there are few of."""
        told: dict[str, AttributeValue] = {}
        for name, value in (span.attributes or {}).items():
            if name == "mcp.method.name":
                told[name] = value if value in _METHODS else OTHER
            elif name in _NAMED:
                told[name] = value if value in self._names else OTHER
            elif name in _OURS or (name == "mcp.protocol.version" and _VERSION.fullmatch(str(value))):
                told[name] = value
        return told
