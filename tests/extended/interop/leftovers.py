"""Servers that go on after the client that started them has ended."""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress
from pathlib import Path

PATIENCE = 15.0
"""Seconds that a server has to end once its client is gone."""


def end_leftovers(mark: str, patience: float = PATIENCE) -> int:
    """Wait for all processes with a mark in their environment to end; end those that do not, and count them.

    Where there is no `/proc`, there is nothing to be found out.

    Args:
        mark: What no other process has in a variable.
        patience: Seconds that each of them has.
    """
    return sum(_outlived(process, patience) for process in _marked(mark.encode()))


def _marked(mark: bytes) -> list[int]:
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # another user's, or gone
            if mark in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found


def _outlived(process: int, patience: float) -> bool:
    try:
        handle = os.pidfd_open(process)
    except OSError:
        return False
    try:
        ended, _, _ = select.select([handle], [], [], patience)
        if not ended:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        return not ended
    finally:
        os.close(handle)
