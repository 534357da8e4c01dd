"""Requests that are carried out: so many at once, whoever still waits for them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from mcp.shared.exceptions import MCPError

from vapi_sessions_mcp.caller import Caller
from vapi_sessions_mcp.http.handling import Handling
from vapi_sessions_tools.credential import MissingKey


def request(owner: str | None, request_id: int | None = 1, size: int = 1) -> Any:
    """Return a request as its handler gets it."""
    state = SimpleNamespace(caller=Caller(MissingKey(), owner), body_size=size)
    return SimpleNamespace(request_id=request_id, request=SimpleNamespace(state=state))


async def at_once(
    handling: Handling, *owners: str | None, request_id: int | None = 1, size: int = 1
) -> list[str | None]:
    """Return whose requests are carried out when all come at once."""
    carried_out: list[str | None] = []
    told: list[str] = []
    go_on = anyio.Event()

    async def one(owner: str | None) -> None:
        async def carry_out(_ctx: Any) -> None:
            carried_out.append(owner)
            await go_on.wait()

        try:
            await handling(request(owner, request_id, size), carry_out)
        except MCPError as error:
            told.append(error.error.message)

    async with anyio.create_task_group() as tasks:
        for owner in owners:
            tasks.start_soon(one, owner)
        for _ in range(3):
            await anyio.lowlevel.checkpoint()
        go_on.set()
    assert all("try again in 1 s" in message for message in told)
    assert len(told) + len(carried_out) == len(owners)
    return carried_out


@pytest.mark.parametrize(
    ("owners", "carried_out"),
    [
        (["ada", "ada", "ada"], ["ada", "ada"]),
        (["ada", "ada", "ada", "bob"], ["ada", "ada", "bob"]),
        (["ada", "bob", "cleo", "dan", "eve"], ["ada", "bob", "cleo", "dan"]),
        ([None, None, None, None, None], [None, None, None, None]),
    ],
)
async def test_there_is_room_for_so_many_and_for_half_of_them_of_one_caller(
    owners: list[str | None], carried_out: list[str | None]
) -> None:
    handling = Handling(4)
    assert await at_once(handling, *owners) == carried_out
    assert await at_once(handling, *owners) == carried_out, "what has ended makes room"


async def test_a_notification_takes_none() -> None:
    assert len(await at_once(Handling(1), "ada", "ada", "ada", request_id=None)) == 3


async def test_large_requests_take_more_of_the_room() -> None:
    handling = Handling(100, most_bytes=40)
    owners = ["ada", "ada", "ada", "bob", "bob", "cleo"]
    assert await at_once(handling, *owners, size=10) == ["ada", "ada", "bob", "bob"]
    assert await at_once(handling, *owners, size=1) == owners
