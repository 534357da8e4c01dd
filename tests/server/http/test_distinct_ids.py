"""One request of an id at a time in a protocol session; another one is refused."""

from __future__ import annotations

from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from starlette.requests import Request

from vapi_sessions_mcp.http.distinct_ids import DistinctIds

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from anyio.abc import TaskGroup
    from starlette.types import Receive, Scope, Send

PING: dict[str, Any] = {"jsonrpc": "2.0", "id": 7, "method": "ping"}
CONTEXT: Any = SimpleNamespace(
    request=Request({"type": "http", "headers": [(b"mcp-session-id", b"one")]}), request_id=7
)


class Server:
    """Responds to requests after a signal, and counts them."""

    def __init__(self, tasks: TaskGroup, *, waiting: bool) -> None:
        self.given = 0
        self.statuses: list[int] = []
        self.go_on, self.end = anyio.Event(), anyio.Event()
        for event in () if waiting else (self.go_on, self.end):
            event.set()
        self.distinct = DistinctIds(self._answer)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(self.distinct), base_url="http://x")
        self._tasks = tasks

    async def _answer(self, _scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["body"]
        self.given += 1
        await self.go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})
        await self.end.wait()  # as the SDK's stream, which ends after its answer was passed on

    async def ask(self, request_id: Any = 7, session: str | None = "one") -> httpx.Response:
        headers = {"mcp-session-id": session} if session else {}
        answer = await self.http.post("/mcp", json={**PING, "id": request_id}, headers=headers)
        self.statuses.append(answer.status_code)
        return answer

    async def begin(self, request_id: Any = 7, session: str | None = "one") -> None:
        """Send a request in the background, as far as it gets."""
        self._tasks.start_soon(self.ask, request_id, session)
        await anyio.wait_all_tasks_blocked()


@asynccontextmanager
async def serving(*, waiting: bool = True) -> AsyncGenerator[Server]:
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            server = Server(tasks, waiting=waiting)
            yield server
            server.go_on.set()
            server.end.set()


@pytest.mark.parametrize("again", [7, "7"])
async def test_id_of_a_running_request_is_refused(again: Any) -> None:
    async with serving() as server:
        await server.begin()
        answer = await server.ask(again)
        assert (answer.status_code, answer.json()["id"]) == (400, again)
        assert "still being answered" in answer.json()["error"]["message"]
    assert server.given == 1


@pytest.mark.parametrize(("request_id", "session"), [(8, "one"), (7, "other"), (7, None)])
async def test_other_id_or_session_is_passed_on(request_id: int, session: str | None) -> None:
    async with serving() as server:
        await server.begin()
        await server.begin(request_id, session)
        assert server.given == 2


async def test_id_can_be_used_again_after_its_response() -> None:
    async with serving(waiting=False) as server:
        assert [(await server.ask()).status_code for _ in range(2)] == [200, 200]


async def test_request_waits_for_the_end_of_a_carried_out_one_with_its_id() -> None:
    async def carried_out(_ctx: Any) -> None: ...

    async with serving() as server:
        await server.begin()
        await server.distinct.middleware(CONTEXT, carried_out)
        server.go_on.set()
        await server.begin()
        assert (server.given, server.statuses) == (1, [])
        server.end.set()
    assert (server.given, server.statuses) == (2, [200, 200])


async def test_notifications_and_invalid_messages_are_passed_on() -> None:
    async with serving(waiting=False) as server:
        for body in (b"no JSON", b'{"jsonrpc":"2.0","method":"notifications/initialized"}'):
            answer = await server.http.post("/mcp", content=body, headers={"mcp-session-id": "one"})
            assert answer.status_code == 200


async def test_id_is_taken_while_its_request_is_carried_out_without_a_connection() -> None:
    go_on = anyio.Event()

    async def carry_out(_ctx: Any) -> None:
        await go_on.wait()

    async with serving(waiting=False) as server, anyio.create_task_group() as tasks:
        tasks.start_soon(server.distinct.middleware, CONTEXT, carry_out)
        await anyio.wait_all_tasks_blocked()
        answer = await server.ask()
        assert answer.status_code == 400
        assert "its answer is lost" in answer.json()["error"]["message"]
        go_on.set()
    assert server.given == 0
