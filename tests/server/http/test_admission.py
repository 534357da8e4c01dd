"""Room: so many at once, and none the worse for those before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import anyio
import pytest

from vapi_sessions_mcp.caller import Caller
from vapi_sessions_mcp.http.admission import Admission, Room
from vapi_sessions_tools.credential import Credential

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from server.http.conftest import Asking, Innermost


def coming_from(owner: str | None, app: ASGIApp) -> ASGIApp:
    """Return an application whose requests are all one caller's."""

    async def known(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = {"caller": Caller(Credential("key"), owner)}
        await app(scope, receive, send)

    return known


class Lasting:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.served = 0
        self.go_on = anyio.Event()

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        self.served += 1
        await self.go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})


async def test_there_is_room_for_so_many_and_again_when_they_are_gone(ask: Asking) -> None:
    lasting = Lasting()
    app = coming_from(None, Admission(lasting, Room(requests=2, streams=1)))
    async with anyio.create_task_group() as tasks:
        for method in ("POST", "DELETE", "GET"):
            tasks.start_soon(partial(ask, app, method=method))
        while lasting.served < 3:
            await anyio.lowlevel.checkpoint()
        for method, kind in (("POST", "requests"), ("GET", "streams")):
            answer = await ask(app, method=method)
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "1"
            assert kind in answer.json()["error"]["message"]
        lasting.go_on.set()
    assert (await ask(app, method="POST")).status_code == 200
    assert (await ask(app)).status_code == 200


@pytest.mark.parametrize(("room", "share"), [(4, 2), (5, 2), (1, 1)])
async def test_one_caller_has_half_of_it(ask: Asking, room: int, share: int) -> None:
    lasting = Lasting()
    admission = Admission(lasting, Room(requests=room))
    one, other = coming_from("one", admission), coming_from("other", admission)
    async with anyio.create_task_group() as tasks:
        for _ in range(share):
            tasks.start_soon(partial(ask, one, method="POST"))
        while lasting.served < share:
            await anyio.lowlevel.checkpoint()
        assert (await ask(one, method="POST")).status_code == 503
        lasting.go_on.set()
        if room > share:
            assert (await ask(other, method="POST")).status_code == 200


async def test_a_request_that_fails_leaves_its_place(ask: Asking) -> None:
    async def failing(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError

    app = coming_from("one", Admission(failing, Room(requests=2)))
    for _ in range(5):
        with pytest.raises(RuntimeError):
            await ask(app, method="POST")


async def test_whoever_else_has_no_room_says_when_to_come_again(ask: Asking) -> None:
    async def full(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body"})

    answer = await ask(coming_from(None, Admission(full, Room())), method="POST")
    assert answer.headers["retry-after"] == "1"


async def test_other_answers_are_left_alone(ask: Asking, innermost: Innermost) -> None:
    answer = await ask(coming_from(None, Admission(innermost, Room())))
    assert "retry-after" not in answer.headers


async def test_an_answer_that_says_when_to_come_again_says_it_once(ask: Asking) -> None:
    async def full(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 503, "headers": [(b"retry-after", b"9")]})
        await send({"type": "http.response.body"})

    answer = await ask(coming_from(None, Admission(full, Room())), method="POST")
    assert answer.headers.get_list("retry-after") == ["9"]


async def test_reading_over_plain_http_is_no_stream(ask: Asking) -> None:
    app = coming_from(None, Admission(Lasting(), Room(requests=0, streams=0)))
    assert "streams" in (await ask(app, path="/mcp")).json()["error"]["message"]
    assert "requests" in (await ask(app, path="/v1/things")).json()["detail"]
