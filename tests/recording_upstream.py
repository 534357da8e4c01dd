"""An upstream that accepts everything and writes it down: what reaches it was really sent.

It judges nothing, so a refusal proven against it is a refusal of ours. As an ASGI application it runs
in this process; `serving` puts any application on a real port of this machine.
"""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.requests import Request
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Generator

    from starlette.types import ASGIApp, Receive, Scope, Send

SESSION_ID = "0197f3c2-1111-4222-8333-444455556666"


def session(**fields: Any) -> dict[str, Any]:
    """Return a session as the API answers it."""
    return {
        "id": SESSION_ID,
        "orgId": "7b2f6d1e-0c1f-4f52-9b2e-55d5a0a1c001",
        "createdAt": "2026-07-28T09:00:00.000Z",
        "updatedAt": "2026-07-28T09:05:00.000Z",
        "status": "active",
        **fields,
    }


@dataclass
class Recorded:
    """One request as it arrived."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class RecordingUpstream:
    """Answers every request the same way, or with the prepared answers in turn.

    Args:
        answers: What to answer next, each once; after the last a session is answered.
    """

    answers: list[Response] = field(default_factory=list["Response"])
    requests: list[Recorded] = field(default_factory=list["Recorded"])

    def answer(self, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Prepare the next answer: JSON, or bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        media = {"content-type": "application/json; charset=utf-8"}
        self.answers.append(Response(raw, status, {**media, **(headers or {})}))

    @property
    def changes(self) -> list[Recorded]:
        """The requests that do more than read: a question about a call reads what the call is about."""
        return [request for request in self.requests if request.method != "GET"]

    def forget(self) -> None:
        """Have seen nothing, and answer as at first."""
        self.requests.clear()
        self.answers.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write a request down and answer it."""
        request = Request(scope, receive)
        raw_path = scope.get("raw_path", scope["path"].encode()).split(b"?")[0].decode()
        self.requests.append(
            Recorded(request.method, raw_path, request.url.query, dict(request.headers), await request.body())
        )
        if not self.answers:
            page = {
                "results": [session()],
                "metadata": {"itemsPerPage": 20, "totalItems": 1, "currentPage": 1},
            }
            listing = request.method == "GET" and request.url.path == "/session"
            self.answer(page if listing else session(), 201 if request.method == "POST" else 200)
        await self.answers.pop(0)(scope, receive, send)


@contextmanager
def serving(application: ASGIApp) -> Generator[str]:
    """Serve an application on a free port of this machine; the address is given."""
    config = uvicorn.Config(application, log_level="error", lifespan="off", date_header=True)
    with socket.create_server(("127.0.0.1", 0)) as listener, configured(config, listener) as url:
        yield url


@contextmanager
def configured(config: uvicorn.Config, listener: socket.socket) -> Generator[str]:
    """Serve what a configuration says in a thread; the address is given.

    Args:
        config: What is served, and how.
        listener: Where it is.
    """
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
