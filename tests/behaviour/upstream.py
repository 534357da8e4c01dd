"""One API for all transports: the emulator, unless an answer is prepared; what reaches it is written down."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from starlette.responses import Response

from recording_upstream import Recorded, RecordingUpstream
from server_process import LONGEST

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class StoryUpstream(RecordingUpstream):
    """Answers as the API does, or as was prepared.

    Args:
        emulator: Answers what nothing is prepared for.
    """

    def __init__(self, emulator: ASGIApp) -> None:
        super().__init__()
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write a request down and answer it."""
        if self.answers:
            await super().__call__(scope, receive, send)
            return
        body = await _whole_body(receive)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        recorded = Recorded(scope["method"], scope["path"], scope["query_string"].decode(), headers, body)
        self.requests.append(recorded)

        async def replay() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await self._emulator(scope, replay, send)


class Hanging(Response):
    """An answer that never comes; whoever waited for it is seen to leave."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = threading.Event()
        self._left = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer nothing until the caller is gone."""
        assert scope["type"] == "http"
        assert send is not None
        self._asked.set()
        while (await receive())["type"] != "http.disconnect":
            pass
        self._left.set()

    def wait_until_asked(self) -> None:
        """Wait until a request is here."""
        assert self._asked.wait(LONGEST)

    def wait_until_left(self) -> None:
        """Wait until whoever made it has given it up."""
        assert self._left.wait(LONGEST)


class Severed(Response):
    """An answer whose connection breaks in the middle of it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin to answer, and no more."""
        assert scope["type"] == "http"
        assert receive is not None
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"id": "', "more_body": True})


async def _whole_body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)
