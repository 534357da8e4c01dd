"""One connection over stdio: broken lines, the end of the input, and a client that leaves."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import mcp.server.stdio
import pytest

from fake_upstream import SESSION_ID
from server.stdio_connection import pair, spoken
from server_process import HELLO, INITIALIZED, LONGEST, as_lines, call, opening, request
from vapi_sessions_mcp import stdio
from vapi_sessions_mcp.caller import only_caller
from vapi_sessions_mcp.confirmation import Confirmation
from vapi_sessions_mcp.pipes import PipesUnavailableError
from vapi_sessions_mcp.registration import build_server
from vapi_sessions_mcp.stdio import Connection, serve_stdio
from vapi_sessions_tools.credential import Credential

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from mcp.server.lowlevel.server import Server
    from starlette.types import Receive, Scope, Send

    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.toolset import Toolset

CANCELLED = "notifications/cancelled"
SLOW = {"retry-after": "0.3"}


async def silent(_scope: Scope, _receive: Receive, _send: Send) -> None:
    await anyio.sleep_forever()


def notice(method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params}


async def test_everything_before_the_end_of_the_input_is_answered(
    server: Server[Any], upstream: FakeUpstream
) -> None:
    upstream.respond({"message": "slow down"}, 429, SLOW)  # the call is in flight when the input ends
    said = opening() + as_lines(request("tools/list", None, 1), call("list_sessions", {}, "two"))
    answers = await spoken(server, said)
    assert [*answers] == ["hello", 1, "two"]
    assert not answers["two"]["result"]["isError"]
    assert len(upstream.requests) == 2


async def test_call_in_flight_is_waited_for_no_longer_than_the_drain(
    server: Server[Any], upstream: FakeUpstream
) -> None:
    upstream.responses.append(silent)
    answers = await spoken(server, opening() + as_lines(call("list_sessions", {}, 1)), drain=0.05)
    assert "result" not in answers.get(1, {})


@pytest.mark.parametrize(("request_id", "named"), [(1, 1), (14, "14"), ("14", 14), ("07", 7), ("a", "a")])
async def test_cancelled_call_is_not_waited_for(
    server: Server[Any], upstream: FakeUpstream, request_id: str | int, named: str | int
) -> None:
    upstream.responses.append(silent)
    said = as_lines(call("list_sessions", {}, request_id), notice(CANCELLED, {"requestId": named}))
    assert "result" not in (await spoken(server, opening() + said, drain=2 * LONGEST)).get(request_id, {})


@pytest.mark.parametrize("wrong", [True, [1], {"a": 1}, None, 1.5, "unknown"])
async def test_cancelling_what_is_not_a_request_changes_nothing(
    server: Server[Any], upstream: FakeUpstream, wrong: object
) -> None:
    upstream.respond({"message": "slow down"}, 429, SLOW)
    said = as_lines(call("list_sessions", {}, 1), notice(CANCELLED, {"requestId": wrong}))
    assert "result" in (await spoken(server, opening() + said))[1]


async def test_number_and_its_text_are_two_requests(server: Server[Any], upstream: FakeUpstream) -> None:
    upstream.respond({"message": "slow down"}, 429, SLOW)
    said = opening() + as_lines(call("list_sessions", {}, 1), request("ping", None, "1"))
    assert {"hello", 1, "1"} == {*await spoken(server, said)}


async def test_broken_lines_are_answered_between_messages(server: Server[Any]) -> None:
    too_long = b'{"jsonrpc":"2.0","id":9,"method":"ping","params":{"x":"' + b"x" * 5_000 + b'"}}\n'
    stray = as_lines(notice(CANCELLED, {}), notice("notifications/of-next-year", {"x": 1}))
    said = opening() + b'garbage\n  \n[{"id":8}]\n' + too_long + stray
    answers = await spoken(server, said + as_lines(request("ping", None, 1)), limit=4_000)
    assert answers[8]["error"]["code"] == -32600
    assert answers[None]["error"]["code"] in (-32700, -32600)
    assert answers[1]["result"] == {}


async def test_line_that_is_too_long_is_refused_without_an_id(server: Server[Any]) -> None:
    said = b"[" * 9_000 + b"\n" + opening()
    answers = await spoken(server, said, limit=4_000)
    assert answers[None]["error"]["message"] == "Invalid Request: the message is too long"
    assert "result" in answers["hello"]


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("tools/call", {"name": 7, "arguments": {}}, -32602),
        ("tools/call", {"name": "list_sessions", "arguments": [1]}, -32602),
        ("tools/call", {"arguments": {}}, -32602),
        ("tools/list", {"cursor": 7}, -32602),
        ("x", {}, -32601),
    ],
)
async def test_request_that_makes_no_sense_is_an_error(
    server: Server[Any], method: str, params: dict[str, Any], code: int
) -> None:
    said = opening() + as_lines(request(method, params, 8), request("ping", None, 9))
    answers = await spoken(server, said)
    assert answers[8]["error"]["code"] == code
    assert answers[9]["result"] == {}


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (b'{"expirationSeconds":NaN}', "expirationSeconds"),
        (b'{"expirationSeconds":1e999}', "expirationSeconds"),
        (b'{"messages":[{"role":"user","content":"\\udc00"}]}', "messages[0].content"),
        (b'{"assistant":' + b'{"a":' * 150 + b"1" + b"}" * 151, "assistant"),
        (b'{"name":"' + b"x" * 10_000 + b'"}', "name"),
    ],
    ids=["nan", "infinity", "surrogate", "nesting", "length"],
)
async def test_argument_that_json_or_the_api_cannot_carry_is_refused(
    server: Server[Any], upstream: FakeUpstream, arguments: bytes, path: str
) -> None:
    line = b'{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"create_session","arguments":'
    result = (await spoken(server, opening() + line + arguments + b"}}\n"))[5]["result"]
    assert result["structuredContent"]["error"]["problems"][0]["path"] == path
    assert len(json.dumps(result)) < 4_000
    assert upstream.requests == []


async def test_answer_that_is_not_unicode_becomes_an_error_under_its_id(server: Server[Any]) -> None:
    said = as_lines(call("\ud800", {}, 1), request("ping", None, "\ud800"), request("ping", None, 2))
    answers = await spoken(server, opening() + said)
    assert answers[1]["error"]["code"] == -32602, "an unknown tool, named as far as it can be"
    assert answers["\ud800"]["error"]["code"] == -32603
    assert answers[2]["result"] == {}


@pytest.mark.parametrize("said", [as_lines(request("ping", None, 1)), b"garbage\n"])
async def test_client_that_no_longer_reads_ends_the_connection(server: Server[Any], said: bytes) -> None:
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


class TestOpenQuestion:
    """A client of the handshake era that can ask the user, and does not answer."""

    @pytest.fixture
    def asking(self, toolset: Toolset) -> Server[Any]:
        confirmation = Confirmation(("delete_session",))
        return build_server(toolset, only_caller(Credential("a-private-key")), confirmation)

    @staticmethod
    def said(**capabilities: Any) -> bytes:
        hello = {**HELLO, "capabilities": capabilities}
        deleting = call("delete_session", {"id": SESSION_ID}, "deleting")
        return as_lines(request("initialize", hello, "hello"), INITIALIZED, deleting)

    async def test_client_that_leaves_is_not_waited_for(
        self, asking: Server[Any], upstream: FakeUpstream
    ) -> None:
        answers = await spoken(asking, self.said(elicitation={"form": {}}), drain=4 * LONGEST)
        assert answers["deleting"]["result"]["isError"]
        assert upstream.changes == []

    async def test_client_that_shows_urls_alone_cannot_ask(
        self, asking: Server[Any], upstream: FakeUpstream
    ) -> None:
        answers = await spoken(asking, self.said(elicitation={"url": {}}))
        assert "cannot ask the user" in json.dumps(answers["deleting"]["result"])
        assert upstream.requests == []

    async def test_call_that_is_cancelled_meanwhile_is_not_sent(
        self, asking: Server[Any], upstream: FakeUpstream
    ) -> None:
        async with pair() as (pipes, far):
            reader, writer = await asyncio.open_connection(sock=far.dup())
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(Connection(asking, pipes, LONGEST).serve)
                writer.write(self.said(elicitation={}))
                with anyio.fail_after(LONGEST):
                    while b"elicitation/create" not in await reader.readline():
                        pass
                    writer.write(as_lines(notice(CANCELLED, {"requestId": "deleting"}), request("ping")))
                    while b'"id":1' not in await reader.readline():
                        pass
                writer.close()
                tasks.cancel_scope.cancel()
        assert upstream.changes == []


async def test_sdk_serves_where_the_event_loop_knows_no_pipes(
    server: Server[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[object] = []

    @asynccontextmanager
    async def unavailable() -> AsyncGenerator[None]:
        raise PipesUnavailableError("standard input: as on Windows")
        yield

    @asynccontextmanager
    async def streams() -> AsyncGenerator[tuple[str, str]]:
        yield "input", "output"

    async def run(*given: object) -> None:
        served.extend(given)

    monkeypatch.setattr(stdio, "standard_pipes", unavailable)
    monkeypatch.setattr(mcp.server.stdio, "stdio_server", streams)
    monkeypatch.setattr(server, "run", run)
    assert await serve_stdio(server, drain=1) == 0
    assert served[:2] == ["input", "output"]


async def test_invisible_characters_are_escaped_in_every_line(
    server: Server[Any], upstream: FakeUpstream
) -> None:
    upstream.respond({"id": SESSION_ID, "name": "free\u202e\u2028\U000e0049"})
    async with pair() as (pipes, far):
        far.sendall(opening() + as_lines(call("get_session", {"id": SESSION_ID}, 1)))
        far.shutdown(socket.SHUT_WR)
        with anyio.fail_after(LONGEST):
            await Connection(server, pipes, LONGEST).serve()
        text = far.recv(1 << 20).decode()
    assert not {"\u202e", "\u2028", "\U000e0049"} & {*text}
    found = json.loads(text.split("\n")[1])["result"]["structuredContent"]
    assert found["name"] == "free\u202e\u2028\U000e0049"
