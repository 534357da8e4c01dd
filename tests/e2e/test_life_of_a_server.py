"""From the first line to the last: drained, stopped, cancelled, and nothing else on the wire."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fake_upstream import SESSION_ID
from real_client import KEY
from server_process import ServerProcess, as_lines, call, opening, request

if TYPE_CHECKING:
    from fake_upstream import FakeUpstream
    from silent_upstream import SilentUpstream

HANGING = call("get_session", {"id": SESSION_ID}, "hanging")


def cancelled(request_id: str) -> dict[str, Any]:
    """Return the notification that takes a request back."""
    return {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": request_id}}


WITHOUT_PIPES = """
import asyncio, logging, sys
import anyio
from mcp.server.lowlevel.server import Server
from vapi_sessions_mcp.stdio import serve_stdio

class Loop(asyncio.SelectorEventLoop):
    async def connect_read_pipe(self, *arguments):
        raise NotImplementedError("as on Windows")

logging.basicConfig(level="INFO")
sys.exit(anyio.run(lambda: serve_stdio(Server("plain"), drain=5), backend_options={"loop_factory": Loop}))
"""


class TestTheEndOfTheInput:
    def test_everything_piped_in_one_go_is_answered(self, upstream: FakeUpstream, upstream_url: str) -> None:
        upstream.respond(
            {"message": "slow down"}, 429, {"retry-after": "0.5"}
        )  # in flight when the input ends
        said = opening() + as_lines(request("tools/list", None, 1), call("list_sessions", {}, 2))
        with ServerProcess("--base-url", upstream_url, VAPI_API_KEY=KEY) as server:
            server.write(said[:-1])  # not even the last line's end is needed
            server.end_input()
            answers = server.rest()
            assert server.status() == 0
        assert [answer["id"] for answer in answers] == ["hello", 1, 2]
        assert len(answers[1]["result"]["tools"]) == 5
        assert answers[2]["result"]["isError"] is False
        assert len(upstream.requests) == 2

    def test_without_a_word_it_ends_at_once(self) -> None:
        with ServerProcess("--sandbox") as server:
            server.end_input()
            assert server.rest() == []
            assert server.status() == 0

    def test_a_client_that_no_longer_reads_ends_it_without_a_fuss(self) -> None:
        with ServerProcess("--sandbox", "--log-level", "info") as server:
            server.open()
            assert server.process.stdout is not None
            server.process.stdout.close()
            server.send(request("ping"))
            assert server.status() == 0
            assert "no longer reads" in server.log()
            assert "Traceback" not in server.log()

    def test_the_null_device_as_input_ends_it(self) -> None:
        with (
            Path(os.devnull).open("rb") as null,
            ServerProcess("--sandbox", stdin=null) as server,
        ):
            assert server.status() == 0

    @pytest.mark.parametrize("closed", ["<&-", ">&-"])
    def test_a_closed_descriptor_is_told_in_one_line(self, closed: str) -> None:
        script = f'exec "$0" -m vapi_sessions_mcp --sandbox {closed}'
        with ServerProcess(command=("sh", "-c", script, sys.executable)) as server:
            assert server.status() == 2
            assert "standard input and output must be open" in server.log()
            assert "Traceback" not in server.log()

    def test_a_file_as_input_is_answered_line_by_line_like_a_pipe(
        self, upstream: FakeUpstream, upstream_url: str, tmp_path: Path
    ) -> None:
        upstream.respond({"message": "slow down"}, 429, {"retry-after": "0.3"})  # in flight at its end
        said, told = tmp_path / "said", tmp_path / "told"
        said.write_bytes(
            opening() + b'{"id": 7, broken\n[{"id": 8}]\n' + as_lines(call("list_sessions", {}, 1))
        )
        flags = ("--base-url", upstream_url, "--log-level", "info")
        with (
            said.open("rb") as file,
            told.open("wb") as output,
            ServerProcess(*flags, stdin=file, stdout=output, VAPI_API_KEY=KEY) as server,
        ):
            assert server.status() == 0
            assert "the SDK's own loop" not in server.log()
        answers = {answer["id"]: answer for answer in map(json.loads, told.read_bytes().splitlines())}
        assert answers["hello"]["result"]["serverInfo"]["name"] == "vapi-sessions-mcp"
        assert answers[7]["error"]["code"] == -32700
        assert answers[8]["error"]["code"] == -32600
        assert answers[1]["result"]["isError"] is False

    def test_where_the_loop_knows_no_pipes_the_sdks_own_loop_serves(self) -> None:
        with ServerProcess(command=(sys.executable, "-c", WITHOUT_PIPES)) as server:
            assert server.open()["result"]["serverInfo"]["name"] == "plain"
            server.end_input()
            assert server.status() == 0
            assert "the SDK's own loop" in server.log()

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
    def test_a_disk_that_is_full_ends_it_without_a_fuss(self) -> None:
        with Path("/dev/full").open("wb") as full, ServerProcess("--sandbox", stdout=full) as server:
            server.write(opening())
            assert server.status() == 0
            assert "Traceback" not in server.log()


class TestSignals:
    @pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
    def test_one_stops_it_at_once_even_with_a_call_in_flight(
        self, silence: SilentUpstream, number: int, status: int
    ) -> None:
        with ServerProcess("--base-url", silence.url, VAPI_API_KEY=KEY) as server:
            server.open()
            server.send(HANGING)
            silence.request()
            begun = time.monotonic()
            server.process.send_signal(number)
            assert server.status() == status
            assert time.monotonic() - begun < 5
            assert server.rest() == []
            assert "Traceback" not in server.log()


class TestCancelling:
    def test_a_cancelled_call_hangs_up_and_the_server_goes_on(self, silence: SilentUpstream) -> None:
        with ServerProcess("--base-url", silence.url, VAPI_API_KEY=KEY) as server:
            server.open()
            server.send(HANGING)
            assert b"GET /session/" in silence.request()
            server.send(cancelled("hanging"))
            silence.hang_up()
            server.send(request("ping", None, "still there"))
            answers = [server.answer()]
            if answers[-1]["id"] == "hanging":  # some eras confirm the cancelling
                assert "error" in answers[-1]
                answers.append(server.answer())
            assert answers[-1]["id"] == "still there"
            server.end_input()
            assert server.rest() == []
            assert server.status() == 0


STRAY = """
import os, subprocess, sys
import anyio, mcp_types as types
from mcp.server.lowlevel.server import Server
from vapi_sessions_mcp.stdio import serve_stdio

print("{before: the wire is taken}", file=sys.stderr)

async def call_tool(context, params):
    print("stray print", flush=True)
    sys.stdout.write("stray write\\n")
    os.write(1, b"stray bytes\\n")
    subprocess.run([sys.executable, "-c", "print('stray child')"], check=True)
    return types.CallToolResult(content=[types.TextContent(type="text", text="done")])

sys.exit(anyio.run(lambda: serve_stdio(Server("stray", on_call_tool=call_tool), drain=5)))
"""


def test_whatever_is_printed_nothing_but_json_rpc_is_on_standard_output() -> None:
    with ServerProcess(command=(sys.executable, "-c", STRAY)) as server:
        server.open()
        answer = server.ask("tools/call", {"name": "any", "arguments": {}})
        assert answer["result"]["content"][0]["text"] == "done"
        server.end_input()
        assert server.rest() == []
        assert server.status() == 0
        assert {"stray print", "stray write", "stray bytes", "stray child"} <= set(server.log().splitlines())


def test_the_key_is_in_neither_output_even_when_the_api_repeats_it(
    upstream: FakeUpstream, upstream_url: str
) -> None:
    said = {"message": f"The key {KEY} is wrong", "error": "Unauthorized", "statusCode": 401}
    upstream.respond(said, 401)
    upstream.respond(f"<html>Bearer {KEY}</html>".encode(), 502, {"content-type": "text/html"})
    upstream.respond({"id": SESSION_ID, "name": KEY})
    flags = ("--base-url", upstream_url, "--log-level", "debug")
    with ServerProcess(*flags, VAPI_API_KEY=KEY) as server:
        server.open()
        for tool, arguments in (
            ("get_session", {"id": SESSION_ID}),
            ("create_session", {"name": "n"}),
            ("get_session", {"id": SESSION_ID}),
            ("create_session", {"name": KEY, "nmae": KEY}),
        ):
            server.ask("tools/call", {"name": tool, "arguments": arguments})
        server.write(b"{" + KEY.encode() + b"\n")
        server.answer()
        server.end_input()
        server.rest()
        assert server.status() == 0
        assert upstream.requests[0].headers["authorization"] == f"Bearer {KEY}"
        assert KEY.encode() not in server.seen
        assert KEY not in server.log()


def test_sessions_in_a_file_outlive_the_server(tmp_path: Path) -> None:
    file = tmp_path / "sessions.db"
    with ServerProcess("--sandbox-db", str(file)) as server:
        server.open()
        created = server.ask("tools/call", {"name": "create_session", "arguments": {"name": "kept"}})
        server.end_input()
        assert server.status() == 0
    found = json.loads(created["result"]["content"][0]["text"])
    with ServerProcess("--sandbox-db", str(file)) as server:
        server.open()
        read = server.ask("tools/call", {"name": "get_session", "arguments": {"id": found["id"]}})
        assert json.loads(read["result"]["content"][0]["text"])["name"] == "kept"
