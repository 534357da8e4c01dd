"""Replicas: any of them answers any request, and one can go and come back while the others serve."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from answering_user import User
from extended.deploy.proxy import NAME
from extended.replicas.cluster import SNI, Cluster
from extended.replicas.load import Load
from real_client import ERAS, Connected
from server_process import LONGEST

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from mcp.client.session import ElicitationFnT

KEY = "a-very-private-key-1234"
USERS = 12


@pytest.fixture
def cluster(tmp_path: Path) -> Generator[Cluster]:
    (tmp_path / "state-key").write_text("0123456789abcdef" * 4)
    flags = ("--confirm", "delete_session", "--state-key-file", str(tmp_path / "state-key"))
    with Cluster(tmp_path, *flags, latency=0.02) as running:
        yield running


async def under_load(cluster: Cluster, *, killed: bool) -> Load:
    """Restart each replica in turn while many users call."""
    async with cluster.client(KEY) as client:
        load = Load(client)
        with anyio.fail_after(3 * LONGEST):
            async with anyio.create_task_group() as tasks:
                for user in range(USERS):
                    tasks.start_soon(load.run, user)
                for number in (0, 1):
                    await load.reached(100)
                    await cluster.restart(number, killed=killed)
                await load.reached(100)
                load.end()
    return load


async def test_replicas_are_restarted_under_load_and_no_call_is_lost_and_none_made_twice(
    cluster: Cluster,
) -> None:
    load = await under_load(cluster, killed=False)
    assert load.wrong == []
    assert load.lost == []
    sessions = cluster.sessions(KEY)
    assert len(sessions) == len(load.made)
    assert {session["name"]: session["id"] for session in sessions} == load.made


async def test_replicas_are_killed_under_load_and_only_calls_in_flight_are_told_to_be_lost(
    cluster: Cluster,
) -> None:
    load = await under_load(cluster, killed=True)
    assert load.wrong == []
    assert len(load.lost) <= 2 * USERS
    names = Counter(session["name"] for session in cluster.sessions(KEY))
    assert names.most_common(1)[0][1] == 1
    assert set(load.made) <= set(names) <= {*load.made, *load.lost}


@pytest.mark.parametrize("era", ERAS)
async def test_a_real_client_needs_not_stay_with_one_replica(cluster: Cluster, era: str) -> None:
    async for client in connected(cluster, era):
        made = (await client.call("create_session", {"name": "Order 1042"})).result
        for _ in range(3):
            assert (await client.call("get_session", {"id": made["id"]})).result["name"] == "Order 1042"
    assert all('"path": "/mcp"' in log for log in cluster.logs())


async def test_one_replica_asks_the_user_and_the_other_goes_on(cluster: Cluster) -> None:
    user = User()
    async for client in connected(cluster, "2026-07-28", user):
        for number in range(4):
            made = (await client.call("create_session", {"name": f"Order {number}"})).result
            told = await client.call("delete_session", {"id": made["id"]})
            assert told.result == {"id": made["id"], "deleted": True}
            await client.call("get_session", {"id": made["id"]})
    assert len(user.asked) == 4
    assert cluster.sessions(KEY) == []


async def test_a_client_of_the_handshake_era_is_told_that_it_cannot_be_asked(cluster: Cluster) -> None:
    async for client in connected(cluster, "legacy", User()):
        made = (await client.call("create_session", {})).result
        error = (await client.call("delete_session", {"id": made["id"]})).error
        assert error["kind"] == "declined"


async def connected(
    cluster: Cluster, era: str, user: ElicitationFnT | None = None
) -> AsyncGenerator[Connected]:
    """Connect the SDK's own client through nginx."""
    assert cluster.trusting is not None
    headers = {"host": NAME, "authorization": f"Bearer {KEY}"}
    async with httpx2.AsyncClient(
        verify=cluster.trusting, headers=headers, timeout=LONGEST, trust_env=False
    ) as http:
        http.event_hooks = {"request": [_named]}
        transport = streamable_http_client(f"{cluster.url}/mcp", http_client=http)
        async with Client(transport, mode=era, elicitation_callback=user) as client:
            yield Connected(client)


async def _named(request: httpx2.Request) -> None:
    """Ask for the certificate by the public name."""
    request.extensions = {**request.extensions, **SNI}
