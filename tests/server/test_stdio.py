"""One connection: broken lines answered, the end of the input drained, a client that left."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from server_process import as_lines, call, opening, request
from vapi_sessions_mcp.pipes import Pipes
from vapi_sessions_mcp.stdio import Connection

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from mcp.server.lowlevel.server import Server

    from fake_upstream import FakeUpstream

LONGEST = 20.0
CANCELLED = "notifications/cancelled"


def notice(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """Return a notification."""
    return {"jsonrpc": "2.0", "method": method, "params": params}


@asynccontextmanager
async def pair() -> AsyncGenerator[tuple[Pipes, socket.socket]]:
    """Give a server's pipes and the client's end of them."""
    near, far = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=near)
    far.settimeout(LONGEST)
    try:
        yield Pipes(reader, writer), far
    finally:
        writer.close()
        far.close()


async def spoken(server: Server[Any], said: bytes, *, drain: float = LONGEST) -> list[dict[str, Any]]:
    """Say everything at once, end the input, and return what was answered."""
    async with pair() as (pipes, far):
        far.sendall(said)
        far.shutdown(socket.SHUT_WR)
        with anyio.fail_after(LONGEST):
            await Connection(server, pipes, drain).serve()
        far.settimeout(0.0)
        answers = far.recv(1 << 20)
    return [json.loads(line) for line in answers.splitlines()]


def ids(answers: list[dict[str, Any]]) -> list[Any]:
    """Return whose answers they are."""
    return [answer["id"] for answer in answers]


async def test_everything_said_before_the_end_of_the_input_is_answered(
    server: Server[Any], upstream: FakeUpstream
) -> None:
    said = opening() + as_lines(request("tools/list", None, 1), call("list_sessions", {}, "two"))
    assert ids(await spoken(server, said)) == ["hello", 1, "two"]
    assert len(upstream.requests) == 1


async def test_a_call_in_flight_at_the_end_of_the_input_may_take_its_time(
    server: Server[Any], upstream: FakeUpstream
) -> None:
    upstream.respond({"message": "slow down"}, 429, {"retry-after": "0.3"})
    answers = await spoken(server, opening() + as_lines(call("list_sessions", {}, 1)))
    assert answers[-1]["id"] == 1
    assert not answers[-1]["result"]["isError"]


async def test_but_not_for_ever(server: Server[Any], upstream: FakeUpstream) -> None:
    upstream.respond({"message": "slow down"}, 429, {"retry-after": "9"})
    answers = await spoken(server, opening() + as_lines(call("list_sessions", {}, 1)), drain=0.05)
    assert ids(answers)[0] == "hello"
    assert all("result" not in answer for answer in answers[1:])


@pytest.mark.parametrize(("request_id", "named"), [(1, 1), (14, "14"), ("14", 14), ("07", 7), ("a", "a")])
async def test_a_cancelled_call_is_not_waited_for(
    server: Server[Any], upstream: FakeUpstream, request_id: str | int, named: str | int
) -> None:
    upstream.respond({"message": "slow down"}, 429, {"retry-after": "9"})
    said = opening() + as_lines(
        call("list_sessions", {}, request_id), notice(CANCELLED, {"requestId": named})
    )
    with anyio.fail_after(5):
        answers = await spoken(server, said)
    assert ids(answers)[0] == "hello"
    assert all("result" not in answer for answer in answers[1:])


async def test_a_number_and_its_text_are_two_requests(server: Server[Any], upstream: FakeUpstream) -> None:
    upstream.respond({"message": "slow down"}, 429, {"retry-after": "0.3"})
    said = opening() + as_lines(call("list_sessions", {}, 1), request("ping", None, "1"))
    assert sorted(map(str, ids(await spoken(server, said)))) == ["1", "1", "hello"]


async def test_true_is_not_the_id_of_request_1(server: Server[Any], upstream: FakeUpstream) -> None:
    upstream.respond({"message": "slow down"}, 429, {"retry-after": "0.3"})
    said = opening() + as_lines(call("list_sessions", {}, 1), notice(CANCELLED, {"requestId": True}))
    assert "result" in (await spoken(server, said))[-1]


@pytest.mark.parametrize("wrong", [[1], {"a": 1}, None, 1.5, "unknown"])
async def test_cancelling_what_is_no_request_changes_nothing(server: Server[Any], wrong: object) -> None:
    said = opening() + as_lines(notice(CANCELLED, {"requestId": wrong}), request("ping", None, 1))
    assert ids(await spoken(server, said)) == ["hello", 1]


async def test_lines_that_are_no_messages_are_answered_between_those_that_are(server: Server[Any]) -> None:
    said = opening() + b"garbage\n  \n[1]\n" + as_lines(request("ping", None, 1))
    answers = await spoken(server, said)
    assert sorted(answer["error"]["code"] for answer in answers if "error" in answer) == [-32700, -32600]
    assert 1 in ids(answers)


async def test_an_answer_that_is_no_unicode_becomes_an_error_under_its_id(server: Server[Any]) -> None:
    said = opening() + as_lines(
        call("\ud800", {}, 1), request("ping", None, "\ud800"), request("ping", None, 2)
    )
    answers = {answer["id"]: answer for answer in await spoken(server, said)}
    assert answers[1]["error"]["code"] == -32602, "an unknown tool, named as far as it can be"
    assert answers["\ud800"]["error"]["code"] == -32603
    assert answers["\ud800"]["error"]["message"] == "the answer cannot be written as JSON"
    assert answers[2]["result"] == {}


@pytest.mark.parametrize("said", [as_lines(request("ping", None, 1)), b"garbage\n"])
async def test_a_client_that_no_longer_reads_ends_the_connection(server: Server[Any], said: bytes) -> None:
    async with pair() as (pipes, far):
        connection = Connection(server, pipes, LONGEST)
        with anyio.fail_after(LONGEST):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(connection.serve)
                far.sendall(opening())
                await anyio.wait_readable(far)
                assert far.recv(1 << 20)
                far.sendall(said * 50)
                far.close()
