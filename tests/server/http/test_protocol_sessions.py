"""Protocol sessions: each caller has a share, and those that are gone count no more."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import httpx

from vapi_sessions_mcp.caller import Caller
from vapi_sessions_mcp.http.protocol_sessions import SESSION, ProtocolSessions
from vapi_sessions_tools.credential import MissingKey

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

SHARE = 2
IDLE = 60.0


class Sessions:
    """Opens and ends protocol sessions, with a clock that can be set."""

    def __init__(self) -> None:
        self.now = 0.0
        self.known: set[str] = set()
        self._numbers = itertools.count()
        self._app = ProtocolSessions(self._answer, share=SHARE, idle=IDLE, clock=lambda: self.now)

    async def _answer(self, scope: Scope, _receive: Receive, send: Send) -> None:
        named = dict(scope["headers"]).get(SESSION.encode(), b"").decode()
        if not named:
            named = f"session-{next(self._numbers)}"
            self.known.add(named)
        status = 200 if named in self.known else 404
        if scope["method"] == "DELETE":
            self.known.discard(named)
        headers = [(SESSION.encode(), named.encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def ask(
        self, owner: str | None, method: str = "POST", session: str = "", version: str = "2025-11-25"
    ) -> httpx.Response:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope["state"] = {"caller": Caller(MissingKey(), owner)}
            await self._app(scope, receive, send)

        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as http:
            headers = {"mcp-protocol-version": version, **({SESSION: session} if session else {})}
            return await http.request(method, "/mcp", headers=headers)

    async def opens(self, owner: str | None) -> bool:
        return (await self.ask(owner)).status_code == 200


async def test_a_caller_opens_no_more_than_a_share_and_leaves_the_rest_to_others() -> None:
    sessions = Sessions()
    assert [await sessions.opens("ada") for _ in range(3)] == [True, True, False]
    assert await sessions.opens("bob")


async def test_whoever_is_refused_is_told_when_to_come_again_and_what_to_do() -> None:
    sessions = Sessions()
    for _ in range(SHARE):
        await sessions.ask("ada")
    answer = await sessions.ask("ada")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "DELETE" in answer.text


async def test_a_session_that_is_ended_or_gone_makes_room() -> None:
    sessions = Sessions()
    for _ in range(SHARE):
        await sessions.ask("ada")
    await sessions.ask("ada", "DELETE", "session-0")
    assert await sessions.opens("ada")
    sessions.known.discard("session-1")
    assert (await sessions.ask("ada", session="session-1")).status_code == 404
    assert await sessions.opens("ada")


async def test_a_session_that_is_not_used_makes_room_and_one_that_is_used_does_not() -> None:
    sessions = Sessions()
    for _ in range(SHARE):
        await sessions.ask("ada")
    sessions.now = IDLE / 2
    await sessions.ask("ada", session="session-0")
    sessions.now = IDLE + 1
    assert [await sessions.opens("ada") for _ in range(2)] == [True, False]


async def test_a_session_of_somebody_else_counts_for_nobody_new() -> None:
    sessions = Sessions()
    await sessions.ask("ada")
    for _ in range(3):
        await sessions.ask("bob", session="session-0")
    assert [await sessions.opens("bob") for _ in range(3)] == [True, True, False]


async def test_where_callers_are_not_told_apart_there_are_no_shares() -> None:
    sessions = Sessions()
    assert all([await sessions.opens(None) for _ in range(5)])


async def test_calls_of_the_modern_era_open_none_and_are_not_refused() -> None:
    sessions = Sessions()
    for _ in range(SHARE):
        await sessions.ask("ada")
    assert (await sessions.ask("ada", version="2026-07-28")).status_code == 200
