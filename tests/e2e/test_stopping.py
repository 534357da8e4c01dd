"""A signal over HTTP: calls in flight are answered, what is open is closed, and nobody new is accepted."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from fake_upstream import SESSION_ID, FakeUpstream, HeldResponse, serving
from security.wire import Wire, calling, exchange, get, initialize, message, post
from served import Served, serving_http
from server_process import INITIALIZED, KEY, LONGEST, PROTOCOL

if TYPE_CHECKING:
    from collections.abc import Generator

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")

READ: dict[str, Any] = {"name": "get_session", "arguments": {"id": SESSION_ID}}


@pytest.fixture
def held() -> Generator[HeldResponse]:
    """Every response of the API, which is not sent before it is released."""
    response = HeldResponse()
    yield response
    response.release()


@contextmanager
def serving_calls(held: HeldResponse, *flags: str) -> Generator[Served]:
    """Serve in front of an API that holds its responses."""
    with (
        serving(FakeUpstream(held)) as url,
        serving_http("--base-url", url, *flags, VAPI_API_KEY=KEY) as served,
    ):
        with Wire(served.url) as first:  # its address is logged before it is ready
            first.socket.settimeout(4 * LONGEST)
            first.send(get("/healthz"))
            assert first.answer() is not None
        yield served
        held.release()


def opened(url: str, **capabilities: Any) -> tuple[str, str]:
    """Open a protocol session of the handshake era and return the headers of its messages."""
    hello = initialize()
    hello["params"]["capabilities"] = capabilities
    session = exchange(url, post(hello)).headers["mcp-session-id"]
    return f"Mcp-Session-Id: {session}", f"Mcp-Protocol-Version: {PROTOCOL}"


def wait_until_nobody_new_is_accepted(url: str) -> None:
    """Wait until new connections are refused, or not answered: those are once the socket is closed."""
    place = urlsplit(url)
    ends = time.monotonic() + LONGEST
    while time.monotonic() < ends:
        try:
            socket.create_connection((place.hostname or "", place.port or 0), timeout=0.2).close()
        except (ConnectionRefusedError, TimeoutError):
            return
    pytest.fail("new connections are still accepted")


def wait_for_end(served: Served) -> int:
    """Wait for the end of the process, which logs no failure, and return its exit status."""
    status = served.process.wait(LONGEST)
    served.stop()
    assert "Traceback" not in served.log()
    assert '"raised"' not in served.log()
    assert KEY not in served.log()
    assert all(json.loads(line)["message"] for line in served.log().splitlines())
    return status


def received(wire: Wire) -> Any:
    """Return the response on a connection, which is then closed."""
    answer = wire.answer()
    assert answer is not None
    assert wire.rest() == b""
    found = answer.json
    return json.loads(found["result"]["content"][0]["text"]) if "result" in found else found


def test_sigterm_lets_calls_of_every_transport_finish(held: HeldResponse) -> None:
    with (
        serving_calls(held, "--rest") as served,
        Wire(served.url) as modern,
        Wire(served.url) as handshake,
        Wire(served.url) as plain,
        Wire(served.url) as stream,
    ):
        modern.send(calling(READ["name"], READ["arguments"]))
        handshake.send(post(message("tools/call", READ), *opened(served.url)))
        plain.send(get(f"/v1/sessions/{SESSION_ID}"))
        stream.send(get("/sse"))
        assert stream.head() is not None
        place = stream.event().decode().partition("data: ")[2].strip()
        for sent in (initialize(), INITIALIZED, message("tools/call", READ)):
            assert exchange(served.url, post(sent, path=place)).status == 202
        for _ in range(4):
            held.wait_for_request()
        served.process.terminate()
        wait_until_nobody_new_is_accepted(served.url)
        held.release()
        for wire in (modern, handshake, plain):
            assert received(wire)["id"] == SESSION_ID
        events = b"".join(iter(stream.event, b""))
        assert (events.count(b"event: message"), SESSION_ID.encode() in events) == (2, True)
        assert stream.rest() == b""
        assert wait_for_end(served) == -signal.SIGTERM


def test_sigint_ends_slow_calls_streams_and_open_confirmations(held: HeldResponse) -> None:
    with (
        serving_calls(held, "--rest", "--confirm", "delete_session") as served,
        Wire(served.url) as reading,
        Wire(served.url) as plain,
        Wire(served.url) as listening,
        Wire(served.url) as older,
        Wire(served.url) as asking,
        Wire(served.url) as idle,
    ):
        session = opened(served.url, elicitation={})
        reading.send(post(message("tools/call", READ), *session))
        plain.send(get(f"/v1/sessions/{SESSION_ID}"))
        for _ in range(2):
            held.wait_for_request()
        question = message("tools/call", {**READ, "name": "delete_session"})
        for wire, sent in (
            (listening, get("/mcp", *session, "Accept: text/event-stream")),
            (older, get("/sse")),
            (asking, post(question, *opened(served.url, elicitation={}))),
        ):
            wire.send(sent)
            assert wire.head() is not None
        assert b"elicitation/create" in asking.event()
        idle.send(get("/healthz"))
        assert idle.answer() is not None

        served.process.send_signal(signal.SIGINT)
        assert idle.rest() == b""
        assert received(reading)["error"]["kind"] == "network"
        stopped = received(plain)
        assert (stopped["status"], stopped["kind"]) == (503, "network")
        for wire in (listening, older, asking):
            assert wire.rest().endswith(b"0\r\n\r\n"), "the stream ends, not only its connection"
        assert wait_for_end(served) == 130


def test_several_workers_let_a_call_finish_too(held: HeldResponse) -> None:
    with serving_calls(held, "--workers", "2") as served, Wire(served.url) as wire:
        wire.send(calling(READ["name"], READ["arguments"]))
        held.wait_for_request()
        served.process.terminate()
        wait_until_nobody_new_is_accepted(served.url)
        held.release()
        assert received(wire)["id"] == SESSION_ID
        wait_for_end(served)
