"""Each key's share of the rate limit: whose calls wait for what, in which order, and what is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import pytest

from fake_upstream import close_without_response, no_response, raw_response, raw_server, read_request
from limiting_api import ADA, BOB, Steady, calling, limited, until
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.connection_failure import LostAnswerError
from vapi_sessions_tools.engine.request import Request
from vapi_sessions_tools.errors import ApiAnswerError, NetworkError, UnknownOutcomeError
from vapi_sessions_tools.fair_share import FairShare
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    import asyncio

    from vapi_sessions_tools.contract.loading import Contract


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


async def test_of_those_that_wait_each_is_told_whose_time_a_pause_would_take() -> None:
    async with calling(limited(5), most=1) as (api, calls):
        gate = api.close_gate(ADA)
        calls.start(ADA, "/first")
        calls.start(ADA, "/patient")
        calls.start(ADA, "/hasty", deadline=3)
        await until(lambda: len(api.seen) == 1)
        gate.set()
        await until(lambda: "/hasty" in calls.ended)
        assert refusal(calls.ended["/hasty"])["retry_after"] == 5
        await until(lambda: set(calls.told) == {"/first", "/patient"})


async def test_a_call_that_may_not_be_repeated_ends_with_what_the_api_did_say() -> None:
    async with calling(raw_response("503 No"), limited(30), retry=Steady()) as (api, calls):
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
    listed = raw_response("200 OK", b'{"results": [], "metadata": {}}')
    async with raw_server(close_without_response, listed) as script:
        toolset = Toolset(contract, lambda: Client(script.url, most_in_flight=1), deadline=5)
        with pytest.raises(UnknownOutcomeError, match="Nothing created since"):
            await toolset.call("create_session", {}, ADA)
        await toolset.aclose()


async def test_a_lost_creation_that_cannot_be_looked_up_for_a_pause_is_told_as_unknown(
    contract: Contract,
) -> None:
    lost = anyio.Event()

    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await lost.wait()
        writer.close()

    async with raw_server(late, limited(30)) as script:
        toolset = Toolset(contract, lambda: Client(script.url), deadline=5)

        async def create() -> None:
            with pytest.raises(UnknownOutcomeError, match="could not be looked up"):
                await toolset.call("create_session", {}, ADA)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(create)
            await until(lambda: script.connections == 1)
            with pytest.raises(ApiAnswerError):
                await toolset.call("list_sessions", {}, ADA)
            lost.set()
        await toolset.aclose()


async def test_a_tool_tells_a_pause_like_the_apis_own_answer(contract: Contract) -> None:
    async with raw_server(limited(30), no_response) as script:
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


async def test_room_for_two_is_taken_by_two() -> None:
    share, going = FairShare(most_in_flight=2), list[int]()

    async def go(number: int) -> None:
        with share.arrive(ADA, 50) as call:
            await call.turn()
            going.append(number)
            await anyio.sleep_forever()

    async with anyio.create_task_group() as tasks:
        with share.arrive(ADA, 50) as first, share.arrive(ADA, 50) as second:
            await first.turn()
            await second.turn()
            for number in range(3):
                tasks.start_soon(go, number)
            await anyio.wait_all_tasks_blocked()
            assert going == []
        await until(lambda: len(going) == 2)
        await anyio.wait_all_tasks_blocked()
        assert going == [0, 1]
        tasks.cancel_scope.cancel()
    assert share.keys == 0
