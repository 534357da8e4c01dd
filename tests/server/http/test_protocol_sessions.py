"""Each caller has a share of the protocol sessions; ended and unused ones do not count."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import httpx
import pytest

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

    async def open(self, owner: str | None, times: int) -> list[int]:
        """Open protocol sessions and return the statuses."""
        return [(await self.ask(owner)).status_code for _ in range(times)]


@pytest.fixture
async def sessions() -> Sessions:
    """The share of one caller is used up."""
    sessions = Sessions()
    assert await sessions.open("ada", SHARE) == [200, 200]
    return sessions


async def test_session_above_the_share_is_refused_and_others_have_theirs(sessions: Sessions) -> None:
    answer = await sessions.ask("ada")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "DELETE" in answer.text
    assert await sessions.open("bob", 3) == [200, 200, 503]


async def test_ended_session_frees_its_place(sessions: Sessions) -> None:
    await sessions.ask("ada", "DELETE", "session-0")
    assert await sessions.open("ada", 2) == [200, 503]
    sessions.known.discard("session-1")
    assert (await sessions.ask("ada", session="session-1")).status_code == 404
    assert await sessions.open("ada", 2) == [200, 503]


async def test_unused_session_frees_its_place_and_a_used_one_does_not(sessions: Sessions) -> None:
    sessions.now = IDLE / 2
    await sessions.ask("ada", session="session-0")
    sessions.now = IDLE + 1
    assert await sessions.open("ada", 2) == [200, 503]


async def test_session_of_another_caller_does_not_count(sessions: Sessions) -> None:
    for _ in range(3):
        await sessions.ask("bob", session="session-0")
    assert await sessions.open("bob", 3) == [200, 200, 503]


async def test_callers_without_an_identity_have_no_shares(sessions: Sessions) -> None:
    assert await sessions.open(None, 5) == [200] * 5


async def test_requests_of_the_modern_era_open_no_session(sessions: Sessions) -> None:
    assert (await sessions.ask("ada", version="2026-07-28")).status_code == 200
