"""Whether the process lives and is of use, as whatever keeps it running asks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from silent_upstream import SilentUpstream
from vapi_sessions_mcp.http.admission import Room
from vapi_sessions_mcp.http.application import Bounds, create_application
from vapi_sessions_mcp.http.health import Reach, healthy, readiness
from vapi_sessions_mcp.http.http_settings import HttpSettings
from vapi_sessions_mcp.http.metrics import Metrics
from vapi_sessions_mcp.http.stopping import Stopping
from vapi_sessions_mcp.http.streams import Streams
from vapi_sessions_mcp.in_flight import InFlight
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    import httpx

    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.contract.loading import Contract

NOWHERE = "http://127.0.0.1:1"


def stopping() -> Stopping:
    return Stopping(InFlight(), Streams())


async def status(ask: Any, toolset: Toolset) -> int:
    """Return what a probe is answered."""
    answer: httpx.Response = await ask(readiness(toolset, stopping()))
    return answer.status_code


def calling(contract: Contract, url: str) -> Toolset:
    """Return the tools, calling an address over the network."""
    return Toolset(contract, lambda: Client(url))


async def test_the_process_lives(ask: Any) -> None:
    answer = await ask(healthy)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_it_is_ready_when_the_api_answers_a_request_without_a_key(
    ask: Any, toolset: Toolset, upstream: FakeUpstream
) -> None:
    assert await status(ask, toolset) == 200
    (request,) = upstream.requests
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    ("answered", "ready"),
    [(200, 200), (401, 200), (404, 200), (500, 200), (502, 503), (503, 503), (504, 503)],
)
async def test_whatever_the_api_answers_is_an_answer_but_what_a_gateway_says_in_its_place(
    ask: Any, toolset: Toolset, upstream: FakeUpstream, answered: int, ready: int
) -> None:
    upstream.respond({}, answered)
    assert await status(ask, toolset) == ready


async def test_a_hundred_probes_at_once_are_one_request(
    ask: Any, toolset: Toolset, upstream: FakeUpstream
) -> None:
    app = readiness(toolset, stopping())
    told: list[int] = []

    async def probe() -> None:
        told.append((await ask(app)).status_code)

    async with anyio.create_task_group() as probes:
        for _ in range(100):
            probes.start_soon(probe)
    assert told == [200] * 100
    assert len(upstream.requests) == 1


async def test_it_is_not_ready_where_nothing_listens(ask: Any, contract: Contract) -> None:
    toolset = calling(contract, NOWHERE)
    assert await status(ask, toolset) == 503
    await toolset.aclose()


async def test_an_api_that_hangs_is_given_up(contract: Contract) -> None:
    with SilentUpstream().serving() as silent:
        toolset = calling(contract, silent.url)
        begun = time.monotonic()
        assert not await Reach(toolset, patience=0.05).there()
        assert time.monotonic() - begun < 1
        await toolset.aclose()


async def test_what_was_found_is_known_for_a_while_and_then_asked_again(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    lasting, fleeting = Reach(toolset), Reach(toolset, known_for=0)
    for reach, then in ((lasting, False), (fleeting, True)):
        upstream.respond({}, 503)
        assert not await reach.there()
        assert await reach.there() == then
    assert len(upstream.requests) == 3
    upstream.respond({}, 503)
    assert not await fleeting.there()
    assert await fleeting.there()


async def test_a_server_that_stops_is_not_ready(ask: Any, toolset: Toolset) -> None:
    ending = stopping()
    ending.begin()
    answer = await ask(readiness(toolset, ending))
    assert (answer.status_code, answer.json()) == (503, {"status": "stopping"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_they_answer_whoever_reads_however_much_is_served(
    ask: Any, toolset: Toolset, path: str
) -> None:
    full = Bounds(room=Room(requests=0, streams=0))
    settings = resolve(Flags(sandbox=True), {})
    app = create_application(settings, HttpSettings(), toolset, Metrics(), bounds=full)
    assert (await ask(app, path=path)).status_code == 200
    assert (await ask(app, path=path, method="HEAD")).status_code == 200
    refused = await ask(app, path=path, method="POST", content=b"x")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
