"""Requests of each key are limited, sent in order, and pause together when the API limits the rate."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
import anyio.lowlevel
import httpx
import pytest

from vapi_sessions_tools.client import Client
from vapi_sessions_tools.connection_failure import LostAnswerError
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.request import Request
from vapi_sessions_tools.errors import ApiAnswerError, NetworkError
from vapi_sessions_tools.fair_share import FairShare
from vapi_sessions_tools.pause import Pause
from vapi_sessions_tools.retry import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from anyio.abc import TaskGroup

    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.fair_share import Place
    from vapi_sessions_tools.pause import OnPause

ADA, BOB = Credential("key-of-ada"), Credential("key-of-bob")


def get(path: str) -> Request:
    return Request(method="GET", path=path)


def limited(seconds: float) -> httpx.Response:
    return httpx.Response(429, headers={"retry-after": f"{seconds:g}"}, json={})


async def until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(30):
        while not condition():
            await anyio.lowlevel.checkpoint()


class Calls:
    """Calls that are made at the same time to an API that can hold its responses back."""

    def __init__(self, responses: tuple[httpx.Response, ...], *, held: bool) -> None:
        self.client: Client
        self.tasks: TaskGroup
        self.seen: list[str] = []
        self.ended: dict[str, int | Exception] = {}
        self.pauses: dict[str, Pause] = {}
        self._responses = list(responses)
        self._held = held
        self._released = anyio.Semaphore(0)

    async def respond(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.headers["authorization"][-3:] + request.url.path)
        response = self._responses.pop(0) if self._responses else httpx.Response(200, json={})
        if self._held and self.seen[-1].startswith("ada"):
            await self._released.acquire()
        return response

    def release(self, count: int) -> None:
        """Send as many of the responses that are held."""
        for _ in range(count):
            self._released.release()

    def start(self, key: Credential, path: str, deadline: float = 60.0) -> anyio.CancelScope:
        scope = anyio.CancelScope()
        self.tasks.start_soon(self._call, scope, key, path, deadline)
        return scope

    async def _call(self, scope: anyio.CancelScope, key: Credential, path: str, deadline: float) -> None:
        async def report(pause: Pause) -> None:
            self.pauses[path] = pause

        with scope:
            try:
                answer = await self.client.send(get(path), key, deadline=deadline, on_pause=report)
                self.ended[path] = answer.status
            except (ApiAnswerError, NetworkError) as error:
                self.ended[path] = error

    def refusal(self, path: str) -> ApiAnswerError:
        error = self.ended[path]
        assert isinstance(error, ApiAnswerError)
        assert error.kind == "rate_limited"
        return error


@asynccontextmanager
async def calling(*responses: httpx.Response, most: int = 24, held: bool = False) -> AsyncGenerator[Calls]:
    calls = Calls(responses, held=held)
    transport = httpx.MockTransport(calls.respond)
    async with (
        Client("http://localhost", transport=transport, most_in_flight=most) as calls.client,
        anyio.create_task_group() as calls.tasks,
    ):
        yield calls
        calls.tasks.cancel_scope.cancel()


async def test_a_key_has_no_more_requests_in_flight_than_its_limit_and_other_keys_are_free() -> None:
    async with calling(most=2, held=True) as calls:
        for number in range(7):
            calls.start(ADA, f"/{number}")
        calls.start(BOB, "/other")
        await until(lambda: "/other" in calls.ended)
        await anyio.wait_all_tasks_blocked()
        assert calls.seen == ["ada/0", "ada/1", "bob/other"]
        calls.release(2)
        await until(lambda: len(calls.ended) == 3)
        await anyio.wait_all_tasks_blocked()
        assert calls.seen[3:] == ["ada/2", "ada/3"]
        calls.release(5)
        await until(lambda: len(calls.ended) == 8)
        assert calls.seen[5:] == ["ada/4", "ada/5", "ada/6"]
        assert set(calls.ended.values()) == {200}


async def test_requests_are_sent_in_order_and_the_limited_one_goes_first_after_the_pause() -> None:
    async with calling(limited(0.01), most=1) as calls:
        for number in range(5):
            calls.start(ADA, f"/{number}")
        await until(lambda: len(calls.ended) == 5)
        assert calls.seen == ["ada/0", "ada/0", "ada/1", "ada/2", "ada/3", "ada/4"]
        assert set(calls.ended.values()) == {200}


@pytest.mark.parametrize("cancelled", ["/running", "/waiting"])
async def test_a_cancelled_call_frees_its_place_whether_it_runs_or_waits(cancelled: str) -> None:
    async with calling(most=1, held=True) as calls:
        scopes = {path: calls.start(ADA, path) for path in ("/running", "/waiting", "/last")}
        await until(lambda: len(calls.seen) == 1)
        await anyio.wait_all_tasks_blocked()
        scopes[cancelled].cancel()
        calls.release(3)
        await until(lambda: len(calls.ended) == 2)
        assert calls.seen == [f"ada{path}" for path in scopes if path != cancelled or path == "/running"]


async def test_a_call_whose_deadline_passes_while_it_waits_was_not_sent() -> None:
    async with calling(most=1, held=True) as calls:
        calls.start(ADA, "/running")
        await until(lambda: len(calls.seen) == 1)
        with pytest.raises(NetworkError, match=r"Nothing was sent within 0\.05 s.*: 1") as caught:
            await calls.client.send(Request(method="POST", path="/late"), ADA, deadline=0.05)
        assert not isinstance(caught.value, LostAnswerError)
        assert calls.seen == ["ada/running"]


async def test_a_pause_asked_of_one_call_is_made_by_all_calls_of_its_key_and_no_other() -> None:
    async with calling(limited(9)) as calls:
        calls.start(ADA, "/first")
        await until(lambda: "/first" in calls.pauses)
        calls.start(ADA, "/second")
        calls.start(BOB, "/other")
        await until(lambda: "/second" in calls.pauses and "/other" in calls.ended)
        assert calls.seen == ["ada/first", "bob/other"]
        assert calls.pauses["/first"] == Pause(9, "rate_limit", attempt=2, attempts=3)
        second = calls.pauses["/second"]
        assert (second.reason, second.attempt) == ("rate_limit", 1)
        assert 0 < second.seconds < 9
        calls.start(ADA, "/hasty", deadline=3)
        await until(lambda: "/hasty" in calls.ended)
        assert calls.refusal("/hasty").retry_after is not None
        assert calls.seen == ["ada/first", "bob/other"]


async def test_a_pause_too_long_to_wait_for_refuses_the_calls_of_its_key() -> None:
    async with calling(limited(30), most=1, held=True) as calls:
        calls.start(ADA, "/first")
        calls.start(ADA, "/waiting")
        await until(lambda: len(calls.seen) == 1)
        await anyio.wait_all_tasks_blocked()
        calls.release(1)
        await until(lambda: len(calls.ended) == 2)
        calls.start(ADA, "/later")
        calls.start(BOB, "/other")
        await until(lambda: len(calls.ended) == 4)
        assert (calls.ended["/first"], calls.ended["/other"]) == (429, 200)
        for path in ("/waiting", "/later"):
            error = calls.refusal(path)
            assert "was not sent" in error.message
            assert error.retry_after is not None
            assert 15 < error.retry_after <= 30
            assert f"Wait {error.retry_after:g} s" in error.next_step
        assert calls.seen == ["ada/first", "bob/other"]


async def test_a_call_that_cannot_be_repeated_for_a_pause_ends_with_the_response_it_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with calling(httpx.Response(503), limited(30)) as calls:

        async def limit_the_key(_pause: Pause, _on_pause: OnPause | None) -> None:
            assert (await calls.client.send(get("/second"), ADA, deadline=60)).status == 429

        monkeypatch.setattr("vapi_sessions_tools.client.wait", limit_the_key)
        assert (await calls.client.send(get("/first"), ADA, deadline=60)).status == 503
    assert calls.seen == ["ada/first", "ada/second"]


class TestBackOff:
    """How long the pause of a key is heeded and known of, by a clock that the test sets."""

    @pytest.fixture(autouse=True)
    def clock(self) -> None:
        self.now = 1_000.0
        self.share = FairShare(clock=lambda: self.now)

    def arrive(self, key: Credential = ADA) -> Place:
        return self.share.arrive(key, 50)

    async def respond(self, pause: float | None, key: Credential = ADA) -> None:
        with self.arrive(key) as call:
            await call.turn()
            call.answered(pause)

    async def refused(self) -> float | None:
        with self.arrive() as call:
            try:
                await call.turn()
            except ApiAnswerError as error:
                return error.retry_after
        return None

    async def test_after_a_minute_one_call_checks_whether_the_pause_still_applies(self) -> None:
        await self.respond(3600)
        self.now += 59.5
        assert await self.refused() == 3541
        self.now += 0.5
        with self.arrive() as unanswered:
            await unanswered.turn()
        await self.respond(1800)
        assert await self.refused() == 1800
        self.now += 60
        with self.arrive() as trial:
            await trial.turn()
            assert await self.refused() == 1740
            trial.answered(None)
        assert await self.refused() is None

    @pytest.mark.parametrize("pause", [None, 11])
    async def test_a_response_to_an_earlier_request_does_not_shorten_a_pause(
        self, pause: float | None
    ) -> None:
        with self.arrive() as earlier:
            await earlier.turn()
            await self.respond(30)
            earlier.answered(pause)
        assert await self.refused() == 30

    async def test_a_key_is_known_while_it_has_calls_or_a_pause(self) -> None:
        await self.respond(None)
        assert self.share.keys == 0
        for number in range(100):
            await self.respond(5, Credential(f"key-{number}"))
        await self.respond(31_536_000, BOB)
        assert self.share.keys == 101
        self.now += 10
        with self.arrive() as call:
            await call.turn()
            assert self.share.keys == 2
            self.now += 650
            with self.arrive():
                assert self.share.keys == 1
        assert self.share.keys == 0


async def test_each_pause_is_reported_with_its_reason_and_the_next_attempt(upstream: FakeUpstream) -> None:
    pauses: list[Pause] = []
    cancelled = anyio.Event()

    async def report(pause: Pause) -> None:
        pauses.append(pause)
        if pause.reason == "rate_limit":
            raise ConnectionError("a listener that fails does not fail the call")
        try:
            await anyio.sleep_forever()  # a listener that hangs ends with the pause
        finally:
            cancelled.set()

    upstream.respond({}, 429, {"retry-after": "0.02"})
    upstream.respond({}, 503)
    transport, retry = httpx.ASGITransport(upstream), RetryPolicy(first_pause=0.01)
    async with Client("http://localhost", transport=transport, retry=retry) as client:
        assert (await client.send(get("/x"), ADA, deadline=60, on_pause=report)).status == 200
        first, second = pauses
        assert first == Pause(0.02, "rate_limit", 2, 3)
        assert (second.reason, second.attempt, second.attempts) == ("failed_attempt", 3, 3)
        assert 0 <= second.seconds <= 0.02
        assert cancelled.is_set()
        upstream.respond({}, 429, {"retry-after": "3600"})
        assert (await client.send(get("/x"), ADA, deadline=60, on_pause=report)).status == 429
    assert len(pauses) == 2
