"""Each key's share of the rate limit: whose calls wait for what, in which order, and what is kept of it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import pytest

from scripted_server import answering, hang, hang_up, read_request, scripted
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.connection_failure import LostAnswerError
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.request import Request
from vapi_sessions_tools.errors import ApiAnswerError, NetworkError, UnknownOutcomeError
from vapi_sessions_tools.fair_share import FairShare
from vapi_sessions_tools.retry import RetryPolicy
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator, Callable

    from anyio.abc import TaskGroup

    from scripted_server import Behaviour
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.fair_share import Place
    from vapi_sessions_tools.pause import Pause

ADA, BOB = Credential("key-of-ada"), Credential("key-of-bob")
FINE = answering("200 OK")


def limited(seconds: float | None) -> Behaviour:
    stated = () if seconds is None else (f"retry-after: {seconds:g}",)
    return answering("429 Too Many Requests", b"{}", *stated)


class Steady(RetryPolicy):
    """Draws the same pause each time."""

    def pause(self, attempt: int, draw: float) -> float:  # noqa: ARG002
        return 0.05


async def until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(10):
        while not condition():
            await anyio.lowlevel.checkpoint()


class Api:
    """An API that says who asks for what, and holds its answers back as long as a gate is closed."""

    def __init__(self, *first: Behaviour) -> None:
        self.client: Client
        self.seen: list[str] = []
        self.at_a_time: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.gates: dict[str, anyio.Event] = {}
        self._first = list(first)

    def close_gate(self, who: Credential) -> anyio.Event:
        self.gates[who.reveal()] = anyio.Event()
        return self.gates[who.reveal()]

    async def behave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await read_request(reader)).decode()
        who = head.split("Bearer ", 1)[1].split("\r\n", 1)[0]
        self.seen.append(f"{who[-3:]}{head.split(' ')[1]}")
        self.at_a_time[who] = self.at_a_time.get(who, 0) + 1
        self.most[who] = max(self.most.get(who, 0), self.at_a_time[who])
        answer = self._first.pop(0) if self._first else FINE
        if who in self.gates:
            await self.gates[who].wait()
        await anyio.lowlevel.checkpoint()
        self.at_a_time[who] -= 1
        await answer(Read(), writer)  # type: ignore[arg-type]


class Read:
    """A request that was read already."""

    async def readuntil(self, _end: bytes) -> bytes:
        return b""

    async def readexactly(self, _size: int) -> bytes:
        return b""


class Calls:
    """Calls made in the background, and how each ended."""

    def __init__(self, client: Client, tasks: TaskGroup) -> None:
        self.client = client
        self.ended: dict[str, int | Exception] = {}
        self.told: dict[str, Pause] = {}
        self._tasks = tasks

    def start(self, who: Credential, path: str = "/x", deadline: float = 10.0) -> anyio.CancelScope:
        scope = anyio.CancelScope()
        self._tasks.start_soon(self._call, scope, who, path, deadline)
        return scope

    async def _call(self, scope: anyio.CancelScope, who: Credential, path: str, deadline: float) -> None:
        async def tell(pause: Pause) -> None:
            self.told[path] = pause

        with scope:
            try:
                request = Request(method="GET", path=path)
                answer = await self.client.send(request, who, deadline=deadline, on_pause=tell)
                self.ended[path] = answer.status
            except (ApiAnswerError, NetworkError) as error:
                self.ended[path] = error

    async def all_ended(self, count: int) -> None:
        await until(lambda: len(self.ended) == count)


@asynccontextmanager
async def calling(
    *first: Behaviour, most: int = 24, retry: RetryPolicy | None = None, connections: int = 100
) -> AsyncGenerator[tuple[Api, Calls]]:
    api = Api(*first)
    async with (
        scripted(api.behave) as script,
        Client(script.url, retry=retry, most_in_flight=most, most_connections=connections) as client,
        anyio.create_task_group() as tasks,
    ):
        yield api, Calls(client, tasks)
        tasks.cancel_scope.cancel()


def refusal(ended: int | Exception) -> dict[str, Any]:
    assert isinstance(ended, ApiAnswerError)
    error: dict[str, Any] = ended.as_result()["error"]
    return error


@pytest.mark.parametrize("stated", [0.3, None])
async def test_a_pause_asked_of_one_call_is_made_by_the_others_of_its_key_alone(stated: float | None) -> None:
    async with calling(limited(stated), retry=Steady()) as (api, calls):
        calls.start(ADA, "/first")
        await until(lambda: "/first" in calls.told)
        begun = anyio.current_time()
        calls.start(ADA, "/second")
        calls.start(BOB, "/other")
        await until(lambda: "/other" in calls.ended)
        assert api.seen == ["ada/first", "bob/other"]
        await calls.all_ended(3)
        assert anyio.current_time() - begun > (stated or 0.05) / 2
        assert api.seen[2:] == ["ada/first", "ada/second"]
        assert set(calls.ended.values()) == {200}


async def test_a_call_that_pauses_for_another_tells_of_it() -> None:
    async with calling(limited(0.2)) as (_, calls):
        calls.start(ADA, "/first")
        await until(lambda: "/first" in calls.told)
        calls.start(ADA, "/second")
        await calls.all_ended(2)
        assert (calls.told["/first"].seconds, calls.told["/first"].attempt) == (0.2, 2)
        assert calls.told["/second"].reason == "rate_limit"
        assert 0 < calls.told["/second"].seconds < 0.2
        assert calls.told["/second"].attempt == 1


async def test_a_pause_too_long_to_wait_for_is_told_at_once_and_nothing_is_sent() -> None:
    async with calling(limited(30)) as (api, calls):
        calls.start(ADA, "/first")
        await calls.all_ended(1)
        assert calls.ended["/first"] == 429
        calls.start(ADA, "/second")
        calls.start(BOB, "/other")
        await calls.all_ended(3)
        error = refusal(calls.ended["/second"])
        assert (error["kind"], error["retry_after"], "status" in error) == ("rate_limited", 30, False)
        assert "was not sent" in error["message"]
        assert "key-of" not in str(error)
        assert error["next"] == "Wait 30 s, then make the same call again; nothing was changed."
        assert (api.seen, calls.ended["/other"]) == (["ada/first", "bob/other"], 200)


async def test_a_pause_longer_than_the_calls_time_is_told_at_once() -> None:
    async with calling(limited(5)) as (api, calls):
        calls.start(ADA, "/first")
        await until(lambda: "/first" in calls.told)
        calls.start(ADA, "/second", deadline=2)
        await until(lambda: "/second" in calls.ended)
        assert refusal(calls.ended["/second"])["retry_after"] == 5
        assert api.seen == ["ada/first"]


async def test_calls_that_wait_already_are_told_of_a_long_pause_at_once() -> None:
    async with calling(limited(30), most=1) as (api, calls):
        gate = api.close_gate(ADA)
        for path in ("/first", "/second", "/third"):
            calls.start(ADA, path)
        await until(lambda: len(api.seen) == 1)
        gate.set()
        await calls.all_ended(3)
        assert calls.ended["/first"] == 429
        assert [refusal(calls.ended[path])["retry_after"] for path in ("/second", "/third")] == [30, 30]
        assert api.seen == ["ada/first"]


async def test_a_call_that_may_not_be_repeated_ends_with_what_the_api_did_say() -> None:
    async with calling(answering("503 No"), limited(30), retry=Steady()) as (api, calls):
        calls.start(ADA, "/first")
        await until(lambda: "/first" in calls.told)
        calls.start(ADA, "/second")
        await calls.all_ended(2)
        assert calls.ended == {"/first": 503, "/second": 429}
        assert api.seen == ["ada/first", "ada/second"]


async def test_never_more_requests_of_a_key_are_in_flight_than_its_share() -> None:
    async with calling() as (api, calls):
        gate = api.close_gate(ADA)
        for number in range(200):
            calls.start(ADA, f"/{number}", deadline=30)
        await until(lambda: len(api.seen) == 24)
        calls.start(BOB, "/other")
        await until(lambda: "/other" in calls.ended)
        assert len(api.seen) == 25
        gate.set()
        await calls.all_ended(201)
        assert set(calls.ended.values()) == {200}
        assert api.most == {"key-of-ada": 24, "key-of-bob": 1}


async def test_after_a_pause_no_more_calls_start_than_the_share() -> None:
    async with calling(limited(0.1), most=2) as (api, calls):
        for number in range(20):
            calls.start(ADA, f"/{number}")
        await calls.all_ended(20)
        assert set(calls.ended.values()) == {200}
        assert api.most == {"key-of-ada": 2}


async def test_first_come_first_served() -> None:
    async with calling(most=1) as (api, calls):
        for number in range(10):
            calls.start(ADA, f"/{number}")
        await calls.all_ended(10)
        assert api.seen == [f"ada/{number}" for number in range(10)]


async def test_who_was_refused_goes_first_after_the_pause() -> None:
    async with calling(limited(0.05), most=1) as (api, calls):
        for number in range(5):
            calls.start(ADA, f"/{number}")
        await calls.all_ended(5)
        assert api.seen == ["ada/0", "ada/0", "ada/1", "ada/2", "ada/3", "ada/4"]


async def test_a_cancelled_call_makes_room_whether_it_waits_or_runs() -> None:
    async with calling(most=1) as (api, calls):
        gate = api.close_gate(ADA)
        running, waiting = calls.start(ADA, "/running"), calls.start(ADA, "/waiting")
        calls.start(ADA, "/last")
        await until(lambda: len(api.seen) == 1)
        waiting.cancel()
        await anyio.lowlevel.checkpoint()
        running.cancel()
        await until(lambda: len(api.seen) == 2)
        gate.set()
        await calls.all_ended(1)
        assert api.seen == ["ada/running", "ada/last"]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_call_whose_turn_does_not_come_in_time_was_not_sent(method: str) -> None:
    async with calling(most=1) as (api, calls):
        api.close_gate(ADA)
        calls.start(ADA, "/running")
        await until(lambda: len(api.seen) == 1)
        with pytest.raises(
            NetworkError, match=r"Nothing was sent within 0\.1 s.* with this key: 1"
        ) as caught:
            await calls.client.send(Request(method=method, path="/late"), ADA, deadline=0.1)
        assert not isinstance(caught.value, LostAnswerError)
        assert api.seen == ["ada/running"]


async def test_the_connections_are_as_many_as_wanted() -> None:
    async with calling(connections=1) as (api, calls):
        gate = api.close_gate(ADA)
        calls.start(ADA, "/first")
        await until(lambda: len(api.seen) == 1)
        calls.start(BOB, "/second")
        for _ in range(50):
            await anyio.lowlevel.checkpoint()
        assert api.seen == ["ada/first"]
        gate.set()
        await calls.all_ended(2)


async def test_looking_up_a_lost_creation_needs_no_share_beside_the_creation(contract: Contract) -> None:
    listed = answering("200 OK", b'{"results": [], "metadata": {}}')
    async with scripted(hang_up, listed) as script:
        toolset = Toolset(contract, lambda: Client(script.url, most_in_flight=1), deadline=5)
        with pytest.raises(UnknownOutcomeError, match="Nothing created since"):
            await toolset.call("create_session", {}, ADA)
        await toolset.aclose()


async def test_a_tool_tells_a_pause_like_the_apis_own_answer(contract: Contract) -> None:
    async with scripted(limited(30), hang) as script:
        toolset = Toolset(contract, lambda: Client(script.url), deadline=5)
        told: list[dict[str, Any]] = []
        for _ in range(2):
            with pytest.raises(ApiAnswerError) as caught:
                await toolset.call("list_sessions", {}, ADA)
            told.append(refusal(caught.value))
        await toolset.aclose()
        (answered, unsent) = told
        assert {**answered, "message": ""} == {**unsent, "message": "", "status": 429}
        assert script.connections == 1


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def share(clock: Clock) -> FairShare:
    return FairShare(clock=clock)


def place(share: FairShare, who: Credential = ADA) -> Place:
    return share.arrive(who, 50)


async def ask(share: FairShare, seconds: float | None, who: Credential = ADA) -> None:
    """Make a call that the API answers, asking for a pause or not."""
    with place(share, who) as call:
        await call.turn()
        call.answered(seconds)


async def refused(share: FairShare) -> float | None:
    with place(share) as call:
        try:
            await call.turn()
        except ApiAnswerError as error:
            return error.retry_after
    return None


async def test_a_long_pause_is_heeded_for_a_minute_and_then_tried_by_one_call(
    share: FairShare, clock: Clock
) -> None:
    await ask(share, 3600)
    clock.now += 59.5
    assert await refused(share) == 3541
    clock.now += 0.5
    with place(share) as trial:
        await trial.turn()
        assert await refused(share) == 3540
        trial.answered(None)
    assert await refused(share) is None


async def test_a_trial_that_is_refused_begins_another_minute(share: FairShare, clock: Clock) -> None:
    await ask(share, 3600)
    clock.now += 60
    await ask(share, 1800)
    assert await refused(share) == 1800
    clock.now += 60
    assert await refused(share) is None


async def test_a_trial_without_an_answer_leaves_it_to_the_next(share: FairShare, clock: Clock) -> None:
    await ask(share, 3600)
    clock.now += 60
    with place(share) as trial:
        await trial.turn()
    with place(share) as second:
        await second.turn()
        assert await refused(share) == 3540


async def test_an_answer_to_an_earlier_request_does_not_end_a_pause(share: FairShare) -> None:
    with place(share) as earlier:
        await earlier.turn()
        await ask(share, 30)
        earlier.answered(None)
    assert await refused(share) == 30


async def test_of_several_pauses_the_longest_counts(share: FairShare) -> None:
    with place(share) as earlier:
        await earlier.turn()
        await ask(share, 30)
        earlier.answered(11)
    assert await refused(share) == 30


async def test_nothing_is_kept_of_keys_without_calls(share: FairShare) -> None:
    for number in range(10_000):
        await ask(share, None, Credential(f"key-{number}"))
    assert share.keys == 0


async def test_a_key_is_forgotten_after_its_pause(share: FairShare, clock: Clock) -> None:
    for number in range(10_000):
        await ask(share, 5, Credential(f"key-{number}"))
    assert share.keys == 10_000
    clock.now += 10
    with place(share):
        assert share.keys == 1
    assert share.keys == 0


async def test_a_pause_of_years_is_not_kept_for_years(share: FairShare, clock: Clock) -> None:
    await ask(share, 31_536_000)
    clock.now += 660
    with place(share, BOB):
        assert share.keys == 1


async def test_a_key_is_kept_while_it_has_calls(share: FairShare, clock: Clock) -> None:
    with place(share) as call:
        await call.turn()
        clock.now += 3600
        await ask(share, None, BOB)
        assert share.keys == 1
    assert share.keys == 0
