"""The calls that are being carried out."""

from __future__ import annotations

import anyio
import pytest

from server_process import LONGEST
from vapi_sessions_mcp.in_flight import InFlight, StoppedError


async def test_calls_are_counted_while_they_last_and_their_failures_stay_what_they_are() -> None:
    calls = InFlight()
    assert calls  # without any it is not falsy, which a default would replace
    with calls.call(), calls.call():
        assert calls.count == 2
    with pytest.raises(KeyError), calls.call():
        raise KeyError
    assert calls.count == 0
    with anyio.fail_after(LONGEST):
        await calls.finish(LONGEST * 2)


@pytest.mark.parametrize(("seconds", "stopped"), [(LONGEST, False), (0, True)])
async def test_calls_end_by_themselves_in_time_or_are_ended(seconds: float, *, stopped: bool) -> None:
    calls, release, ends = InFlight(), anyio.Event(), list[bool]()

    async def call() -> None:
        try:
            with calls.call():
                await release.wait()
        except StoppedError:
            ends.append(True)
        else:
            ends.append(False)

    with anyio.fail_after(LONGEST):
        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(call)
            await anyio.wait_all_tasks_blocked()
            tasks.start_soon(calls.finish, seconds)
            if not stopped:
                await anyio.wait_all_tasks_blocked()
                release.set()
    assert ends == [stopped] * 3
    assert calls.count == 0


async def test_a_call_that_its_client_cancels_is_not_stopped() -> None:
    calls = InFlight()
    with anyio.CancelScope() as scope:
        with calls.call():
            scope.cancel()
            await anyio.sleep_forever()
    assert scope.cancelled_caught
    assert calls.count == 0
