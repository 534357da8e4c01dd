"""Requests of one id: one at a time in a protocol session, and whoever sends another is told so at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from starlette.requests import Request

from vapi_sessions_mcp.http.distinct_ids import DistinctIds

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


class Server:
    """Answers requests when it may, and says how many it was given."""

    def __init__(self) -> None:
        self.given = 0
        self.goes_on = anyio.Event()
        self.asked = anyio.Event()
        transport = httpx.ASGITransport(DistinctIds(self._answer))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://x")

    async def _answer(self, _scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["body"]
        self.given += 1
        self.asked.set()
        await self.goes_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async def ask(self, request_id: Any, session: str | None = "one") -> httpx.Response:
        message = {"jsonrpc": "2.0", "id": request_id, "method": "ping"}
        return await self.http.post(
            "/mcp", json=message, headers={"mcp-session-id": session} if session else {}
        )


@pytest.mark.parametrize("again", [7, "7"])
async def test_an_id_that_is_being_answered_is_refused_under_its_own_name(again: Any) -> None:
    server = Server()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(server.ask, 7)
        await server.asked.wait()
        answer = await server.ask(again)
        assert answer.status_code == 400
        assert answer.json()["id"] == again
        assert "still being answered" in answer.json()["error"]["message"]
        server.goes_on.set()
    assert server.given == 1


@pytest.mark.parametrize(("request_id", "session"), [(8, "one"), (7, "other"), (7, None)])
async def test_another_id_or_session_is_passed_on(request_id: int, session: str | None) -> None:
    server = Server()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(server.ask, 7)
        await server.asked.wait()
        tasks.start_soon(server.ask, request_id, session)
        with anyio.fail_after(10):
            while server.given < 2:
                await anyio.lowlevel.checkpoint()
        server.goes_on.set()


async def test_an_id_can_be_used_again_when_it_was_answered() -> None:
    server = Server()
    server.goes_on.set()
    assert [(await server.ask(7)).status_code for _ in range(2)] == [200, 200]


async def test_an_id_that_was_carried_out_can_be_used_again_while_its_answer_still_ends() -> None:
    ends = anyio.Event()
    served: list[int] = []

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        served.append(len(served))
        await distinct.middleware(context, carried_out)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})
        if len(served) == 1:
            await ends.wait()  # as the SDK's stream, which ends after its answer was passed on

    async def carried_out(_ctx: Any) -> None:
        pass

    distinct = DistinctIds(answer)
    context: Any = SimpleNamespace(request=Request({"type": "http", "headers": SESSION_ONE}), request_id=7)
    message = {"jsonrpc": "2.0", "id": 7, "method": "ping"}
    statuses: list[int] = []

    async def ask(http: httpx.AsyncClient) -> None:
        response = await http.post("/mcp", json=message, headers={"mcp-session-id": "one"})
        statuses.append(response.status_code)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(distinct), base_url="http://x") as http:
        with anyio.fail_after(4):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(ask, http)
                while not served:
                    await anyio.lowlevel.checkpoint()
                tasks.start_soon(ask, http)
                await anyio.wait_all_tasks_blocked()
                assert served == [0]
                ends.set()
    assert (served, statuses) == ([0, 1], [200, 200])


async def test_what_is_no_request_is_passed_on() -> None:
    server = Server()
    server.goes_on.set()
    for body in (b"no JSON", b'{"jsonrpc":"2.0","method":"notifications/initialized"}'):
        answer = await server.http.post("/mcp", content=body, headers={"mcp-session-id": "one"})
        assert answer.status_code == 200


async def test_a_request_keeps_its_id_until_it_was_carried_out_though_its_connection_broke() -> None:
    distinct, goes_on = DistinctIds(never), anyio.Event()

    async def carry_out(_ctx: Any) -> None:
        await goes_on.wait()

    context: Any = SimpleNamespace(request=Request({"type": "http", "headers": SESSION_ONE}), request_id=7)
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(distinct), base_url="http://x") as http,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(distinct.middleware, context, carry_out)
        await anyio.lowlevel.checkpoint()
        message = {"jsonrpc": "2.0", "id": 7, "method": "ping"}
        answer = await http.post("/mcp", json=message, headers={"mcp-session-id": "one"})
        assert answer.status_code == 400
        assert "its answer is lost" in answer.json()["error"]["message"]
        goes_on.set()


SESSION_ONE = [(b"mcp-session-id", b"one")]


async def never(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise AssertionError("it must not be passed on")
