"""The end of a server: what is being carried out is answered, what is open is closed, and soon it is gone."""

from __future__ import annotations

import json
import signal
import socket
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from fake_upstream import SESSION_ID, FakeUpstream, HeldResponse, serving
from real_client import KEY
from security.hostile.wire import PROTOCOL, Wire, calling, exchange, get, initialize, message, post
from served import Served, serving_http
from server_process import LONGEST

if TYPE_CHECKING:
    from collections.abc import Generator

SOON = 5.0
"""Seconds after a signal in which the process must be gone."""

READ: dict[str, Any] = {"name": "get_session", "arguments": {"id": SESSION_ID}}
WRITE: dict[str, Any] = {"name": "update_session", "arguments": {"id": SESSION_ID, "name": "changed"}}


@pytest.fixture
def upstream() -> Generator[HeldResponse]:
    """An API that answers when a test lets it, which the end of the test does in any case."""
    held = HeldResponse()
    yield held
    held.release()


@pytest.fixture
def api(upstream: HeldResponse) -> Generator[str]:
    """Where it is."""
    with serving(FakeUpstream(upstream)) as url:
        yield url
        upstream.release()


def opened(url: str, **capabilities: Any) -> tuple[str, str]:
    """Open a protocol session of the handshake era and return the headers that its messages have."""
    greeting = initialize()
    greeting["params"]["capabilities"] = capabilities
    session = exchange(url, post(greeting)).headers["mcp-session-id"]
    return f"Mcp-Session-Id: {session}", f"Mcp-Protocol-Version: {PROTOCOL}"


def wait_until_nobody_new_is_let_in(url: str) -> None:
    """Wait until new connections are refused, or not answered: those are once the socket is closed."""
    place = urlsplit(url)
    ends = time.monotonic() + SOON
    while time.monotonic() < ends:
        try:
            socket.create_connection((place.hostname or "", place.port or 0), timeout=0.2).close()
        except (ConnectionRefusedError, TimeoutError):
            return
    pytest.fail("new connections are still let in")


def wait_for_end(served: Served, begun: float) -> int:
    """Wait for the process to end, in time and without a fuss, and return its exit status."""
    status = served.process.wait(LONGEST)
    assert time.monotonic() - begun < SOON
    served.stop()
    assert "Traceback" not in served.log()
    assert '"raised"' not in served.log()
    return status


def shown(message_: dict[str, Any]) -> Any:
    """Return what a call's result says."""
    return json.loads(message_["result"]["content"][0]["text"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("flags", [(), ("--stateless",), ("--workers", "2")])
def test_a_call_in_flight_is_answered_whole_and_nobody_new_let_in(
    upstream: HeldResponse, api: str, number: signal.Signals, flags: tuple[str, ...]
) -> None:
    with (
        serving_http("--base-url", api, *flags, VAPI_API_KEY=KEY) as served,
        Wire(served.url) as wire,
    ):
        wire.send(calling(READ["name"], READ["arguments"]))
        upstream.wait_for_request()
        begun = time.monotonic()
        served.process.send_signal(number)
        wait_until_nobody_new_is_let_in(served.url)
        upstream.release()
        answer = wire.answer()
        assert answer is not None
        assert shown(answer.json)["id"] == SESSION_ID
        assert wire.rest() == b""
        wait_for_end(served, begun)


@pytest.mark.parametrize("flags", [(), ("--workers", "2")])
def test_so_it_is_over_plain_http(upstream: HeldResponse, api: str, flags: tuple[str, ...]) -> None:
    with (
        serving_http("--rest", "--base-url", api, *flags, VAPI_API_KEY=KEY) as served,
        Wire(served.url) as wire,
    ):
        wire.send(get(f"/v1/sessions/{SESSION_ID}"))
        upstream.wait_for_request()
        begun = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        wait_until_nobody_new_is_let_in(served.url)
        upstream.release()
        answer = wire.answer()
        assert answer is not None
        assert (answer.status, answer.json["id"]) == (200, SESSION_ID)
        wait_for_end(served, begun)


def test_a_call_over_plain_http_that_does_not_end_is_told_so(upstream: HeldResponse, api: str) -> None:
    with (
        serving_http("--rest", "--base-url", api, VAPI_API_KEY=KEY) as served,
        Wire(served.url) as wire,
    ):
        wire.send(get(f"/v1/sessions/{SESSION_ID}"))
        upstream.wait_for_request()
        begun = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        answer = wire.answer()
        assert answer is not None
        assert (answer.status, answer.json["kind"]) == (503, "network")
        wait_for_end(served, begun)


def test_so_it_is_over_the_other_transports(upstream: HeldResponse, api: str) -> None:
    with (
        serving_http("--base-url", api, VAPI_API_KEY=KEY) as served,
        Wire(served.url) as handshake,
        Wire(served.url) as stream,
    ):
        handshake.send(post(message("tools/call", READ), *opened(served.url)))
        stream.send(get("/sse"))
        assert stream.head() is not None
        place = stream.event().decode().partition("data: ")[2].strip()
        for sent in (
            initialize(),
            {"jsonrpc": "2.0", "method": "notifications/initialized"},
            message("tools/call", READ),
        ):
            assert exchange(served.url, post(sent, path=place)).status == 202
        upstream.wait_for_request()
        upstream.wait_for_request()
        begun = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        wait_until_nobody_new_is_let_in(served.url)
        upstream.release()
        answer = handshake.answer()
        assert answer is not None
        assert shown(answer.json)["id"] == SESSION_ID
        told = stream.chunks()  # to its own end
        assert told.count(b"event: message") == 2
        assert SESSION_ID.encode() in told
        assert stream.rest() == b""
        wait_for_end(served, begun)


@pytest.mark.parametrize("flags", [("--stateless",), ("--workers", "2")])
def test_no_answer_is_waited_for_too_long(upstream: HeldResponse, api: str, flags: tuple[str, ...]) -> None:
    with serving_http("--base-url", api, *flags, VAPI_API_KEY=KEY) as served, Wire(served.url) as wire:
        wire.send(calling(WRITE["name"], WRITE["arguments"]))
        upstream.wait_for_request()
        begun = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        answer = wire.answer()
        assert answer is not None
        assert shown(answer.json)["error"]["kind"] == "unknown_outcome"
        wait_for_end(served, begun)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_would_take_longer_is_told_so_and_streams_and_questions_are_ended(
    upstream: HeldResponse, api: str, number: signal.Signals
) -> None:
    flags = ("--base-url", api, "--confirm", "delete_session")
    with (
        serving_http(*flags, VAPI_API_KEY=KEY) as served,
        Wire(served.url) as reading,
        Wire(served.url) as writing,
        Wire(served.url) as listening,
        Wire(served.url) as older,
        Wire(served.url) as asking,
        Wire(served.url) as idle,
    ):
        session = opened(served.url, elicitation={})
        reading.send(post(message("tools/call", READ), *session))
        upstream.wait_for_request()
        writing.send(calling(WRITE["name"], WRITE["arguments"]))
        upstream.wait_for_request()
        for wire, sent in (
            (listening, get("/mcp", *session, "Accept: text/event-stream")),
            (older, get("/sse")),
            (
                asking,
                post(
                    {**message("tools/call", {**READ, "name": "delete_session"}), "id": 2},
                    *opened(served.url, elicitation={}),
                ),
            ),
        ):
            wire.send(sent)
            stream = wire.head()
            assert stream is not None
            assert stream.headers["content-type"].startswith("text/event-stream")
        assert b"elicitation/create" in asking.event()
        idle.send(get("/healthz"))
        assert idle.answer() is not None

        begun = time.monotonic()
        served.process.send_signal(number)
        assert idle.rest() == b""
        read = reading.answer()
        assert read is not None
        assert shown(read.json)["error"]["kind"] == "network"
        written = writing.answer()
        assert written is not None
        assert shown(written.json)["error"]["kind"] == "unknown_outcome"
        for wire in (listening, older, asking):
            wire.chunks()  # to its own end
            assert wire.rest() == b""
        wait_for_end(served, begun)


def test_a_signal_before_anybody_came_ends_it_at_once() -> None:
    with serving_http("--sandbox") as served:
        begun = time.monotonic()
        served.process.terminate()
        wait_for_end(served, begun)


def test_several_processes_end_with_their_streams_too(tmp_path: Any) -> None:
    flags = ("--sandbox-db", str(tmp_path / "db"), "--workers", "2")
    with serving_http(*flags) as served, Wire(served.url) as idle:
        idle.send(get("/healthz"))
        assert idle.answer() is not None
        begun = time.monotonic()
        served.process.terminate()
        assert idle.rest() == b""
        wait_for_end(served, begun)
