"""Reachability of the API is checked without a key, and never raises an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import httpx
import pytest

from fake_upstream import close_without_response, incomplete_response, no_response, raw_server
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.request import Request

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from fake_upstream import Connection
    from vapi_sessions_tools.observation import Attempt

KEY = Credential("vapi-private-key")
GET = Request(method="GET", path="/session/x")


@pytest.mark.parametrize(
    ("status", "reachable"),
    [*((n, True) for n in (200, 302, 401, 500)), (502, False), (503, False), (504, False)],
)
async def test_any_response_counts_but_the_failure_of_a_gateway(status: int, *, reachable: bool) -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(status))
    async with Client("http://localhost", transport=transport) as client:
        assert await client.reachable(30) is reachable


@pytest.mark.parametrize(
    ("play", "seconds", "reachable"),
    [(close_without_response, 30, False), (no_response, 0.05, False), (incomplete_response, 30, True)],
    ids=["closed", "no response", "incomplete body"],
)
async def test_a_broken_connection_does_not_count(
    play: Connection, seconds: float, *, reachable: bool
) -> None:
    async with raw_server(play) as server, Client(server.url) as client:
        assert await client.reachable(seconds) is reachable


class Unused:
    """An observer that must not be informed."""

    def attempt(self, attempt: Attempt) -> AbstractContextManager[dict[str, str]]:
        raise AssertionError(attempt)

    def waiting(self) -> AbstractContextManager[object]:
        raise AssertionError


async def test_the_check_requests_the_root_without_a_key_and_is_not_observed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    requests: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(404)

    transport = httpx.MockTransport(respond)
    async with Client("http://localhost/v1", transport=transport, observer=Unused()) as client:
        assert await client.reachable(30)
    (request,) = requests
    assert (request.method, str(request.url)) == ("GET", "http://localhost/v1/")
    assert "authorization" not in request.headers
    assert request.headers["user-agent"].startswith("vapi-sessions-mcp/")
    assert "observer" not in caplog.text


async def test_the_check_needs_no_place_and_can_be_cancelled() -> None:
    requested = anyio.Event()

    async def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/":
            return httpx.Response(200)
        requested.set()
        await anyio.sleep_forever()
        raise AssertionError

    transport = httpx.MockTransport(respond)
    async with (
        Client("http://localhost", transport=transport, most_in_flight=1) as client,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(lambda: client.send(GET, KEY, deadline=60))
        await requested.wait()
        assert await client.reachable(30)
        tasks.cancel_scope.cancel()
    async with raw_server(no_response) as server, Client(server.url) as client:
        with anyio.move_on_after(0.05) as scope:
            await client.reachable(30)
    assert scope.cancelled_caught
