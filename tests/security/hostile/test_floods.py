"""More of everything than there is room for: who is too much is told when to come again, and nobody else."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from fake_upstream import SESSION_ID
from security.hostile.short_limits import limited
from security.hostile.wire import LONGEST, Answer, Wire, calling, exchange, get, initialize, post
from silent_upstream import SilentUpstream
from vapi_sessions_mcp.http.admission import Room
from vapi_sessions_mcp.http.application import Bounds
from vapi_sessions_mcp.http.http_settings import HttpSettings

if TYPE_CHECKING:
    from collections.abc import Generator

HANGING = calling("get_session", {"id": SESSION_ID})
ROOM = 4


@pytest.fixture
def silence() -> Generator[SilentUpstream]:
    """An upstream that never answers."""
    with SilentUpstream().serving() as upstream:
        yield upstream


@contextmanager
def hanging(silence: SilentUpstream, url: str, count: int, *lines: str) -> Generator[list[Wire]]:
    """Have some calls in flight that are not answered."""
    with ExitStack() as opened:
        wires = [opened.enter_context(Wire(url)) for _ in range(count)]
        for wire in wires:
            wire.send(calling("get_session", {"id": SESSION_ID}, *lines))
            silence.request()
        yield wires


def told_to_come_again(answer: Answer | None) -> bool:
    """Whether there was no room, and when to try again was said."""
    return answer is not None and answer.status == 503 and answer.headers.get("retry-after") == "1"


def test_a_connection_too_many_is_told_and_ended_and_the_others_are_served() -> None:
    with limited(most_connections=ROOM, slowest_head=LONGEST) as url, ExitStack() as opened:
        wires = [opened.enter_context(Wire(url)) for _ in range(ROOM)]
        for wire in wires:
            wire.send(get("/healthz"))
            assert wire.answer() is not None  # by then it is one of those that are there
        for _ in range(20):
            with Wire(url) as late:
                late.send(HANGING)
                assert told_to_come_again(late.answer())
                assert late.rest() == b""
        for wire in wires:
            wire.send(get("/healthz", "Connection: close"))
            answer = wire.answer()
            assert answer is not None
            assert answer.status == 200
            assert wire.rest() == b""
        assert exchange(url, calling("list_sessions", {})).status == 200


def test_a_request_too_many_is_told_and_the_connection_goes_on(silence: SilentUpstream) -> None:
    bounds = Bounds(room=Room(requests=ROOM))
    with (
        limited(bounds=bounds, base_url=silence.url) as url,
        hanging(silence, url, ROOM),
        Wire(url) as late,
    ):
        for _ in range(3):
            late.send(HANGING)
            answer = late.answer()
            assert told_to_come_again(answer)
            assert answer is not None
            assert answer.json["error"]["kind"] == "busy"
        late.send(get("/healthz"))
        answer = late.answer()
        assert answer is not None
        assert answer.status == 200


def test_there_is_room_again_when_a_client_is_gone(silence: SilentUpstream) -> None:
    bounds = Bounds(room=Room(requests=ROOM))
    with limited(bounds=bounds, base_url=silence.url) as url:
        with hanging(silence, url, ROOM):
            assert told_to_come_again(exchange(url, HANGING))
        for _ in range(ROOM):
            silence.hang_up()
        with hanging(silence, url, ROOM):
            assert told_to_come_again(exchange(url, HANGING))


def test_one_caller_leaves_room_for_another(silence: SilentUpstream) -> None:
    http = HttpSettings(credentials="header")
    bounds = Bounds(room=Room(requests=ROOM, streams=ROOM))
    greedy, other = "X-Vapi-Key: the-key-of-greedy", "X-Vapi-Key: the-key-of-other"
    with (
        limited(http, bounds, base_url=silence.url) as url,
        hanging(silence, url, ROOM // 2, greedy),
    ):
        answer = exchange(url, calling("get_session", {"id": SESSION_ID}, greedy))
        assert told_to_come_again(answer)
        assert "This caller" in answer.json["error"]["message"]
        with hanging(silence, url, ROOM // 2, other):
            full = exchange(url, calling("get_session", {"id": SESSION_ID}, "X-Vapi-Key: of-a-third"))
            assert told_to_come_again(full)
            assert "the server" in full.json["error"]["message"].lower()


def test_streams_have_room_of_their_own() -> None:
    with limited(bounds=Bounds(room=Room(requests=1, streams=1))) as url, Wire(url) as stream:
        stream.send(get("/sse"))
        opened = stream.head()
        assert opened is not None
        assert opened.status == 200
        assert told_to_come_again(exchange(url, get("/sse")))
        assert exchange(url, post(initialize())).status == 200
