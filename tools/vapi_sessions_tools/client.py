"""The internal client: requests out, answers in, within one deadline, and httpx's errors made ours.

One connection pool for the process, no cookies kept, no redirect followed, the caller's key on each
request and nowhere else. Each key has its share: what one's calls are slowed down by, no other's are.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Self

import anyio

from vapi_sessions_tools import guidance
from vapi_sessions_tools.answer import Answer
from vapi_sessions_tools.base_url import checked_base_url
from vapi_sessions_tools.connection_failure import ClosedMeanwhileError, ConnectionFailure, Sending
from vapi_sessions_tools.connections import HEADERS, MOST_CONNECTIONS, answers, opened
from vapi_sessions_tools.errors import CallError, NetworkError
from vapi_sessions_tools.exchange import Exchange
from vapi_sessions_tools.fair_share import MOST_IN_FLIGHT, FairShare
from vapi_sessions_tools.observation import Attempt, observed, waited
from vapi_sessions_tools.pause import Pause, wait
from vapi_sessions_tools.retry import LOST_STATUSES, RetryPolicy, may_repeat, retry_after

if TYPE_CHECKING:
    from types import TracebackType

    import httpx

    from vapi_sessions_tools.credential import Credential
    from vapi_sessions_tools.engine.request import Request
    from vapi_sessions_tools.fair_share import Place
    from vapi_sessions_tools.observation import Observer
    from vapi_sessions_tools.pause import OnPause


__all__ = ["Answer", "Client"]

_CLOSE_SECONDS = 5.0
"""Seconds that calls under way and connections have to end in when they are closed."""


class Client:
    """Sends requests to one API.

    Args:
        base_url: The API's root; `http://` only for this machine.
        transport: What carries the requests; the network when left out.
        retry: How often and how long.
        most_in_flight: How many requests of one key are sent at a time.
        most_connections: How many connections there are at a time, for all keys.
        observer: Is told of every request.

    Raises:
        SettingsError: The base URL cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        retry: RetryPolicy | None = None,
        most_in_flight: int = MOST_IN_FLIGHT,
        most_connections: int = MOST_CONNECTIONS,
        observer: Observer | None = None,
    ) -> None:
        self.base_url = checked_base_url(base_url)
        self._retry = retry or RetryPolicy()
        self._transport = transport
        self._share = FairShare(most_in_flight, self._retry.longest_wait)
        self._most_connections = most_connections
        self._observer = observer
        self._http: httpx.AsyncClient | None = None
        self._closed = False
        self._calls: set[_Call] = set()
        self._all_ended = anyio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def open(self) -> None:
        """Make the connections ready; otherwise that is done with the first request.

        Raises:
            NetworkError: TLS cannot be set up.
        """
        self._opened()

    async def aclose(self) -> None:
        """Close the connections for good; the calls that use them end with an error."""
        self._closed = True
        # Shielded, here and below: what a cancelled task leaves open is closed by nobody.
        with anyio.move_on_after(_CLOSE_SECONDS, shield=True):
            for call in self._calls:
                call.scope.cancel()
            if self._calls:
                await self._all_ended.wait()
        if self._http is not None:
            with anyio.move_on_after(_CLOSE_SECONDS, shield=True):
                await self._http.aclose()

    async def reachable(self, seconds: float) -> bool:
        """Whether the API answers at all, asked without a key; failures of gateways are no answers.

        Args:
            seconds: How long to wait for an answer.
        """
        try:
            return await answers(self._opened(), self.base_url, seconds)
        except NetworkError:
            return False

    async def send(
        self,
        request: Request,
        credential: Credential,
        *,
        deadline: float,
        on_pause: OnPause | None = None,
    ) -> Answer:
        """Send a request when its key's turn comes, repeating it where that does no harm.

        Args:
            request: What to send.
            credential: Whose key to send it with.
            deadline: Seconds for all attempts together, and for waiting.
            on_pause: Is told of each pause before an attempt.

        Returns:
            The API's answer, whatever its status.

        Raises:
            ApiAnswerError: It was not sent, because the API has asked this key for a longer pause.
            LostAnswerError: The request may have been received, and no answer came.
            NetworkError: It was not received, as the deadline passed before or the client is closed.
        """
        self._check_open()
        call = _Call(Sending(begun=False))
        self._calls.add(call)
        try:
            with call.scope, self._share.arrive(credential, deadline) as place:
                outcome = await self._attempts(request, credential, place, on_pause, call)
                if isinstance(outcome, ConnectionFailure):
                    raise outcome.error
                return Answer(outcome.status, outcome.headers, outcome.content, call.acted)
        finally:
            self._calls.discard(call)
            if self._closed and not self._calls:
                self._all_ended.set()
        raise call.closed_error()

    async def _attempts(
        self, request: Request, credential: Credential, place: Place, on_pause: OnPause | None, call: _Call
    ) -> Answer | ConnectionFailure:
        """Return how the last attempt ended; the call knows whether one before it may have acted."""
        attempt = 1
        await self._turn(place, attempt, on_pause)
        while True:
            outcome = await self._attempt(request, credential, place, attempt, call)
            pause = self._ended(request, outcome, attempt, place)
            if pause is None:
                return outcome
            attempt += 1
            call.sending = Sending(begun=_may_have_acted(outcome))
            await wait(pause, on_pause)
            try:
                await self._turn(place, attempt, on_pause)
            except CallError:
                return outcome  # what the API did say tells more than that it was not asked again
            call.acted = call.acted or _may_have_acted(outcome)

    async def _turn(self, place: Place, attempt: int, on_pause: OnPause | None) -> None:
        """Wait for the call's turn; pauses meanwhile are told."""
        pausing = partial(self._pausing, attempt, on_pause)
        if self._observer is None or not place.must_wait:
            await place.turn(pausing)
            return
        with waited(self._observer):
            await place.turn(pausing)

    async def _pausing(self, attempt: int, on_pause: OnPause | None, seconds: float) -> None:
        await wait(Pause(seconds, "rate_limit", attempt, self._retry.attempts), on_pause)

    async def _attempt(
        self, request: Request, credential: Credential, place: Place, number: int, call: _Call
    ) -> Answer | ConnectionFailure:
        """Make one request, and tell of it."""
        http, headers = self._opened(), _headers(request, credential)
        # Only the library's own transport traces when a request begins to go out.
        call.sending = Sending(begun=self._transport is not None)
        exchange = Exchange(self.base_url, place.left, place.deadline, call.sending)
        attempt = Attempt(request.method, request.template, number)
        if self._observer is None:
            return await exchange.carry(http, request, headers, attempt)
        with observed(self._observer, attempt) as more:
            return await exchange.carry(http, request, {**more, **headers}, attempt)

    def _ended(
        self, request: Request, outcome: Answer | ConnectionFailure, attempt: int, place: Place
    ) -> Pause | None:
        """Tell the key's other calls how an attempt ended; return the pause before the next, if any."""
        limited = isinstance(outcome, Answer) and outcome.status == 429
        may_follow = self._may_follow(request, outcome, attempt)
        seconds = self._seconds(outcome, attempt) if limited or may_follow else 0.0
        if isinstance(outcome, Answer):
            place.answered(seconds if limited else None)
        place.done()
        if not may_follow or seconds > self._retry.longest_wait or seconds >= place.left:
            return None
        if limited:
            place.queue()  # it came before those that wait for the same pause
        return Pause(
            seconds,
            reason="rate_limit" if limited else "failed_attempt",
            attempt=attempt + 1,
            attempts=self._retry.attempts,
        )

    def _seconds(self, outcome: Answer | ConnectionFailure, attempt: int) -> float:
        """Return how long to wait after an attempt: as asked for, or as drawn."""
        asked = retry_after(outcome.headers) if isinstance(outcome, Answer) else None
        draw = random.random()  # noqa: S311  spreads load, hides nothing
        return self._retry.pause(attempt, draw) if asked is None else asked

    def _may_follow(self, request: Request, outcome: Answer | ConnectionFailure, attempt: int) -> bool:
        """Whether another attempt may follow one."""
        if isinstance(outcome, ConnectionFailure):
            ended, status, sent = outcome.final, None, outcome.sent
        else:
            ended, status, sent = outcome.status < 400, outcome.status, True
        if ended or attempt >= self._retry.attempts:
            return False
        return may_repeat(request.method, status=status, sent=sent)

    def _check_open(self) -> None:
        if self._closed:
            raise NetworkError(guidance.CLOSED, next_step=guidance.CLOSED_NEXT)

    def _opened(self) -> httpx.AsyncClient:
        self._check_open()
        if self._http is None:
            self._http = opened(self.base_url, self._transport, self._most_connections)
        return self._http


@dataclass(eq=False, slots=True)
class _Call:
    """A call that is being carried out.

    Args:
        sending: Knows whether its present attempt, or the one before it, may have acted.
        acted: Whether an attempt before those may have acted.
        scope: Ends it when the client is closed.
    """

    sending: Sending
    acted: bool = False
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)

    def closed_error(self) -> NetworkError:
        """Return what it ends with when the client is closed."""
        if self.acted or self.sending.begun:
            return ClosedMeanwhileError(guidance.CLOSED_MEANWHILE, next_step=guidance.CLOSED_NEXT)
        return NetworkError(guidance.CLOSED, next_step=guidance.CLOSED_NEXT)


def _headers(request: Request, credential: Credential) -> dict[str, str]:
    headers = {"authorization": f"Bearer {credential.reveal()}", **HEADERS}
    return {**headers, "content-type": "application/json"} if request.body is not None else headers


def _may_have_acted(outcome: Answer | ConnectionFailure) -> bool:
    return outcome.sent if isinstance(outcome, ConnectionFailure) else outcome.status in LOST_STATUSES
