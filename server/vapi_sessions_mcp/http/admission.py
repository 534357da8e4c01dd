"""How much is served at once: who comes when there is no room is told when to come again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

from vapi_sessions_mcp.http.problem_details import is_rest
from vapi_sessions_mcp.http.refusal import RETRY_AFTER, no_room, refuse
from vapi_sessions_mcp.http.shares import Shares

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Room:
    """How much one process serves at once.

    Args:
        requests: Requests being answered.
        streams: Streams that clients hold open.
    """

    requests: int = 256
    streams: int = 500


class Admission:
    """Passes requests on while there is room.

    Where callers are told apart, one has half of the room at most, and does not fill it alone.

    Args:
        app: What is behind it.
        room: How much there is.
    """

    def __init__(self, app: ASGIApp, room: Room) -> None:
        self._app = app
        self._shares = {"requests": Shares(room.requests), "streams": Shares(room.streams)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or tell that there is no room."""
        kind = "streams" if scope["method"] == "GET" and not is_rest(scope) else "requests"
        owner: str | None = scope["state"]["caller"].principal
        shares = self._shares[kind]
        if shares.is_room_short():
            full = no_room(f"The server is serving as many {kind} as it can.")
        elif shares.is_share_short(owner):
            full = no_room(f"This caller has as many {kind} open as one may have.")
        else:
            with shares.taken(owner):
                await self._app(scope, receive, _telling_when(send))
            return
        await refuse(full, scope, receive, send)


def _telling_when(send: Send) -> Send:
    """Return what adds to each answer that there is no room when to try again; the SDK gives some."""

    async def telling(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 503:
            headers = MutableHeaders(raw=list(message["headers"]))
            headers.setdefault("retry-after", str(RETRY_AFTER))
            message = {**message, "headers": headers.raw}
        await send(message)

    return telling
