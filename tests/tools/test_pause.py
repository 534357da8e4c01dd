"""The pause between two attempts: who is told, and what becomes of a call whose listener fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import httpx

from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.request import Request
from vapi_sessions_tools.pause import Pause, wait
from vapi_sessions_tools.retry import RetryPolicy

if TYPE_CHECKING:
    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.pause import OnPause

KEY = Credential("vapi-private-key")
SHORT = Pause(0.01, "rate_limit", 2, 3)


async def status(upstream: FakeUpstream, on_pause: OnPause) -> int:
    """Return how a reading call ends that a listener follows."""
    transport, retry = httpx.ASGITransport(upstream), RetryPolicy(first_pause=0.01)
    async with Client("http://localhost", transport=transport, retry=retry) as client:
        request = Request(method="GET", path="/session/x")
        return (await client.send(request, KEY, deadline=5, on_pause=on_pause)).status


async def test_a_listener_is_told_how_long_why_and_what_comes_next(upstream: FakeUpstream) -> None:
    told: list[Pause] = []

    async def listen(pause: Pause) -> None:
        told.append(pause)

    upstream.respond({}, 429, {"retry-after": "0.02"})
    upstream.respond({}, 503)
    assert await status(upstream, listen) == 200
    limited, failed = told
    assert limited == Pause(0.02, "rate_limit", 2, 3)
    assert (failed.reason, failed.attempt, failed.attempts) == ("failed_attempt", 3, 3)
    assert 0 <= failed.seconds <= 0.02


async def test_without_a_pause_nobody_is_told(upstream: FakeUpstream) -> None:
    told: list[Pause] = []

    async def listen(pause: Pause) -> None:
        told.append(pause)

    upstream.respond({}, 429, {"retry-after": "3600"})
    assert await status(upstream, listen) == 429
    assert told == []


async def test_a_listener_that_fails_does_not_fail_the_call(upstream: FakeUpstream) -> None:
    async def fail(_pause: Pause) -> None:
        raise ConnectionError("gone")

    upstream.respond({}, 429, {"retry-after": "0.01"})
    assert await status(upstream, fail) == 200


async def test_a_listener_that_hangs_ends_with_the_pause() -> None:
    ended: list[str] = []

    async def hang(_pause: Pause) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("cancelled")

    with anyio.fail_after(5):
        await wait(SHORT, hang)
        await wait(SHORT, None)
    assert ended == ["cancelled"]
