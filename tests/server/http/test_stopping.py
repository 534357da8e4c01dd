"""Stopping: calls first, streams then."""

from __future__ import annotations

import signal
import threading
from typing import Any

import anyio
import pytest

from vapi_sessions_mcp.http.stopping import GRACE, Stopping
from vapi_sessions_mcp.http.streams import Streams
from vapi_sessions_mcp.in_flight import InFlight, StoppedError


class Seen(Streams):
    """Streams that know when they were closed.

    Args:
        told: Where that is written down.
    """

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self._told = told

    def close(self) -> None:
        """Write it down."""
        self._told.append("streams closed")


async def test_calls_are_finished_then_streams_are_closed() -> None:
    told: list[str] = []
    calls = InFlight()
    stopping = Stopping(calls, Seen(told), lambda: told.append("door closed"))
    finish = anyio.Event()

    async def call() -> None:
        with calls.call():
            await finish.wait()
            told.append("call done")

    with anyio.fail_after(GRACE):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call)
            tasks.start_soon(stopping.carry_out)
            await anyio.wait_all_tasks_blocked()
            assert not stopping.begun
            stopping.begin()
            assert stopping.begun
            await anyio.wait_all_tasks_blocked()
            finish.set()
    assert told == ["door closed", "call done", "streams closed"]


async def test_the_door_is_closed_once_however_often_it_is_begun() -> None:
    told: list[str] = []
    stopping = Stopping(InFlight(), Seen(told), lambda: told.append("door closed"))
    stopping.begin()
    stopping.begin()
    assert told == ["door closed"]


async def test_a_call_without_end_is_ended() -> None:
    told: list[str] = []
    calls = InFlight()
    stopping = Stopping(calls, Seen(told), grace=0.01)

    async def call() -> None:
        with pytest.raises(StoppedError), calls.call():
            await anyio.sleep_forever()
        told.append("call ended")

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call)
            await anyio.wait_all_tasks_blocked()
            stopping.begin()
            await stopping.carry_out()
    assert told == ["call ended", "streams closed"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_begins_it_and_goes_on_to_who_heard_it_before(number: signal.Signals) -> None:
    heard = anyio.Event()

    def before(_number: int, _frame: Any) -> None:
        heard.set()

    original = signal.signal(number, before)
    try:
        stopping = Stopping(InFlight(), Streams())
        with stopping.on_signals(), anyio.fail_after(5):
            signal.raise_signal(number)
            await heard.wait()
            assert stopping.begun
        assert signal.getsignal(number) is before
    finally:
        signal.signal(number, original)


def test_a_thread_that_hears_no_signals_is_no_failure() -> None:
    def run() -> None:
        async def within() -> None:
            with Stopping(InFlight(), Streams()).on_signals():
                done.append(True)

        anyio.run(within)

    done: list[bool] = []
    thread = threading.Thread(target=run)
    thread.start()
    thread.join(5)
    assert done == [True]
