"""Calls that wait, that are many, that are large, and that are taken back, over every transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import anyio
import anyio.to_thread
import pytest

from fake_upstream import SESSION_ID, FakeUpstream, HeldResponse, session
from server_process import LONGEST

if TYPE_CHECKING:
    from real_client import Connected, Told
    from transports.connect import Connect, Transport

AT_ONCE = 32
ID = {"id": SESSION_ID}


async def test_a_wait_for_the_rate_limit_is_told_while_it_lasts(
    api: Connected, upstream: FakeUpstream
) -> None:
    upstream.respond({"message": "slow down"}, 429, {"retry-after": "0.3"})
    told: list[tuple[float, float | None, str | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    with anyio.fail_after(LONGEST):
        answer = await api.client.call_tool("get_session", ID, progress_callback=note)
    assert answer.is_error, "the emulator has no such session"
    assert told == [(1, None, "The API limits the rate: trying again in 1 s (attempt 2 of 3)")]
    assert len(upstream.requests) == 2


async def test_each_of_many_calls_at_once_gets_its_own_answer(api: Connected) -> None:
    names = [str(uuid4()) for _ in range(AT_ONCE)]
    made = await at_once(api, [("create_session", {"name": name}) for name in names])
    assert [one.result["name"] for one in made] == names
    ids = [one.result["id"] for one in made]
    wrong = ("get_session", {"id": "none"})
    read = await at_once(api, [("get_session", {"id": identity}) for identity in ids] + [wrong])
    assert [one.result["name"] for one in read[:-1]] == names
    assert read[-1].error["kind"] == "invalid_arguments"


async def at_once(api: Connected, calls: list[tuple[str, dict[str, Any]]]) -> list[Told]:
    """Make calls all at the same time, and return their ends in order."""
    ends: dict[int, Told] = {}

    async def make(number: int, tool: str, arguments: dict[str, Any]) -> None:
        ends[number] = await api.call(tool, arguments)

    async with anyio.create_task_group() as tasks:
        for number, (tool, arguments) in enumerate(calls):
            tasks.start_soon(make, number, tool, arguments)
    return [ends[number] for number in range(len(calls))]


async def test_a_call_that_its_client_takes_back_is_given_up(
    connect: Connect, transport: Transport, upstream: FakeUpstream
) -> None:
    hanging = HeldResponse()
    upstream.responses.append(hanging)
    async with connect() as api:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(api.client.call_tool, "get_session", ID)
            await anyio.to_thread.run_sync(hanging.wait_for_request)
            tasks.cancel_scope.cancel()
        assert (await api.call("get_session", ID)).error["status"] == 404, "others go on"
        if transport.hears_cancellation:
            await anyio.to_thread.run_sync(hanging.wait_for_disconnect)
    await anyio.to_thread.run_sync(hanging.wait_for_disconnect)


@pytest.mark.parametrize(("turns", "whole"), [(46, True), (200, False)])
async def test_a_large_result_arrives_as_large_as_results_may_be(
    api: Connected, reference: Connected, upstream: FakeUpstream, turns: int, *, whole: bool
) -> None:
    large = session(messages=[{"role": "user", "content": f"{n} " + "voilà 🎧 " * 100} for n in range(turns)])
    upstream.respond(large)
    upstream.respond(large)
    here, there = await api.call("get_session", ID), await reference.call("get_session", ID)
    assert (here.result["messages"] == large["messages"]) == whole
    assert 55_000 < len(here.text.encode()) <= 60_000
    assert here == there


async def test_a_large_argument_reaches_the_api_whole(api: Connected, upstream: FakeUpstream) -> None:
    said = [{"role": "user", "content": f"{n} " + "voilà 🎧 " * 100} for n in range(60)]
    upstream.respond(session(messages=[]))
    assert not (await api.call("update_session", {**ID, "messages": said})).is_error
    assert upstream.requests[0].json == {"messages": said}


async def test_every_script_goes_both_ways_unchanged(api: Connected, upstream: FakeUpstream) -> None:
    said = "Größe ﷽ 你好 עברית 👩‍👧 e\u0301 \u2028\u202e\U000e0041 \x7f\x1b tab\t nul\\u0000 \U0010ffff\ufeff"
    written = {"messages": [{"role": "user", "content": said}], "name": "Zoë 🎉"}
    created = (await api.call("create_session", written)).result
    assert upstream.requests[0].json == written
    assert (created["messages"], created["name"]) == (written["messages"], written["name"])
    read = (await api.call("get_session", {"id": created["id"]})).result
    assert read["messages"] == written["messages"]
