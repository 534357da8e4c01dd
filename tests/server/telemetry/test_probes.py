"""What whatever keeps the real server running is told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import anyio
import pytest

from fake_upstream import FakeUpstream, serving
from posted import MODERN, Post
from real_client import KEY
from served import serving_http
from server.telemetry.ways import connections
from silent_upstream import SilentUpstream

if TYPE_CHECKING:
    from collections.abc import Generator

    import httpx

PROBES = 100
SOON = 10.0
"""Seconds in which a probe must be answered."""


@pytest.fixture
def silent() -> Generator[SilentUpstream]:
    """An API that hangs."""
    with SilentUpstream().serving() as listening:
        yield listening


async def answers(url: str, path: str, **headers: str) -> list[int]:
    """Probe many times at once, and return what is answered."""
    told: list[int] = []

    async def probe(http: httpx.AsyncClient) -> None:
        told.append((await http.get(f"{url}{path}", headers=headers)).status_code)

    async with connections(most=PROBES) as http, anyio.create_task_group() as tasks:
        for _ in range(PROBES):
            tasks.start_soon(probe, http)
    return told


async def test_many_probes_ask_the_api_once_and_without_anybodys_key() -> None:
    upstream = FakeUpstream()
    with serving(upstream) as url, serving_http("--base-url", url, VAPI_API_KEY=KEY) as served:
        told = await answers(served.url, "/readyz", authorization="Bearer a-users-key", cookie="a=b")
    assert told == [200] * PROBES
    (asked,) = upstream.requests
    assert "authorization" not in asked.headers
    assert "cookie" not in asked.headers
    assert KEY not in str(asked)


async def test_while_the_api_hangs_the_process_lives_and_is_not_ready_and_says_so_in_time(
    silent: SilentUpstream,
) -> None:
    with serving_http("--base-url", silent.url, VAPI_API_KEY=KEY) as served:
        begun = time.monotonic()
        assert await answers(served.url, "/readyz") == [503] * PROBES
        assert time.monotonic() - begun < SOON
        assert await answers(served.url, "/healthz") == [200] * PROBES
        silent.request()


async def test_whoever_only_reads_is_answered() -> None:
    with serving_http("--sandbox") as served:
        async with connections() as http:
            for url in (f"{served.url}/healthz", f"{served.url}/readyz"):
                whole = await http.get(url)
                assert (whole.status_code, whole.json()) == (200, {"status": "ok"})
                assert (await http.head(url)).content == b""
                for method in ("POST", "PUT", "DELETE", "PATCH"):
                    refused = await http.request(method, url, content=b"x")
                    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
            answer = await Post(http, f"{served.url}/mcp", MODERN).call("list_sessions", {})
            assert answer.json()["result"]["isError"] is False
