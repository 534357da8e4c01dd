"""The calls that are being carried out."""

from __future__ import annotations

import anyio
import pytest

from vapi_sessions_mcp.in_flight import InFlight, StoppedError


async def test_it_knows_how_many_there_are_and_is_something_without_any() -> None:
    calls = InFlight()
    assert calls  # or whoever takes one that has no calls for none would make another
    with calls.call(), calls.call():
        assert calls.count == 2
    assert calls.count == 0


async def test_without_any_it_is_finished_at_once() -> None:
    with anyio.fail_after(1):
        await InFlight().finish(60)


async def test_those_that_end_in_time_end_by_themselves() -> None:
    calls, done = InFlight(), list[int]()

    async def call(number: int) -> None:
        with calls.call():
            for _ in range(number):
                await anyio.lowlevel.checkpoint()
        done.append(number)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            for number in (1, 5, 20):
                tasks.start_soon(call, number)
            await anyio.wait_all_tasks_blocked()
            await calls.finish(60)
    assert done == [1, 5, 20]


async def test_those_that_do_not_are_ended() -> None:
    calls = InFlight()

    async def call() -> None:
        with pytest.raises(StoppedError), calls.call():
            await anyio.sleep_forever()

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call)
            tasks.start_soon(call)
            await anyio.wait_all_tasks_blocked()
            await calls.finish(0.01)
    assert calls.count == 0


async def test_a_failure_of_a_calls_own_stays_what_it_is() -> None:
    calls = InFlight()
    with pytest.raises(KeyError), calls.call():
        raise KeyError
    assert calls.count == 0


async def test_a_client_that_takes_its_call_back_is_no_stop() -> None:
    calls = InFlight()
    with anyio.CancelScope() as taken_back:
        with calls.call():
            taken_back.cancel()
            await anyio.sleep_forever()
    assert taken_back.cancelled_caught
    assert calls.count == 0
