"""Progress of a waiting call: told when a wait begins, and again while it lasts."""

from __future__ import annotations

import anyio
import pytest

from vapi_sessions_mcp.progress import Progress
from vapi_sessions_tools.pause import Pause


class Listener:
    """Writes down what it is told, and lets a test wait for it."""

    def __init__(self, enough: int) -> None:
        self.told: list[tuple[float, str | None]] = []
        self._enough = enough
        self.heard = anyio.Event()

    async def __call__(self, progress: float, total: float | None = None, message: str | None = None) -> None:
        assert total is None
        self.told.append((progress, message))
        if len(self.told) >= self._enough:
            self.heard.set()


async def heard(pause: Pause, times: int) -> list[tuple[float, str | None]]:
    """Return what is told of a pause until it was told so many times."""
    listener = Listener(times)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(Progress(listener, every=0.001), pause)
        await listener.heard.wait()
        tasks.cancel_scope.cancel()
    return listener.told


async def test_it_is_told_again_and_again_and_always_rises() -> None:
    told = await heard(Pause(4.0, "rate_limit", 2, 3), 3)
    assert [progress for progress, _ in told] == [1, 2, 3]
    assert told[0][1] == "The API limits the rate: trying again in 4 s (attempt 2 of 3)"


async def test_a_failed_attempt_is_told_as_one() -> None:
    ((_, message),) = await heard(Pause(0.2, "failed_attempt", 3, 3), 1)
    assert message == "The attempt failed: trying again in 1 s (attempt 3 of 3)"


@pytest.mark.parametrize("seconds", [0.0, 0.005])
async def test_it_ends_with_the_pause_and_rises_over_the_next_one_too(seconds: float) -> None:
    listener = Listener(1)
    progress = Progress(listener, every=0.001)
    await progress(Pause(seconds, "rate_limit", 2, 3))
    first = len(listener.told)
    await progress(Pause(seconds, "rate_limit", 3, 3))
    values = [value for value, _ in listener.told]
    assert 1 <= first < len(values)
    assert values == sorted(set(values))
