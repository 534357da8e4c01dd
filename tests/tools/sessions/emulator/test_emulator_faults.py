"""Faults that are asked for: how often, which, and that a failed request changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from pydantic import ValidationError

from vapi_sessions_tools.sessions.emulator import NO_FAULTS, Faults, SessionStore, create_emulator
from vapi_sessions_tools.sessions.emulator.faults import FaultyResponses

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


def client_of(application: ASGIApp) -> httpx.AsyncClient:
    headers = {"authorization": "Bearer key"}
    transport = httpx.ASGITransport(application)
    return httpx.AsyncClient(transport=transport, base_url="http://emulator", headers=headers)


async def statuses(store: SessionStore, faults: Faults, count: int) -> list[int]:
    async with client_of(create_emulator(store, faults)) as api:
        return [(await api.get("/session")).status_code for _ in range(count)]


@pytest.mark.parametrize(
    ("faults", "message", "error", "retry_after"),
    [
        (Faults(status=503), "Service Unavailable", "Service Unavailable", None),
        (Faults(status=429, retry_after=0), "Rate limit exceeded", "Too Many Requests", "0"),
        (Faults(status=599), "Error", "Error", None),
    ],
    ids=["503", "429", "599"],
)
async def test_a_status_fails_every_request_and_changes_nothing(
    store: SessionStore, faults: Faults, message: str, error: str, retry_after: str | None
) -> None:
    async with client_of(create_emulator(store, faults)) as api:
        response = await api.post("/session", json={"name": "never"})
    assert response.status_code == faults.status
    assert response.json() == {"message": message, "error": error, "statusCode": faults.status}
    assert response.headers.get("retry-after") == retry_after
    assert "date" in response.headers
    async with client_of(create_emulator(store)) as api:
        assert (await api.get("/session")).json()["results"] == []


async def test_a_rate_fails_a_share_of_the_requests_and_a_seed_repeats_it(store: SessionStore) -> None:
    first = await statuses(store, Faults(status=500, rate=0.5, seed=7), 40)
    again = await statuses(store, Faults(status=500, rate=0.5, seed=7), 40)
    other = await statuses(store, Faults(status=500, rate=0.5, seed=8), 40)
    assert first == again != other
    assert 5 < first.count(500) < 35
    assert set(first) == {200, 500}


@pytest.mark.parametrize("faults", [NO_FAULTS, Faults(status=500, rate=0)], ids=["none", "rate 0"])
async def test_nothing_fails_without_a_status_or_at_rate_zero(store: SessionStore, faults: Faults) -> None:
    assert set(await statuses(store, faults, 10)) == {200}


async def test_latency_delays_every_request_and_nothing_else() -> None:
    pauses: list[float] = []
    seen: list[str] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async def respond(scope: Scope, _receive: Receive, send: Send) -> None:
        seen.append(scope["type"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Message:
        raise AssertionError

    async def send(_message: Message) -> None:
        pass

    application = FaultyResponses(respond, Faults(latency=2.5), pause=pause)
    async with client_of(application) as api:
        assert [(await api.get("/")).status_code for _ in range(2)] == [204, 204]
    await application({"type": "lifespan"}, receive, send)
    assert pauses == [2.5, 2.5]
    assert seen == ["http", "http", "lifespan"]


@pytest.mark.parametrize(
    "wrong",
    [
        *({"status": 200}, {"status": 600}, {"rate": 1.1}, {"rate": -0.1}, {"retry_after": -1}),
        *({"latency": -1}, {"latency": float("inf")}, {"speed": 1}),
    ],
)
def test_impossible_faults_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Faults.model_validate(wrong)
