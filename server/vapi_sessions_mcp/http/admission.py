"""How much is served at once: who comes when there is no room is told when to come again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vapi_sessions_mcp.http.refusal import RETRY_AFTER, no_room, refuse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Kind = Literal["requests", "streams"]


@dataclass(frozen=True, slots=True)
class Room:
    """How much one process serves at once.

    Args:
        requests: Requests being answered.
        streams: Streams that clients hold open.
    """

    requests: int = 256
    streams: int = 500

    def of(self, kind: Kind) -> int:
        """Return how many of a kind there is room for."""
        return self.requests if kind == "requests" else self.streams


class Admission:
    """Passes requests on while there is room.

    Where callers are told apart, one has half of the room at most, and does not fill it alone.

    Args:
        app: What is behind it.
        room: How much there is.
    """

    def __init__(self, app: ASGIApp, room: Room) -> None:
        self._app = app
        self._room = room
        self._served: Counter[tuple[Kind, str | None]] = Counter()
        self._all: Counter[Kind] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or tell that there is no room."""
        kind: Kind = "streams" if scope["method"] == "GET" else "requests"
        owner: str | None = scope["state"]["caller"].principal
        full = self._full(kind, owner)
        if full:
            await refuse(no_room(full), scope, receive, send)
            return
        self._all[kind] += 1
        self._served[kind, owner] += 1
        try:
            await self._app(scope, receive, _telling_when(send))
        finally:
            self._leave(kind, owner)

    def _full(self, kind: Kind, owner: str | None) -> str | None:
        """Say what there are too many of, or None."""
        room = self._room.of(kind)
        if self._all[kind] >= room:
            return f"The server is serving as many {kind} as it can."
        if owner is not None and self._served[kind, owner] >= max(1, room // 2):
            return f"This caller has as many {kind} open as one may have."
        return None

    def _leave(self, kind: Kind, owner: str | None) -> None:
        self._all[kind] -= 1
        self._served[kind, owner] -= 1
        if not self._served[kind, owner]:
            del self._served[kind, owner]  # or whoever ever came would be remembered


def _telling_when(send: Send) -> Send:
    """Return what adds to each answer that there is no room when to try again; the SDK gives some."""

    async def telling(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 503:
            retry = (b"retry-after", str(RETRY_AFTER).encode())
            message = {**message, "headers": [*message["headers"], retry]}
        await send(message)

    return telling
