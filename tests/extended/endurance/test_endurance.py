"""Ten thousand calls while the API fails a quarter of its answers: each ends once, and nothing is left."""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from extended.endurance.failing_upstream import failing
from posted import HANDSHAKE, MODERN, Post, tool_call
from served import serving_http

if TYPE_CHECKING:
    from collections.abc import Iterator

    from served import Served

CALLS = 10_000
FIRST = 1_000
IN_FLIGHT = 64
USERS = 16
IDENTITY = "11111111-2222-4333-8444-555555555555"
TOOLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("get_session", {"id": IDENTITY}),
    ("update_session", {"id": IDENTITY, "name": "Order"}),
    ("create_session", {"name": "Order"}),
    ("get_session", {"id": IDENTITY, "query": "name"}),
)
ENDS = {"ok", "rate_limited", "upstream", "network", "unknown_outcome"}


@dataclass
class Calls:
    """Calls that were made, and how each ended."""

    ends: Counter[str] = field(default_factory=Counter[str])
    answers: Counter[str] = field(default_factory=Counter[str])

    async def make(self, posts: list[Post], numbers: Iterator[int]) -> None:
        """Make calls one after the other, as long as there are numbers."""
        for number in numbers:
            tool, arguments = TOOLS[number % len(TOOLS)]
            post = posts[number % len(posts)]
            answer = await post.send(tool_call(tool, arguments, era=post.era, request_id=f"call-{number}"))
            assert answer.status_code == 200, answer.text
            told: dict[str, Any] = answer.json()
            self.answers[told["id"]] += 1
            result = told["result"]
            content = result["structuredContent"]
            self.ends[content["error"]["kind"] if result.get("isError") else "ok"] += 1


async def calling(posts: list[Post], calls: Calls, numbers: range) -> None:
    """Make calls, many at a time."""
    shared = iter(numbers)
    async with anyio.create_task_group() as tasks:
        for _ in range(IN_FLIGHT):
            tasks.start_soon(calls.make, posts, shared)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
async def test_ten_thousand_calls_have_one_end_each_and_leave_nothing_behind() -> None:
    calls = Calls()
    async with failing() as (upstream, url), httpx.AsyncClient(timeout=30, trust_env=False) as http:
        with serving_http("--credentials", "header", "--timeout", "2", "--base-url", url) as server:
            posts = [await user(number, server, http) for number in range(USERS)]
            with anyio.fail_after(300):
                await calling(posts, calls, range(FIRST))
                before = resident(server)
                await calling(posts, calls, range(FIRST, CALLS))
            after = resident(server)
            counted = await counts(server, http)
    assert len(calls.answers) == CALLS
    assert set(calls.answers.values()) == {1}
    assert set(calls.ends) == ENDS
    assert calls.ends["ok"] > CALLS / 2
    assert min(upstream.counts.values()) > CALLS / 20
    assert after <= before * 1.2, f"{before} kB after {FIRST} calls, {after} kB after {CALLS}"
    assert sum(counted["vapi_sessions_tool_calls_total"]) == CALLS
    assert counted["vapi_sessions_tool_calls_in_flight"] == [0]
    assert counted["vapi_sessions_upstream_requests_in_flight"] == [0]


async def user(number: int, server: Served, http: httpx.AsyncClient) -> Post:
    """Return what posts one user's calls; every other user speaks the older protocol."""
    headers = {"authorization": f"Bearer key-of-user-{number}"}
    post = Post(http, f"{server.url}/mcp", (MODERN, HANDSHAKE)[number % 2], headers)
    await post.open()
    return post


def resident(server: Served) -> int:
    """Return the memory that a server holds, in kB."""
    status = Path(f"/proc/{server.process.pid}/status").read_text("utf-8")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found is not None
    return int(found[1])


async def counts(server: Served, http: httpx.AsyncClient) -> dict[str, list[float]]:
    """Return what a server has counted, by name."""
    told: dict[str, list[float]] = {}
    for line in (await http.get(f"{server.url}/metrics")).text.splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            told.setdefault(name.partition("{")[0], []).append(float(value))
    return told
