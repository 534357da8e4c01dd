"""Stopping: calls first, then streams."""

from __future__ import annotations

import os
import signal
from typing import Any

import anyio
import pytest

from server_process import LONGEST
from vapi_sessions_mcp.http import stopping as stopping_module
from vapi_sessions_mcp.http.stopping import Stopping
from vapi_sessions_mcp.http.streams import Streams
from vapi_sessions_mcp.in_flight import InFlight, StoppedError


@pytest.fixture(autouse=True)
def without_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close streams as soon as the calls are finished."""
    monkeypatch.setattr(stopping_module, "_ON_ITS_WAY", 0)


class Events(Streams):
    """Streams that record when they are closed, beside what a test records."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def close(self) -> None:
        self.seen.append("streams closed")


async def test_calls_finish_before_streams_are_closed() -> None:
    events, calls, finish = Events(), InFlight(), anyio.Event()
    stopping = Stopping(calls, events, lambda: events.seen.append("door closed"), grace=LONGEST)

    async def call() -> None:
        with calls.call():
            await finish.wait()
            events.seen.append("call done")

    with anyio.fail_after(LONGEST):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call)
            tasks.start_soon(stopping.carry_out)
            await anyio.wait_all_tasks_blocked()
            assert not stopping.begun
            stopping.begin()
            stopping.begin()
            assert stopping.begun
            await anyio.wait_all_tasks_blocked()
            assert events.seen == ["door closed"]
            finish.set()
            await stopping.done()
    assert events.seen == ["door closed", "call done", "streams closed"]


async def test_call_that_does_not_end_is_ended() -> None:
    events, calls = Events(), InFlight()
    stopping = Stopping(calls, events, grace=0.01)

    async def call() -> None:
        with pytest.raises(StoppedError), calls.call():
            await anyio.sleep_forever()
        events.seen.append("call ended")

    with anyio.fail_after(LONGEST):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call)
            await anyio.wait_all_tasks_blocked()
            stopping.begin()
            await stopping.carry_out()
    assert events.seen == ["call ended", "streams closed"]


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_signal_begins_it_and_is_passed_on(number: signal.Signals) -> None:
    heard = anyio.Event()

    def before(_number: int, _frame: Any) -> None:
        heard.set()

    original = signal.signal(number, before)
    try:
        stopping = Stopping(InFlight(), Streams())
        with stopping.on_signals(), anyio.fail_after(LONGEST):
            signal.raise_signal(number)
            await heard.wait()
            assert stopping.begun
        assert signal.getsignal(number) is before
    finally:
        signal.signal(number, original)
