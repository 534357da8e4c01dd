"""Progress of a call that waits: reported when a wait begins, and again while it lasts."""

from __future__ import annotations

import anyio
import pytest

from server_process import LONGEST
from vapi_sessions_mcp.progress import Progress
from vapi_sessions_tools.pause import Pause


class Listener:
    """Records reports and waits for enough of them."""

    def __init__(self, enough: int) -> None:
        self.reports: list[tuple[float, str | None]] = []
        self._enough = enough
        self.heard = anyio.Event()

    async def __call__(self, progress: float, total: float | None = None, message: str | None = None) -> None:
        assert total is None
        self.reports.append((progress, message))
        if len(self.reports) >= self._enough:
            self.heard.set()


@pytest.mark.parametrize(
    ("pause", "message"),
    [
        (Pause(4.0, "rate_limit", 2, 3), "The API limits the rate: trying again in 4 s (attempt 2 of 3)"),
        (Pause(3.2, "failed_attempt", 3, 3), "The attempt failed: trying again in 4 s (attempt 3 of 3)"),
    ],
)
async def test_a_long_pause_is_reported_again_and_again_with_rising_values(
    pause: Pause, message: str
) -> None:
    listener = Listener(3)
    with anyio.fail_after(LONGEST):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(Progress(listener, every=0.001), pause)
            await listener.heard.wait()
            tasks.cancel_scope.cancel()
    assert [progress for progress, _ in listener.reports[:3]] == [1, 2, 3]
    assert listener.reports[0][1] == message


@pytest.mark.parametrize("seconds", [0.0, 0.005])
async def test_reports_end_with_the_pause_and_rise_over_the_next_one_too(seconds: float) -> None:
    listener = Listener(1)
    progress = Progress(listener, every=0.001)
    for attempt in (2, 3):
        before = len(listener.reports)
        await progress(Pause(seconds, "rate_limit", attempt, 3))
        assert len(listener.reports) > before
    assert [value for value, _ in listener.reports] == list(range(1, len(listener.reports) + 1))
