"""Blocking work in threads that nobody waits for at the end: a name server that is silent holds no exit."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class UnjoinedThreads(ThreadPoolExecutor):
    """Carries out each piece of work in a thread of its own, which ends with the process at the latest.

    The event loop resolves names in its executor and takes none but this kind.
    """

    def submit(
        self, fn: Callable[Parameters, Result], /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Future[Result]:
        """Begin a piece of work."""
        future: Future[Result] = Future()

        def carry_out() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001  whoever waits for the result is told
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=carry_out, daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for nothing."""


async def in_thread(
    function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """Return what blocking work returns; a caller that is cancelled leaves it alone."""
    threads = UnjoinedThreads(max_workers=1)
    return await asyncio.wrap_future(threads.submit(function, *args, **kwargs))
