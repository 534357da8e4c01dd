"""Failing on purpose: how often, how, and that a failed request changes nothing."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import ValidationError
from starlette.types import Message, Receive, Scope, Send

from vapi_sessions_tools.sessions.emulator import NO_FAULTS, Faults, SessionStore, create_emulator
from vapi_sessions_tools.sessions.emulator.faults import FaultyResponses


@asynccontextmanager
async def failing(store: SessionStore, faults: Faults) -> AsyncGenerator[httpx.AsyncClient, None]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_emulator(store, faults)),
        base_url="http://emulator",
        headers={"authorization": "Bearer key"},
    ) as client:
        yield client


async def statuses(store: SessionStore, faults: Faults, count: int) -> list[int]:
    async with failing(store, faults) as api:
        return [(await api.get("/session")).status_code for _ in range(count)]


async def test_a_status_alone_fails_every_request_and_changes_nothing(store: SessionStore) -> None:
    async with failing(store, Faults(status=503)) as api:
        response = await api.post("/session", json={"name": "never"})
    async with failing(store, NO_FAULTS) as api:
        listed = (await api.get("/session")).json()
    assert response.status_code == 503
    assert response.json() == {
        "message": "Service Unavailable",
        "error": "Service Unavailable",
        "statusCode": 503,
    }
    assert "retry-after" not in response.headers
    assert "date" in response.headers
    assert listed["results"] == []


async def test_a_rate_limit_says_so_and_how_long_to_wait(store: SessionStore) -> None:
    async with failing(store, Faults(status=429, retry_after=0)) as api:
        response = await api.get("/session")
    assert response.json() == {
        "message": "Rate limit exceeded",
        "error": "Too Many Requests",
        "statusCode": 429,
    }
    assert response.headers["retry-after"] == "0"


async def test_a_status_that_nobody_registered_is_an_error(store: SessionStore) -> None:
    async with failing(store, Faults(status=599)) as api:
        assert (await api.get("/session")).json() == {"message": "Error", "error": "Error", "statusCode": 599}


async def test_a_rate_fails_a_share_and_a_seed_repeats_it(store: SessionStore) -> None:
    first = await statuses(store, Faults(status=500, rate=0.5, seed=7), 40)
    again = await statuses(store, Faults(status=500, rate=0.5, seed=7), 40)
    other = await statuses(store, Faults(status=500, rate=0.5, seed=8), 40)
    assert first == again != other
    assert 5 < first.count(500) < 35
    assert set(first) == {200, 500}


@pytest.mark.parametrize("faults", [NO_FAULTS, Faults(status=500, rate=0)])
async def test_nothing_fails_without_a_status_or_at_rate_zero(store: SessionStore, faults: Faults) -> None:
    assert set(await statuses(store, faults, 10)) == {200}


async def test_latency_delays_every_request_by_what_was_asked_for() -> None:
    pauses: list[float] = []
    app = FaultyResponses(nothing, Faults(latency=2.5), pause=note_into(pauses))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://emulator") as api:
        answers = [(await api.get("/")).status_code for _ in range(2)]
    assert answers == [204, 204]
    assert pauses == [2.5, 2.5]


async def test_what_is_no_request_is_passed_on_untouched() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    await FaultyResponses(app, Faults(status=500))({"type": "lifespan"}, no_message, no_send)
    assert seen == ["lifespan"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": 200},
        {"status": 600},
        {"rate": 1.1},
        {"rate": -0.1},
        {"latency": -1},
        {"latency": float("inf")},
        {"retry_after": -1},
        {"speed": 1},
    ],
)
def test_faults_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Faults.model_validate(wrong)


def note_into(pauses: list[float]) -> Callable[[float], Awaitable[None]]:
    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    return pause


async def nothing(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def no_message() -> Message:
    raise AssertionError("nothing is received here")


async def no_send(_message: Message) -> None:
    raise AssertionError("nothing is sent here")
