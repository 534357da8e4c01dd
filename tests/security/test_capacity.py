"""More requests and streams than there is capacity for, and bodies that never come."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from fake_upstream import SESSION_ID, FakeUpstream, HeldResponse, serving
from in_process import http_server
from security.wire import Answer, Wire, calling, exchange, get, head, modern
from server_process import LONGEST
from vapi_sessions_mcp.http.admission import Room
from vapi_sessions_mcp.http.application import Bounds

if TYPE_CHECKING:
    from collections.abc import Generator

CAPACITY = 4
READ = ("get_session", {"id": SESSION_ID})


@pytest.fixture
def held() -> HeldResponse:
    return HeldResponse()


@pytest.fixture
def api(held: HeldResponse) -> Generator[str]:
    with serving(FakeUpstream(held)) as url:
        yield url
        held.release()


def assert_busy(answer: Answer | None, words: str) -> None:
    assert answer is not None
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert answer.json["error"]["kind"] == "busy"
    assert words in answer.json["error"]["message"]


def test_requests_above_the_capacity_and_a_callers_half_are_refused_until_others_have_ended(
    held: HeldResponse, api: str
) -> None:
    flags = ("--base-url", api, "--credentials", "header")
    ada, bob, cleo = (f"X-Vapi-Key: key-of-{name}" for name in ("ada", "bob", "cleo"))
    with (
        http_server(*flags, bounds=Bounds(room=Room(requests=CAPACITY))) as url,
        ExitStack() as opened,
        Wire(url) as late,
    ):
        wires = [opened.enter_context(Wire(url)) for _ in range(CAPACITY)]
        for number, wire in enumerate(wires):
            if number == CAPACITY // 2:
                assert_busy(exchange(url, calling(*READ, ada)), "This caller")
            wire.send(calling(*READ, ada if number < CAPACITY // 2 else bob))
            held.wait_for_request()
        for _ in range(3):  # the connection stays open
            late.send(calling(*READ, cleo))
            assert_busy(late.answer(), "The server")
        assert exchange(url, get("/healthz")).status == 200
        wires[0].socket.close()
        held.wait_for_disconnect()
        ends = time.monotonic() + LONGEST
        while exchange(url, modern("tools/list", None, cleo)).status == 503:
            assert time.monotonic() < ends, "the capacity is not free again"
        held.release()
        assert [wire.status() for wire in wires[1:]] == [200] * (CAPACITY - 1)


def test_body_that_does_not_come_in_time_ends_the_connection() -> None:
    with http_server(bounds=Bounds(slowest_body=0.1)) as url, Wire(url) as wire:
        wire.send(head("POST /mcp HTTP/1.1", "Content-Length: 100") + b"{")
        answer = wire.answer()
        assert answer is not None
        assert (answer.status, answer.json["error"]["kind"]) == (408, "too_slow")
        assert wire.rest() == b""


def test_shipped_bounds() -> None:
    bounds = Bounds()
    assert (bounds.largest_body, bounds.slowest_body) == (4 * 1024 * 1024, 30.0)
    assert (bounds.room.requests, bounds.room.streams) == (256, 500)
