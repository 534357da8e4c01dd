"""One request of an id at a time in a protocol session (JSON-RPC 2.0, 4: by its id an answer is known).

The SDK knows a request's stream by its id: of two with the same id one would take the other's answer, and
one would wait for ever, or be answered with nothing. A request whose connection broke is carried out all the
same in the handshake era, and keeps its id until then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio
from mcp_types import INVALID_REQUEST, JSONRPCRequest
from starlette.datastructures import Headers
from starlette.responses import Response

from vapi_sessions_mcp.frames import Refusal, read_message
from vapi_sessions_mcp.http.protocol_sessions import SESSION

if TYPE_CHECKING:
    from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TWICE = (
    "Invalid Request: a request with this id is still being answered; give each its own. If its connection "
    "broke, its answer is lost: look what came of it before making it again."
)


_PATIENCE = 5.0
"""Seconds that a request waits for the end of the one that had its id before."""


@dataclass(slots=True)
class _Exchange:
    """A request on its way to its answer.

    Args:
        is_carried_out: Whether its handler has returned, so that its answer is sent or will be at once.
        ended: Set when the SDK is done with it.
    """

    is_carried_out: bool = False
    ended: anyio.Event = field(default_factory=anyio.Event)


class DistinctIds:
    """Passes requests on, but for one whose id another of its protocol session has that is being answered.

    Args:
        app: Answers them; the body is given to it in one piece.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._exchanges: dict[tuple[str, str], _Exchange] = {}
        self._carried_out: set[tuple[str, str]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        session = Headers(scope=scope).get(SESSION)
        if scope["method"] != "POST" or session is None:
            await self._app(scope, receive, send)
            return
        first = await receive()
        message = read_message(first.get("body", b""))
        if not isinstance(message, JSONRPCRequest):
            await self._app(scope, replay(first, receive), send)
            return
        known = (session, str(message.id))  # the SDK makes no difference between 1 and "1" either
        former = self._exchanges.get(known)
        if former is not None and former.is_carried_out:
            # Its answer may have been read by now; what the SDK keeps under its id must be gone first.
            with anyio.move_on_after(_PATIENCE):
                await former.ended.wait()
        if known in self._exchanges or known in self._carried_out:
            body = Refusal(INVALID_REQUEST, _TWICE, message.id).line().rstrip()
            await Response(body, 400, media_type="application/json")(scope, receive, send)
            return
        exchange = self._exchanges[known] = _Exchange()
        try:
            await self._app(scope, replay(first, receive), send)
        finally:
            del self._exchanges[known]
            exchange.ended.set()

    async def middleware(self, ctx: ServerRequestContext[Any], call_next: CallNext) -> HandlerResult:
        """Note a request while it is carried out, which may take longer than its connection lasts."""
        session: str | None = None if ctx.request is None else ctx.request.headers.get(SESSION)
        if session is None or ctx.request_id is None:
            return await call_next(ctx)
        known = (session, str(ctx.request_id))
        self._carried_out.add(known)
        try:
            return await call_next(ctx)
        finally:
            self._carried_out.discard(known)
            if known in self._exchanges:
                self._exchanges[known].is_carried_out = True


def replay(first: Message, receive: Receive) -> Receive:
    """Return a receive channel that gives a message again before those that follow it."""
    taken = [first]

    async def again() -> Message:
        return taken.pop() if taken else await receive()

    return again
