"""The example for nginx: taken by nginx, in turn, at once, and nothing is carried out twice."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from extended.deploy.proxy import NAME, program, proxying, write
from extended.deploy.replica import Replica, listening
from server_process import LONGEST

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    import httpx

NOBODY = "127.0.0.1:1"
SNI = {"sni_hostname": NAME}
CALL = b'{"jsonrpc":"2.0","id":1,"method":"tools/call"}'


@pytest.fixture
def replicas() -> Generator[tuple[Replica, Replica]]:
    with listening() as one, listening() as other:
        yield one, other


@pytest.fixture
def client(replicas: tuple[Replica, Replica], tmp_path: Path) -> Generator[httpx.Client]:
    one, other = replicas
    with proxying(tmp_path, (one.address, other.address)) as made:
        yield made


def post(client: httpx.Client, path: str = "/mcp", body: bytes = CALL) -> int:
    return client.post(path, content=body, extensions=SNI).status_code


def test_nginx_takes_it_without_a_warning(tmp_path: Path) -> None:
    configuration, _ = write(tmp_path, (NOBODY, NOBODY), 8443)
    tested = subprocess.run(
        [program(), "-t", "-c", str(configuration), "-p", str(tmp_path), "-e", "stderr"],
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr


def test_replicas_are_asked_in_turn_by_the_public_name(
    client: httpx.Client, replicas: tuple[Replica, Replica]
) -> None:
    assert [post(client) for _ in range(6)] == [200] * 6
    assert [len(replica.bodies) for replica in replicas] == [3, 3]
    assert {host for replica in replicas for host in replica.hosts} == {NAME}


def test_a_call_that_a_replica_took_and_let_go_of_is_not_given_to_another(
    client: httpx.Client, replicas: tuple[Replica, Replica]
) -> None:
    for replica in replicas:
        replica.drops = True
    assert post(client) == 502
    assert sum(len(replica.bodies) for replica in replicas) == 1


def test_a_call_that_reached_no_replica_is_given_to_the_other(tmp_path: Path) -> None:
    with listening() as replica, proxying(tmp_path, (NOBODY, replica.address)) as client:
        assert [post(client) for _ in range(4)] == [200] * 4
        assert len(replica.bodies) == 4


def test_a_stream_is_passed_on_as_it_is_written(
    client: httpx.Client, replicas: tuple[Replica, Replica]
) -> None:
    with client.stream("GET", "/mcp", extensions=SNI) as answer:
        parts = answer.iter_raw()
        assert next(parts).startswith(b"data: 1")
        for replica in replicas:
            replica.goes_on.set()
        assert b"data: 2" in b"".join(parts)


def test_what_a_replica_would_refuse_as_too_large_is_its_own_to_refuse(
    client: httpx.Client, replicas: tuple[Replica, Replica]
) -> None:
    body = b" " * (4 * 1024 * 1024 + 1)
    assert post(client, body=body) == 200
    assert [len(sent) for replica in replicas for sent in replica.bodies] == [len(body)]


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz", "/sse", "/messages/", "/", "/mcp/x"])
def test_nothing_else_can_be_reached(
    client: httpx.Client, replicas: tuple[Replica, Replica], path: str
) -> None:
    assert post(client, path) == 404
    assert [replica.bodies for replica in replicas] == [[], []]


def test_the_log_holds_no_query_and_no_header(client: httpx.Client, tmp_path: Path) -> None:
    client.headers["Authorization"] = "Bearer a-very-private-key-1234"
    assert post(client, "/mcp?token=also-private") == 200
    client.close()
    log = (tmp_path / "access.log").read_text("utf-8")
    assert "POST /mcp 200" in log
    assert "private" not in log
