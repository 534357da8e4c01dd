"""Probes: whether the process lives, and whether the API can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest

from fake_upstream import no_response, raw_server
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
    from fake_upstream import FakeUpstream
    from server.http.conftest import Asking
    from vapi_sessions_tools.contract.loading import Contract


def stopping() -> Stopping:
    return Stopping(InFlight(), Streams())


async def test_process_lives(ask: Asking) -> None:
    answer = await ask(healthy)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("response", "ready"),
    [(200, 200), (401, 200), (404, 200), (500, 200), (502, 503), (503, 503), (504, 503)],
)
async def test_server_is_ready_when_the_api_responds_and_no_gateway_in_its_place(
    ask: Asking, toolset: Toolset, upstream: FakeUpstream, response: int, ready: int
) -> None:
    upstream.respond({}, response)
    assert (await ask(readiness(toolset, stopping()))).status_code == ready
    (request,) = upstream.requests
    assert "authorization" not in request.headers


async def test_probes_at_the_same_time_share_one_request(
    ask: Asking, toolset: Toolset, upstream: FakeUpstream
) -> None:
    app = readiness(toolset, stopping())
    statuses: list[int] = []

    async def probe() -> None:
        statuses.append((await ask(app)).status_code)

    async with anyio.create_task_group() as probes:
        for _ in range(100):
            probes.start_soon(probe)
    assert statuses == [200] * 100
    assert len(upstream.requests) == 1


async def test_server_is_not_ready_when_the_api_refuses_connections_or_hangs(contract: Contract) -> None:
    async with raw_server(no_response) as hanging:
        for url in ("http://127.0.0.1:1", hanging.url):
            toolset = Toolset(contract, lambda url=url: Client(url))
            with anyio.fail_after(30):
                assert not await Reach(toolset, patience=0.05).there()
            await toolset.aclose()


async def test_outcome_is_kept_for_a_while_and_then_asked_again(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    lasting, fleeting = Reach(toolset), Reach(toolset, known_for=0)
    for reach, then in ((lasting, False), (fleeting, True)):
        upstream.respond({}, 503)
        assert not await reach.there()
        assert await reach.there() == then
    assert len(upstream.requests) == 3


async def test_stopping_server_is_not_ready(ask: Asking, toolset: Toolset) -> None:
    ending = stopping()
    ending.begin()
    answer = await ask(readiness(toolset, ending))
    assert (answer.status_code, answer.json()) == (503, {"status": "stopping"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_probes_are_read_only_and_need_no_capacity(ask: Asking, toolset: Toolset, path: str) -> None:
    full = Bounds(room=Room(requests=0, streams=0))
    settings = resolve(Flags(sandbox=True), {})
    app = create_application(settings, HttpSettings(), toolset, Metrics(), bounds=full)
    assert (await ask(app, path=path)).status_code == 200
    assert (await ask(app, path=path, method="HEAD")).status_code == 200
    refused = await ask(app, path=path, method="POST", content=b"x")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
    assert (await ask(app, method="POST", content=b"x")).status_code == 503, "messages need capacity"


def test_shipped_bounds() -> None:
    bounds = Bounds()
    assert (bounds.largest_body, bounds.slowest_body) == (4 * 1024 * 1024, 30.0)
    assert (bounds.room.requests, bounds.room.streams) == (256, 500)
