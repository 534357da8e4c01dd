"""Request bodies taken in whole before anything looks at them: so large at most, and in time.

A body that holds many values takes a hundred times its size once it is parsed, so they are counted before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
from starlette.datastructures import Headers

from vapi_sessions_mcp.http.refusal import refusal, refuse
from vapi_sessions_tools.engine.json_values import MOST_VALUES, count_in_text

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from vapi_sessions_mcp.http.refusal import RefusalAnswer

LARGEST = 4 * 1024 * 1024
"""Bytes of a request's body."""

SLOWEST = 30.0
"""Seconds until a body must have come."""

_CLOSE = {"connection": "close"}  # what is left of the body is not waited for


class WholeBody:
    """Hands on requests whose body is there, and notes how large it is.

    Args:
        app: What is behind it.
        largest: Bytes of a body.
        slowest: Seconds until it must have come.
    """

    def __init__(self, app: ASGIApp, largest: int = LARGEST, slowest: float = SLOWEST) -> None:
        self._app = app
        self._largest = largest
        self._slowest = slowest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take in the body and pass the request on, or refuse it."""
        stated = Headers(scope=scope).get("content-length", "")
        body: bytes | None = None
        if not (stated.isascii() and stated.isdigit() and int(stated[:20]) > self._largest):
            try:
                with anyio.fail_after(self._slowest):
                    body = await self._read(receive)
            except TimeoutError:
                await self._too_slow().in_form(scope)(scope, receive, send)
                return
            except _GoneError:
                return
        if body is None:
            await refuse(_too_large(f"is larger than {self._largest} bytes"), scope, receive, send)
            return
        if count_in_text(body) > MOST_VALUES:
            answer = _too_large(f"holds more than {MOST_VALUES:,} JSON values")
            await answer.in_form(scope)(scope, receive, send)
            return
        scope.setdefault("state", {})["body_size"] = len(body)
        await self._app(scope, _replaying(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """Return the body, or None when it is too large."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise _GoneError
            body += message.get("body", b"")
            if len(body) > self._largest:
                return None
            if not message.get("more_body", False):
                return bytes(body)

    def _too_slow(self) -> RefusalAnswer:
        message = f"The request's body had not come after {self._slowest:g} s."
        return refusal(408, "too_slow", message, "Send it again, faster.", _CLOSE)


def _too_large(what: str) -> RefusalAnswer:
    return refusal(413, "too_large", f"The request's body {what}.", "Send less at a time.")


class _GoneError(Exception):
    """The client is gone before its request was there."""


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body at once, and then whatever comes after it."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
