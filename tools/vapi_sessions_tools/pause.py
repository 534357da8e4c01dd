"""The pause before an attempt is repeated, and who is told of it while it lasts."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import anyio

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pause:
    """A wait between two attempts of a call.

    Args:
        seconds: How long it lasts.
        reason: Whether the API limits the rate, or the attempt before it failed otherwise.
        attempt: Which attempt comes next, counted from 1.
        attempts: How many there are at most.
    """

    seconds: float
    reason: Literal["rate_limit", "failed_attempt"]
    attempt: int
    attempts: int


OnPause = Callable[[Pause], Awaitable[None]]
"""Called when a pause begins, and cancelled when it ends; what it raises is of no consequence to the call."""


async def wait(pause: Pause, on_pause: OnPause | None) -> None:
    """Let a pause pass, and tell of it meanwhile."""
    if on_pause is None:
        await anyio.sleep(pause.seconds)
        return
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_tell, on_pause, pause)
        await anyio.sleep(pause.seconds)
        tasks.cancel_scope.cancel()


async def _tell(on_pause: OnPause, pause: Pause) -> None:
    try:
        await on_pause(pause)
    except Exception as error:  # noqa: BLE001  a listener that is gone or broken must not end the call
        _logger.info("a pause could not be told: %s", type(error).__name__)
