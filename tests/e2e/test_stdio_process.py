"""The stdio server as a process: exit status, signals, and what it writes."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from fake_upstream import SESSION_ID, HeldResponse
from posted import HANDSHAKE, MODERN, letter
from server_process import KEY, ServerProcess, as_lines, call, opening, request

if TYPE_CHECKING:
    from fake_upstream import FakeUpstream

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and descriptors")

READ = {"name": "get_session", "arguments": {"id": SESSION_ID}}


@pytest.fixture
def held(upstream: FakeUpstream) -> HeldResponse:
    """The response to the first request, which is not sent before it is released."""
    response = HeldResponse()
    upstream.responses.append(response)
    return response


@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
def test_call_in_flight_at_the_end_of_the_input_is_answered_before_it_exits(
    held: HeldResponse, upstream: FakeUpstream, upstream_url: str, era: str
) -> None:
    flags = ("--base-url", upstream_url, "--log-level", "debug")
    with ServerProcess(*flags, VAPI_API_KEY=KEY) as server:
        if era == HANDSHAKE:
            server.open()
        server.write(as_lines(letter("tools/call", READ, era=era).json)[:-1])  # the last line without its end
        server.end_input()
        held.wait_for_request()
        held.release()
        (answer,) = server.rest()
        assert answer["result"]["structuredContent"]["id"] == SESSION_ID
        assert server.status() == 0
        assert upstream.requests[0].headers["authorization"] == f"Bearer {KEY}"
        assert KEY not in server.seen.decode() + server.log()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signal_ends_it_at_once_with_a_call_in_flight(
    held: HeldResponse, upstream_url: str, number: int, status: int
) -> None:
    with ServerProcess("--base-url", upstream_url, VAPI_API_KEY=KEY) as server:
        server.open()
        server.send(call(READ["name"], READ["arguments"]))
        held.wait_for_request()
        server.process.send_signal(number)
        assert server.rest() == []
        assert server.status() == status
        held.wait_for_disconnect()
        assert "Traceback" not in server.log()
    held.release()


def test_client_that_no_longer_reads_ends_it_with_status_0() -> None:
    ours, theirs = os.pipe()
    with (
        os.fdopen(ours, "rb") as reading,
        os.fdopen(theirs, "wb") as writing,
        ServerProcess("--sandbox", "--log-level", "info", stdout=writing) as server,
    ):
        writing.close()
        server.write(opening())
        assert b'"hello"' in reading.readline()
        reading.close()
        server.send(request("ping"))
        assert server.status() == 0
        assert "the client no longer reads" in server.log()
        assert "Traceback" not in server.log()


@pytest.mark.parametrize("closed", ["<&-", ">&-"])
def test_closed_descriptor_is_reported_in_one_line(closed: str) -> None:
    script = f'exec "$0" -m vapi_sessions_mcp --sandbox {closed}'
    with ServerProcess(command=("sh", "-c", script, sys.executable)) as server:
        assert server.status() == 2
        (line,) = server.log().splitlines()
        assert "standard input and output must be open" in line


STRAY = """
import os, subprocess, sys
import anyio, mcp_types as types
from mcp.server.lowlevel.server import Server
from vapi_sessions_mcp.stdio import serve_stdio

async def call_tool(context, params):
    print("stray print", flush=True)
    sys.stdout.write("stray write\\n")
    os.write(1, b"stray bytes\\n")
    subprocess.run([sys.executable, "-S", "-c", "print('stray child')"], check=True)
    return types.CallToolResult(content=[types.TextContent(type="text", text="done")])

sys.exit(anyio.run(lambda: serve_stdio(Server("stray", on_call_tool=call_tool), drain=5)))
"""


def test_standard_output_holds_json_rpc_alone_whatever_is_printed() -> None:
    with ServerProcess(command=(sys.executable, "-c", STRAY)) as server:
        server.open()
        answer = server.ask("tools/call", {"name": "any", "arguments": {}})
        assert answer["result"]["content"][0]["text"] == "done"
        server.end_input()
        assert server.rest() == []
        assert server.status() == 0
        assert {"stray print", "stray write", "stray bytes", "stray child"} <= set(server.log().splitlines())
