"""Blocking work that never ends holds neither its caller nor the end of the process."""

from __future__ import annotations

import subprocess
import sys
import threading

import anyio
import pytest

from server_process import LONGEST
from vapi_sessions_mcp.doctor.unjoined_threads import UnjoinedThreads, in_thread


async def test_work_returns_what_it_returns() -> None:
    assert await in_thread(divmod, 7, 2) == (3, 1)


async def test_what_it_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        await in_thread(divmod, 7, 0)


async def test_a_caller_does_not_wait_for_what_it_gave_up() -> None:
    held = threading.Event()
    with anyio.move_on_after(0.05) as scope:
        await in_thread(held.wait, LONGEST)
    assert scope.cancelled_caught
    held.set()


def test_work_that_was_cancelled_before_it_began_is_not_done() -> None:
    done = threading.Event()
    held = threading.Event()
    threads = UnjoinedThreads(max_workers=1)
    threads.submit(held.wait, LONGEST)
    assert threads.submit(done.set).result(LONGEST) is None
    assert done.is_set()
    held.set()
    threads.shutdown()


def test_the_process_ends_although_a_name_is_never_resolved() -> None:
    program = """
import anyio, asyncio, threading
from vapi_sessions_mcp.doctor.unjoined_threads import UnjoinedThreads, in_thread

async def main():
    loop = asyncio.get_running_loop()
    loop.set_default_executor(UnjoinedThreads(max_workers=1))
    with anyio.move_on_after(0.05):
        await in_thread(threading.Event().wait)
    with anyio.move_on_after(0.05):
        await loop.run_in_executor(None, threading.Event().wait)
    print("ended")

anyio.run(main)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=LONGEST, check=True
    )
    assert (ended.stdout, ended.stderr) == ("ended\n", "")
