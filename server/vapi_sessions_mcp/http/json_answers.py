"""Answers as JSON wherever a call does not stream.

The SDK's handshake-era transport answers each request with a stream of events, even when the answer is the
only one. Here such a stream becomes plain JSON; one that begins with anything else stays a stream.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

from vapi_sessions_mcp.http.only_messages import only_messages
from vapi_sessions_tools.engine.invisible import escape_invisible

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STREAM = "text/event-stream"

_ANSWER = re.compile(rb'\A\{"jsonrpc":"2\.0","id":(?:-?\d+|"(?:[^"\\]|\\.)*"),"(?:result|error)":')
"""How the SDK begins an answer; a question to the client has a method there."""


class JsonAnswers:
    """Turns streams of one answer into JSON, and lets nothing unseen out in either.

    Args:
        app: Answers requests with JSON or with streams of events.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = only_messages(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back."""
        # No event is kept to be sent again: a stream that is taken up is a new one.
        scope["headers"] = [header for header in scope["headers"] if header[0] != b"last-event-id"]
        await self._app(scope, receive, _Answer(send, posted=scope["method"] == "POST"))


class _Answer:
    """One answer on its way.

    Args:
        send: Where it goes.
        posted: Whether it answers a request that came alone; only that may be JSON.
    """

    def __init__(self, send: Send, *, posted: bool) -> None:
        self._send = send
        self._posted = posted
        self._start: Message | None = None
        self._done = False

    async def __call__(self, message: Message) -> None:
        """Pass a part of it on, hold it back until its kind is known, or drop what JSON has no place for."""
        if self._done:
            return
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is None:
            await self._send({**message, "body": _seen(message.get("body", b""))})
        else:
            await self._decide(self._start, message)

    async def _begin(self, message: Message) -> None:
        kind = MutableHeaders(raw=list(message["headers"])).get("content-type", "")
        if self._posted and kind.startswith(_STREAM):
            self._start = message
        else:
            await self._send(message)

    async def _decide(self, start: Message, message: Message) -> None:
        """Send what was held back, as what the first part of the body says it is."""
        self._start = None
        answer = _only_answer(message.get("body", b""))
        if answer is None:
            await self._send(start)
            await self({**message})
            return
        self._done = True
        headers = MutableHeaders(raw=list(start["headers"]))
        for name in ("cache-control", "connection", "x-accel-buffering"):
            del headers[name]
        headers["content-type"] = "application/json"
        headers["content-length"] = str(len(answer))
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": answer, "more_body": False})


def _only_answer(body: bytes) -> bytes | None:
    """Return the answer that a stream begins with, or None when it begins with something else."""
    lines = body.split(b"\r\n")
    data = [line[6:] for line in lines if line.startswith(b"data: ")]
    if lines[:1] != [b"event: message"] or len(data) != 1:
        return None
    return _seen(data[0]) if _ANSWER.match(data[0]) else None


def _seen(body: bytes) -> bytes:
    """Return a body with what cannot be seen escaped; it stands in JSON strings, or ends a line."""
    if body.isascii():
        return body
    lines = body.decode("utf-8", "surrogatepass").split("\r\n")
    return "\r\n".join(map(escape_invisible, lines)).encode()
