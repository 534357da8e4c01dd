"""Ten thousand calls while a quarter of the API's responses fail: each ends once, and nothing is left."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from fake_upstream import SESSION_ID, no_response, raw_server, read_request, session
from posted import HANDSHAKE, MODERN, Post, tool_call
from served import Served, serving_http

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

CALLS = 10_000
WARM_UP = 1_000
IN_FLIGHT = 64
USERS = 16
TOOLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("get_session", {"id": SESSION_ID}),
    ("update_session", {"id": SESSION_ID, "name": "Order"}),
    ("create_session", {"name": "Order"}),
    ("get_session", {"id": SESSION_ID, "query": "name"}),
)
STATUSES = {"ok": "200 OK", "limited": "429 Too Many Requests", "broken": "500 Internal Server Error"}
FAILURES = ("limited", "broken", "reset", "hanging")


class FailingUpstream:
    """Responds on connections that are kept; every fourth response fails, each time in another way."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._kinds = itertools.cycle(kind for failure in FAILURES for kind in ("ok", "ok", "ok", failure))

    async def play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        while True:
            await read_request(reader)
            kind = next(self._kinds)
            self.counts[kind] += 1
            if kind == "reset":
                writer.transport.abort()
                return
            if kind == "hanging":
                await no_response(reader, writer)
                return
            body = json.dumps(session(name="Order") if kind == "ok" else {"message": kind})
            head = f"HTTP/1.1 {STATUSES[kind]}\r\ncontent-type: application/json\r\n"
            writer.write(f"{head}content-length: {len(body)}\r\n\r\n{body}".encode())
            await writer.drain()


@dataclass
class Calls:
    """How calls ended, and how often each was answered."""

    ends: Counter[str] = field(default_factory=Counter[str])
    responses: Counter[str] = field(default_factory=Counter[str])

    async def make(self, posts: list[Post], numbers: Iterator[int]) -> None:
        """Make one call after the other, as long as there are numbers."""
        for number in numbers:
            tool, arguments = TOOLS[number % len(TOOLS)]
            post = posts[number % len(posts)]
            response = await post.send(tool_call(tool, arguments, era=post.era, request_id=f"call-{number}"))
            assert response.status_code == 200, response.text
            message = response.json()
            self.responses[message["id"]] += 1
            content = message["result"]["structuredContent"]
            self.ends[content["error"]["kind"] if message["result"].get("isError") else "ok"] += 1

    async def make_all(self, posts: list[Post], numbers: range) -> None:
        shared = iter(numbers)
        async with anyio.create_task_group() as tasks:
            for _ in range(IN_FLIGHT):
                tasks.start_soon(self.make, posts, shared)


@pytest.mark.timeout(900)
async def test_ten_thousand_calls_end_once_each_and_leave_nothing_behind() -> None:
    calls, upstream = Calls(), FailingUpstream()
    async with (
        raw_server(upstream.play) as api,
        httpx.AsyncClient(timeout=60, trust_env=False, limits=httpx.Limits(max_connections=None)) as http,
    ):
        flags = ("--credentials", "header", "--timeout", "5", "--base-url", api.url)
        with serving_http(*flags) as server, anyio.fail_after(840):
            posts = [await open_user(number, server, http) for number in range(USERS)]
            await calls.make_all(posts, range(WARM_UP))
            before = resident(server)
            await calls.make_all(posts, range(WARM_UP, CALLS))
            after = resident(server)
            metrics = await read_metrics(server, http)
    assert len(calls.responses) == CALLS
    assert set(calls.responses.values()) == {1}
    assert set(calls.ends) == {"ok", "rate_limited", "upstream", "network", "unknown_outcome"}
    assert calls.ends["ok"] > CALLS / 2
    assert min(upstream.counts[kind] for kind in FAILURES) > CALLS / 20
    assert after <= before * 1.2, f"{before} kB after {WARM_UP} calls, {after} kB after {CALLS}"
    assert sum(metrics["vapi_sessions_tool_calls_total"]) == CALLS
    assert metrics["vapi_sessions_tool_calls_in_flight"] == [0]
    assert metrics["vapi_sessions_upstream_requests_in_flight"] == [0]


async def open_user(number: int, server: Served, http: httpx.AsyncClient) -> Post:
    """Return what posts the calls of one user; every other user speaks the older protocol."""
    headers = {"authorization": f"Bearer key-of-user-{number}"}
    post = Post(http, f"{server.url}/mcp", (MODERN, HANDSHAKE)[number % 2], headers)
    await post.open()
    return post


def resident(server: Served) -> int:
    """Return the memory of the server in kB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{server.process.pid}/status").read_text("utf-8"))
    assert found
    return int(found[1])


async def read_metrics(server: Served, http: httpx.AsyncClient) -> dict[str, list[float]]:
    values: dict[str, list[float]] = {}
    for line in (await http.get(f"{server.url}/metrics")).text.splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            values.setdefault(name.partition("{")[0], []).append(float(value))
    return values
