"""A share of the protocol sessions for each caller: one that opens more and more leaves others room."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mcp.shared.inbound import MCP_PROTOCOL_VERSION_HEADER
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.datastructures import Headers

from vapi_sessions_mcp.http.refusal import no_room, refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SESSION = "mcp-session-id"


class ProtocolSessions:
    """Passes requests on, but refuses to open more sessions for a caller than are a caller's share.

    Where callers are not told apart there are no shares.

    Args:
        app: Opens a session where a request names none, and ends it on DELETE.
        share: How many a caller may have.
        idle: Seconds after which a session that is not used is gone.
        clock: Tells the time in seconds.
    """

    def __init__(
        self, app: ASGIApp, *, share: int, idle: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._share = share
        self._idle = idle
        self._clock = clock
        self._used: dict[str, dict[str, float]] = {}
        self._sweep_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note what becomes of its session."""
        owner: str | None = scope["state"]["caller"].principal
        if owner is None:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        named = headers.get(SESSION)
        if _opens(scope, headers) and self._is_full(owner):
            full = no_room("This caller has as many protocol sessions as one may have; end some with DELETE.")
            await refuse(full, scope, receive, send)
            return

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(owner, named, scope["method"], message)
            await send(message)

        await self._app(scope, receive, noting)

    def _is_full(self, owner: str) -> bool:
        """Whether a caller has as many as one may have, those forgotten that were not used for so long."""
        now = self._clock()
        if len(self._used.get(owner, ())) >= self._share or now >= self._sweep_at:
            self._sweep_at = now + self._idle
            kept = {who: _since(now - self._idle, sessions) for who, sessions in self._used.items()}
            self._used = {who: sessions for who, sessions in kept.items() if sessions}
        return len(self._used.get(owner, ())) >= self._share

    def _note(self, owner: str, named: str | None, method: str, start: Message) -> None:
        status = start["status"]
        session = named or Headers(raw=start["headers"]).get(SESSION)
        if session is None:
            return
        if status < 400 and method != "DELETE" and (named is None or session in self._used.get(owner, {})):
            self._used.setdefault(owner, {})[session] = self._clock()
        elif named is not None and (status == 404 or (method == "DELETE" and status < 400)):
            self._used.get(owner, {}).pop(named, None)
            if not self._used.get(owner):
                self._used.pop(owner, None)


def _opens(scope: Scope, headers: Headers) -> bool:
    """Whether a request may open a session: those of the modern era never do."""
    version = headers.get(MCP_PROTOCOL_VERSION_HEADER)
    handshake = version is None or version in HANDSHAKE_PROTOCOL_VERSIONS
    return scope["method"] == "POST" and SESSION not in headers and handshake


def _since(moment: float, sessions: dict[str, float]) -> dict[str, float]:
    return {session: used for session, used in sessions.items() if used > moment}
