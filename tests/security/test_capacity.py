"""More requests and streams than there is capacity for, and bodies that never come."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
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


@contextmanager
def hanging(held: HeldResponse, url: str, count: int, *lines: str) -> Generator[list[Wire]]:
    """Have some calls in flight whose API does not respond."""
    with ExitStack() as opened:
        wires = [opened.enter_context(Wire(url)) for _ in range(count)]
        for wire in wires:
            wire.send(calling(*READ, *lines))
            held.wait_for_request()
        yield wires


def assert_busy(answer: Answer | None) -> None:
    assert answer is not None
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert answer.json["error"]["kind"] == "busy"


def test_request_above_the_capacity_is_refused_until_another_has_ended(held: HeldResponse, api: str) -> None:
    flags = ("--base-url", api)
    with (
        http_server(*flags, bounds=Bounds(room=Room(requests=CAPACITY))) as url,
        hanging(held, url, CAPACITY) as wires,
        Wire(url) as late,
    ):
        for _ in range(3):
            late.send(calling(*READ))
            assert_busy(late.answer())
        assert exchange(url, get("/healthz")).status == 200
        wires[0].socket.close()
        held.wait_for_disconnect()
        ends = time.monotonic() + LONGEST
        while exchange(url, modern("tools/list")).status == 503:
            assert time.monotonic() < ends, "the capacity is not free again"
        held.release()
        assert [wire.status() for wire in wires[1:]] == [200] * (CAPACITY - 1)


def test_one_caller_leaves_capacity_for_another(held: HeldResponse, api: str) -> None:
    flags = ("--base-url", api, "--credentials", "header")
    with (
        http_server(*flags, bounds=Bounds(room=Room(requests=CAPACITY))) as url,
        hanging(held, url, CAPACITY // 2, "X-Vapi-Key: key-of-ada"),
    ):
        answer = exchange(url, calling(*READ, "X-Vapi-Key: key-of-ada"))
        assert_busy(answer)
        assert "This caller" in answer.json["error"]["message"]
        with hanging(held, url, CAPACITY // 2, "X-Vapi-Key: key-of-bob"):
            full = exchange(url, calling(*READ, "X-Vapi-Key: key-of-cleo"))
            assert_busy(full)
            assert "The server" in full.json["error"]["message"]


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
