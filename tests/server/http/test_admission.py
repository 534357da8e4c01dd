"""Limits on HTTP requests, streams and MCP requests served at once."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import pytest
from mcp.shared.exceptions import MCPError

from server.http.conftest import respond
from vapi_sessions_mcp.caller import Caller
from vapi_sessions_mcp.http.admission import Admission, Room
from vapi_sessions_mcp.http.handling import Handling
from vapi_sessions_tools.credential import MissingKey

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from server.http.conftest import Asking


def from_caller(owner: str | None, app: ASGIApp) -> ASGIApp:
    """Return an application whose requests are all one caller's."""

    async def known(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = {"caller": Caller(MissingKey(), owner)}
        await app(scope, receive, send)

    return known


class Waiting:
    """Responds after a signal."""

    def __init__(self) -> None:
        self.served = 0
        self.go_on = anyio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.served += 1
        await self.go_on.wait()
        await respond(200)(scope, receive, send)


@pytest.mark.parametrize(
    ("capacity", "owner", "kind", "other"),
    [(2, None, "The server", False), (4, "one", "This caller", True), (5, "one", "This caller", True)],
)
async def test_one_caller_gets_at_most_half_of_the_capacity(
    ask: Asking, capacity: int, owner: str | None, kind: str, *, other: bool
) -> None:
    waiting = Waiting()
    admission = Admission(waiting, Room(requests=capacity, streams=1))
    app = from_caller(owner, admission)
    async with anyio.create_task_group() as tasks:
        for method in ("POST", "DELETE", "GET"):
            tasks.start_soon(partial(ask, app, method=method))
        await anyio.wait_all_tasks_blocked()
        assert waiting.served == 3
        for method, what in (("POST", "requests"), ("GET", "streams")):
            answer = await ask(app, method=method)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert what in answer.json()["error"]["message"]
            assert kind in answer.json()["error"]["message"] or what == "streams"
        waiting.go_on.set()
        if other:
            assert (await ask(from_caller("two", admission), method="POST")).status_code == 200
    assert (await ask(app, method="POST")).status_code == 200
    assert (await ask(app)).status_code == 200


async def test_failed_request_frees_its_place(ask: Asking) -> None:
    async def failing(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError

    app = from_caller("one", Admission(failing, Room(requests=2)))
    for _ in range(5):
        with pytest.raises(RuntimeError):
            await ask(app, method="POST")


@pytest.mark.parametrize(
    ("status", "headers", "retry_after"),
    [(503, (), ["1"]), (503, ((b"retry-after", b"9"),), ["9"]), (200, (), [])],
)
async def test_every_503_says_once_when_to_come_again(
    ask: Asking, status: int, headers: tuple[tuple[bytes, bytes], ...], retry_after: list[str]
) -> None:
    app = from_caller(None, Admission(respond(status, b"", *headers), Room()))
    answer = await ask(app, method="POST")
    assert answer.headers.get_list("retry-after") == retry_after


async def test_get_of_the_rest_surface_is_a_request(ask: Asking) -> None:
    app = from_caller(None, Admission(respond(200), Room(requests=0, streams=0)))
    assert "streams" in (await ask(app, path="/mcp")).json()["error"]["message"]
    assert "requests" in (await ask(app, path="/v1/things")).json()["detail"]


def context_of(owner: str | None, request_id: int | None, size: int) -> Any:
    state = SimpleNamespace(caller=Caller(MissingKey(), owner), body_size=size)
    return SimpleNamespace(request_id=request_id, request=SimpleNamespace(state=state))


async def carried_out(
    handling: Handling, *owners: str | None, request_id: int | None = 1, size: int = 1
) -> list[str | None]:
    """Return whose requests are carried out when all come at the same time."""
    accepted: list[str | None] = []
    refused: list[str] = []
    go_on = anyio.Event()

    async def one(owner: str | None) -> None:
        async def carry_out(_ctx: Any) -> None:
            accepted.append(owner)
            await go_on.wait()

        try:
            await handling(context_of(owner, request_id, size), carry_out)
        except MCPError as error:
            refused.append(error.error.message)

    async with anyio.create_task_group() as tasks:
        for owner in owners:
            tasks.start_soon(one, owner)
        await anyio.wait_all_tasks_blocked()
        go_on.set()
    assert all("try again in 1 s" in message for message in refused)
    assert len(refused) + len(accepted) == len(owners)
    return accepted


@pytest.mark.parametrize(
    ("owners", "accepted"),
    [
        (["ada", "ada", "ada", "bob"], ["ada", "ada", "bob"]),
        (["ada", "bob", "cleo", "dan", "eve"], ["ada", "bob", "cleo", "dan"]),
        ([None, None, None, None, None], [None, None, None, None]),
    ],
)
async def test_mcp_requests_have_a_capacity_and_each_caller_half_of_it(
    owners: list[str | None], accepted: list[str | None]
) -> None:
    handling = Handling(4)
    assert await carried_out(handling, *owners) == accepted
    assert await carried_out(handling, *owners) == accepted, "what has ended frees its place"
    assert await carried_out(handling, *owners, request_id=None) == owners, "notifications take none"


async def test_large_requests_take_more_of_the_capacity() -> None:
    handling = Handling(100, most_bytes=40)
    owners = ["ada", "ada", "ada", "bob", "bob", "cleo"]
    assert await carried_out(handling, *owners, size=10) == ["ada", "ada", "bob", "bob"]
    assert await carried_out(handling, *owners, size=1) == owners
