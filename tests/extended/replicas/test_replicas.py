"""Replicas: any of them answers any request, and one can be replaced while the other serves."""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from answering_user import User
from extended.nginx import SNI
from extended.replicas.cluster import HEADERS, Cluster, serving_cluster
from extended.replicas.load import Load
from real_client import ERAS, Connected
from server_process import LONGEST

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

USERS = 12


@pytest.fixture
def cluster(tmp_path: Path) -> Generator[Cluster]:
    key = tmp_path / "state-key"
    key.write_text("0123456789abcdef" * 4)
    flags = ("--confirm", "delete_session", "--state-key-file", str(key))
    with serving_cluster(tmp_path, *flags, latency=0.02) as running:
        yield running


async def load_with_restarts(cluster: Cluster, *, killed: bool) -> Load:
    """Restart each replica in turn while many users call."""
    options = {"base_url": cluster.proxy.url, "verify": cluster.proxy.trust, "headers": HEADERS}
    async with httpx.AsyncClient(**options, timeout=LONGEST, trust_env=False) as client:
        load = Load(client)
        with anyio.fail_after(4 * LONGEST):
            async with anyio.create_task_group() as tasks:
                for user in range(USERS):
                    tasks.start_soon(load.run, user)
                for number in (0, 1):
                    await load.wait_for(100)
                    await cluster.restart(number, killed=killed)
                await load.wait_for(100)
                load.ended = True
    return load


async def test_a_restart_loses_no_call_and_repeats_none(cluster: Cluster) -> None:
    load = await load_with_restarts(cluster, killed=False)
    assert (load.wrong, load.lost) == ([], [])
    sessions = cluster.sessions()
    assert len(sessions) == len(load.created)
    assert {session["name"]: session["id"] for session in sessions} == load.created


async def test_a_kill_loses_only_calls_in_flight_and_repeats_none(cluster: Cluster) -> None:
    load = await load_with_restarts(cluster, killed=True)
    assert load.wrong == []
    assert len(load.lost) <= 2 * USERS
    names = Counter(session["name"] for session in cluster.sessions())
    assert max(names.values()) == 1
    assert set(load.created) <= set(names) <= {*load.created, *load.lost}


@pytest.mark.parametrize("era", ERAS)
async def test_a_client_is_served_by_both_replicas(cluster: Cluster, era: str) -> None:
    async with connecting(cluster, era) as client:
        created = (await client.call("create_session", {"name": "Order 1042"})).result
        for _ in range(3):
            assert (await client.call("get_session", {"id": created["id"]})).result["name"] == "Order 1042"
    assert all('"path": "/mcp"' in replica.log() for replica in cluster.replicas)


async def test_a_question_of_one_replica_is_answered_at_the_other(cluster: Cluster) -> None:
    user = User()
    async with connecting(cluster, "2026-07-28", user) as client:
        for number in range(4):
            created = (await client.call("create_session", {"name": f"Order {number}"})).result
            deleted = await client.call("delete_session", {"id": created["id"]})
            assert deleted.result == {"id": created["id"], "deleted": True}
            await client.call("get_session", {"id": created["id"]})  # an odd count: the next is elsewhere
    assert len(user.asked) == 4
    assert cluster.sessions() == []


async def test_a_handshake_client_cannot_be_asked(cluster: Cluster) -> None:
    async with connecting(cluster, "legacy", User()) as client:
        created = (await client.call("create_session", {})).result
        assert (await client.call("delete_session", {"id": created["id"]})).error["kind"] == "declined"


@asynccontextmanager
async def connecting(cluster: Cluster, era: str, user: User | None = None) -> AsyncGenerator[Connected]:
    """Connect the client of the SDK through nginx."""

    async def name_server(request: httpx2.Request) -> None:
        request.extensions = {**request.extensions, **SNI}

    options = {"verify": cluster.proxy.trust, "headers": HEADERS, "event_hooks": {"request": [name_server]}}
    async with httpx2.AsyncClient(**options, timeout=LONGEST, trust_env=False) as http:
        transport = streamable_http_client(f"{cluster.proxy.url}/mcp", http_client=http)
        async with Client(transport, mode=era, elicitation_callback=user) as client:
            yield Connected(client)
