"""The example for nginx: replicas in turn, streams at once, and no call carried out twice."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.responses import StreamingResponse

from extended.nginx import NAME, SNI, command, serving_nginx, write_configuration
from fake_upstream import FakeUpstream, close_without_response, raw_server, serving
from server_process import LONGEST

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

NOBODY = "127.0.0.1:1"


@contextmanager
def connecting(folder: Path, one: str, other: str) -> Generator[httpx.Client]:
    """Connect a client through nginx to two replicas, given as URLs."""
    replicas = (one.removeprefix("http://"), other.removeprefix("http://"))
    with serving_nginx(folder, replicas) as proxy:
        headers = {"Host": NAME, "Authorization": "Bearer a-very-private-key-1234"}
        options = {"base_url": proxy.url, "verify": proxy.trust, "headers": headers, "trust_env": False}
        with httpx.Client(**options, timeout=LONGEST) as client:
            yield client


@pytest.fixture
def replicas() -> tuple[FakeUpstream, FakeUpstream]:
    return FakeUpstream(), FakeUpstream()


@pytest.fixture
def client(replicas: tuple[FakeUpstream, FakeUpstream], tmp_path: Path) -> Generator[httpx.Client]:
    with serving(replicas[0]) as one, serving(replicas[1]) as other, connecting(tmp_path, one, other) as made:
        yield made


def post(client: httpx.Client, path: str = "/mcp", body: bytes = b"{}") -> int:
    return client.post(path, content=body, extensions=SNI).status_code


def test_nginx_accepts_it_without_a_warning(tmp_path: Path) -> None:
    write_configuration(tmp_path, (NOBODY, NOBODY), 8443)
    tested = subprocess.run(
        [*command(tmp_path), "-t"], capture_output=True, text=True, timeout=LONGEST, check=False
    )
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr


def test_replicas_are_called_in_turn_under_the_public_name(
    client: httpx.Client, replicas: tuple[FakeUpstream, FakeUpstream]
) -> None:
    assert {post(client) for _ in range(6)} == {201}
    assert [len(replica.requests) for replica in replicas] == [3, 3]
    assert {request.headers["host"] for replica in replicas for request in replica.requests} == {NAME}


async def test_a_call_that_a_replica_dropped_is_not_sent_to_the_other(tmp_path: Path) -> None:
    async with raw_server(close_without_response) as one, raw_server(close_without_response) as other:
        with connecting(tmp_path, one.url, other.url) as client:
            assert await asyncio.to_thread(post, client) == 502
        assert one.connections + other.connections == 1


def test_a_call_that_reached_no_replica_is_sent_to_the_other(tmp_path: Path) -> None:
    replica = FakeUpstream()
    with serving(replica) as url, connecting(tmp_path, NOBODY, url) as client:
        assert {post(client) for _ in range(4)} == {201}
    assert len(replica.requests) == 4


def test_a_stream_is_passed_on_as_it_is_written(tmp_path: Path) -> None:
    first_is_here = threading.Event()

    async def events() -> AsyncGenerator[str]:
        yield "data: 1\n\n"
        await asyncio.to_thread(first_is_here.wait, LONGEST)
        yield "data: 2\n\n"

    replica = FakeUpstream(StreamingResponse(events(), media_type="text/event-stream"))
    with (
        serving(replica) as url,
        connecting(tmp_path, url, url) as client,
        client.stream("GET", "/mcp", extensions=SNI) as response,
    ):
        parts = response.iter_raw()
        assert next(parts) == b"data: 1\n\n"
        first_is_here.set()
        assert b"".join(parts) == b"data: 2\n\n"


def test_a_body_that_is_too_large_for_a_replica_reaches_it(
    client: httpx.Client, replicas: tuple[FakeUpstream, FakeUpstream]
) -> None:
    body = b" " * (4 * 1024 * 1024 + 1)
    assert post(client, body=body) == 201
    assert [len(request.body) for replica in replicas for request in replica.requests] == [len(body)]


def test_no_other_path_can_be_reached(
    client: httpx.Client, replicas: tuple[FakeUpstream, FakeUpstream]
) -> None:
    for path in ("/metrics", "/healthz", "/readyz", "/sse", "/messages/", "/", "/mcp/x"):
        assert post(client, path) == 404
    assert [replica.requests for replica in replicas] == [[], []]


def test_the_log_holds_neither_the_query_nor_a_header(client: httpx.Client, tmp_path: Path) -> None:
    assert post(client, "/mcp?token=also-private") == 201
    client.close()
    log = (tmp_path / "access.log").read_text("utf-8")
    assert "POST /mcp 201" in log
    assert "private" not in log
