"""What is posted is one JSON-RPC message, or is refused in the words that every transport uses.

The SDK's handshake-era transport tells its validator's report instead, types of this program and all, and
takes a request whose id is none for a notification: its sender would wait for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcp_types import INVALID_REQUEST
from starlette.responses import Response

from vapi_sessions_mcp.frames import Refusal, read_message, refuse_large
from vapi_sessions_mcp.http.distinct_ids import replay

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_REPORT = b'"message":"Validation error: '
_BATCH = "Invalid Request: batches are not supported; send one message at a time"


def refuse_large_messages(app: ASGIApp) -> ASGIApp:
    """Return an application that refuses messages which would take long to validate.

    Args:
        app: Answers requests; the body is given to it in one piece.
    """

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            await app(scope, receive, send)
            return
        first = await receive()
        refusal = refuse_large(first.get("body", b""))
        if refusal is None:
            await app(scope, replay(first, receive), send)
            return
        answer = Response(refusal.line().rstrip(), 400, media_type="application/json")
        await answer(scope, receive, send)

    return checked


def only_messages(app: ASGIApp) -> ASGIApp:
    """Return an application whose answers to what is no message are the ones of stdio.

    Args:
        app: Answers requests as the SDK does; the body is given to it in one piece.
    """

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            await app(scope, receive, send)
            return
        posted = b""

        async def noting() -> Message:
            nonlocal posted
            message = await receive()
            posted = message.get("body", b"") or posted
            return message

        await app(scope, noting, _Answer(send, lambda: posted))

    return checked


class _Answer:
    """One answer on its way, held back while it may be one that has to be changed."""

    def __init__(self, send: Send, posted: Callable[[], bytes]) -> None:
        self._send = send
        self._posted = posted
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in (202, 400):
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            start, message = self._judged(start, message)
            await self._send(start)
        await self._send(message)

    def _judged(self, start: Message, message: Message) -> tuple[Message, Message]:
        if start["status"] == 400 and _REPORT not in message.get("body", b"")[:200]:
            return start, message
        refusal = _refusal(self._posted())
        if refusal is None:
            return start, message
        body = refusal.line().rstrip()
        kept = [
            header for header in start["headers"] if header[0] not in (b"content-length", b"content-type")
        ]
        told = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        return {**start, "status": 400, "headers": [*kept, *told]}, {**message, "body": body}


def _refusal(posted: bytes) -> Refusal | None:
    if posted.lstrip().startswith(b"["):
        return Refusal(INVALID_REQUEST, _BATCH)
    found = read_message(posted)
    return found[0] if isinstance(found, list) else None
