"""A fair share of the API's rate limit for each key: so many requests at a time, and a pause for all.

What the API asks of one call of a key it asks of the key, so all calls of that key heed it, and no call
of another. A key is known only while it has calls or is to pause.
"""

from __future__ import annotations

import itertools
import math
import time
from bisect import insort
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Self

import anyio

from vapi_sessions_tools import guidance
from vapi_sessions_tools.back_off import BackOff
from vapi_sessions_tools.errors import ApiAnswerError, NetworkError

if TYPE_CHECKING:
    from types import TracebackType

    from vapi_sessions_tools.credential import Credential

MOST_IN_FLIGHT = 24
"""Requests of one key at a time, where nothing else is said."""

_SWEEP_SECONDS = 10.0
_BRIEF = 0.002
"""Seconds that are not worth telling; an event loop's timer may end a pause that much too early."""
_in_order_of_arrival = attrgetter("number")

Pausing = Callable[[float], Awaitable[None]]
"""Lets as many seconds pass."""


@dataclass(slots=True)
class _Share:
    """What is known of one key: its calls, those that wait in order of arrival, and its pause."""

    calls: int = 0
    in_flight: int = 0
    waiting: list[Place] = field(default_factory=list["Place"])
    back_off: BackOff = field(default_factory=BackOff)

    def wake_first(self) -> None:
        """Let the call that waits longest look whether its turn has come."""
        if self.waiting:
            self.waiting[0].wake()


class FairShare:
    """Gives each call its turn among the calls of its key.

    Args:
        most_in_flight: How many requests of one key are sent at a time.
        longest_wait: Seconds of a pause that are waited for; a longer one is told instead.
        clock: Tells the time in seconds.
    """

    def __init__(
        self,
        most_in_flight: int = MOST_IN_FLIGHT,
        longest_wait: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most_in_flight = most_in_flight
        self.longest_wait = longest_wait
        self.clock = clock
        self._shares: dict[Credential, _Share] = {}
        self._numbers = itertools.count()
        self._sweep_at = -math.inf

    @property
    def keys(self) -> int:
        """How many keys are known."""
        return len(self._shares)

    def arrive(self, credential: Credential, deadline: float) -> Place:
        """Return a new call's place, to be left when the call ends: it is a context manager.

        Args:
            credential: Whose share it takes from.
            deadline: Seconds that the call has in all.
        """
        now = self.clock()
        if now >= self._sweep_at:
            self._sweep(now)
        share = self._shares.get(credential)
        if share is None:
            share = self._shares[credential] = _Share()
        share.calls += 1
        return Place(self, share, credential, next(self._numbers), deadline)

    def forget(self, credential: Credential) -> None:
        """Forget a key that has no calls, unless it is to pause."""
        if self._shares[credential].back_off.is_forgotten(self.clock()):
            del self._shares[credential]

    def _sweep(self, now: float) -> None:
        """Forget the keys whose pause ended without a call."""
        self._sweep_at = now + _SWEEP_SECONDS
        self._shares = {
            credential: share
            for credential, share in self._shares.items()
            if share.calls or not share.back_off.is_forgotten(now)
        }


class Place:
    """One call's place among the calls of its key: it keeps it over all of its attempts."""

    __slots__ = ("_begun", "_credential", "_ends", "_of", "_queued", "_share", "_woken", "deadline", "number")

    def __init__(
        self, of: FairShare, share: _Share, credential: Credential, number: int, deadline: float
    ) -> None:
        self.number = number
        self._of = of
        self._share = share
        self._credential = credential
        self.deadline = deadline
        self._ends = of.clock() + deadline
        self._begun: float | None = None
        self._queued = False
        self._woken: anyio.Event | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free whatever the call holds."""
        share = self._share
        if self._queued:
            self._leave_queue()
        if self._begun is not None:
            self.done()
        share.calls -= 1
        if not share.calls:
            self._of.forget(self._credential)

    @property
    def left(self) -> float:
        """The seconds that are left to the call."""
        return self._ends - self._of.clock()

    @property
    def must_wait(self) -> bool:
        """Whether the call cannot send a request at once."""
        share, now = self._share, self._of.clock()
        if share.waiting and share.waiting[0] is not self:
            return True
        if now >= share.back_off.until:
            return share.in_flight >= self._of.most_in_flight
        return share.in_flight > 0 or now < share.back_off.heeded_until

    async def turn(self, pausing: Pausing = anyio.sleep) -> None:
        """Wait until the call may send a request, which it then must tell the end of.

        Args:
            pausing: Lets a pause pass that the API has asked for.

        Raises:
            ApiAnswerError: The API has asked for a pause that is too long to wait for.
            NetworkError: The call's time passed before its turn came.
        """
        if self.must_wait:
            self.queue()
            while self.must_wait:
                await self._wait(pausing)
        share = self._share
        self._begun = self._of.clock()
        share.in_flight += 1
        if self._queued:
            self._leave_queue()

    def wake(self) -> None:
        """Let the call look again whether its turn has come."""
        if self._woken is not None:
            self._woken.set()

    def queue(self) -> None:
        """Wait in line from now on, before all that arrived later."""
        if not self._queued:
            insort(self._share.waiting, self, key=_in_order_of_arrival)
            self._queued = True

    def done(self) -> None:
        """Tell that the request ended, with an answer or without."""
        self._begun = None
        self._share.in_flight -= 1
        self._share.wake_first()

    def answered(self, pause: float | None) -> None:
        """Tell that the API answered the request, and whether it limits the rate; `done` is still to come.

        Args:
            pause: The seconds that the calls of the key shall pause, or None.
        """
        share = self._share
        if self._begun is not None:
            share.back_off.answered(self._begun)
        if pause is not None:
            share.back_off.ask(pause, self._of.clock())
            for place in share.waiting:
                place.wake()  # each has to judge anew whether it can wait that long

    async def _wait(self, pausing: Pausing) -> None:
        """Wait for whatever may change the call's prospects."""
        now, left = self._of.clock(), self.left
        back_off = self._share.back_off
        rest = back_off.rest(now)
        if rest > self._of.longest_wait or 0 < left <= rest:
            raise _paused(rest)
        if left <= 0:
            raise self._crowded_out()
        if heeded := back_off.heeded_rest(now):
            await (pausing(heeded) if heeded > _BRIEF else anyio.sleep(heeded))
            return
        self._woken = anyio.Event()
        with anyio.move_on_after(min(left, rest) if rest else left):
            await self._woken.wait()

    def _leave_queue(self) -> None:
        self._share.waiting.remove(self)
        self._queued = False
        self._share.wake_first()

    def _crowded_out(self) -> NetworkError:
        message = guidance.CROWDED_OUT.format(seconds=self.deadline, calls=self._share.in_flight)
        return NetworkError(message, next_step=guidance.CROWDED_OUT_NEXT)


def _paused(rest: float) -> ApiAnswerError:
    seconds = math.ceil(rest)
    return ApiAnswerError(
        guidance.PAUSED.format(seconds=seconds),
        kind="rate_limited",
        retry_after=float(seconds),
        next_step=guidance.RATE_LIMITED_NEXT.format(wait=f"{seconds} s"),
    )
