"""A fake of the API that the tools call: records requests and sends the responses that a test prepares.

`FakeUpstream` is an ASGI application: use it in this process through `httpx.ASGITransport`, or on a real port
through `serving`. It validates nothing, so whatever is refused was refused by our code. For responses that no
HTTP library would send, `raw_server` plays one function per connection on a real socket.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.requests import Request
from starlette.responses import Response

from server_process import LONGEST

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Connection = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

SESSION_ID = "0197f3c2-1111-4222-8333-444455556666"


def session(**fields: Any) -> dict[str, Any]:
    """Return a session as the API sends it."""
    return {
        "id": SESSION_ID,
        "orgId": "7b2f6d1e-0c1f-4f52-9b2e-55d5a0a1c001",
        "createdAt": "2026-07-28T09:00:00.000Z",
        "updatedAt": "2026-07-28T09:05:00.000Z",
        "status": "active",
        **fields,
    }


def page(*sessions: dict[str, Any], limit: int = 20, total: int | None = None) -> dict[str, Any]:
    """Return a page of sessions as the API sends it."""
    count = len(sessions) if total is None else total
    return {
        "results": list(sessions),
        "metadata": {"itemsPerPage": limit, "totalItems": count, "currentPage": 1},
    }


@dataclass
class RecordedRequest:
    """One request as it arrived; the path as it was sent, with its percent-encoding."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class FakeUpstream:
    """Records every request and sends the prepared responses in turn, then the default one.

    Args:
        default: Responds when no response is prepared; by default with a session, or with a page of one.
    """

    def __init__(self, default: ASGIApp | None = None) -> None:
        self.default = default
        self.responses: list[ASGIApp] = []
        self.requests: list[RecordedRequest] = []

    def respond(self, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Prepare the next response: JSON, or bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        media = {"content-type": "application/json; charset=utf-8"}
        self.responses.append(Response(raw, status, {**media, **(headers or {})}))

    @property
    def changes(self) -> list[RecordedRequest]:
        """The requests that change something. A confirmation reads the session before."""
        return [request for request in self.requests if request.method != "GET"]

    def reset(self) -> None:
        """Drop the recorded requests and the prepared responses."""
        self.requests.clear()
        self.responses.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Record a request and respond to it."""
        request = Request(scope, receive)
        path = scope.get("raw_path", scope["path"].encode()).split(b"?")[0].decode()
        body = await request.body()
        self.requests.append(
            RecordedRequest(request.method, path, request.url.query, dict(request.headers), body)
        )
        pending = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive_again() -> Message:
            return next(pending, None) or await receive()

        response = self.responses.pop(0) if self.responses else self.default or _accept(request)
        await response(scope, receive_again, send)


def _accept(request: Request) -> Response:
    listing = request.method == "GET" and request.url.path == "/session"
    body = json.dumps(page(session()) if listing else session())
    status = 201 if request.method == "POST" else 200
    return Response(body, status, {"content-type": "application/json; charset=utf-8"})


class HeldResponse:
    """A response that is sent only after `release`; prepare it like any other, or use it as the default.

    Args:
        response: Sent after the release; a session when left out.
    """

    def __init__(self, response: ASGIApp | None = None) -> None:
        self._response = response
        self._requested = threading.Semaphore(0)
        self._disconnected = threading.Event()
        self._released = False
        self._waits: list[threading.Event] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the release or for the end of the connection."""
        wait = threading.Event()
        self._waits.append(wait)
        if self._released:
            wait.set()
        self._requested.release()
        await receive()  # the buffered body comes first
        leaving = asyncio.create_task(self._watch(receive, wait))
        await asyncio.to_thread(wait.wait, LONGEST)
        leaving.cancel()
        if self._released:
            await (self._response or _accept(Request(scope)))(scope, receive, send)

    async def _watch(self, receive: Receive, wait: threading.Event) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._disconnected.set()
        wait.set()

    def wait_for_request(self) -> None:
        """Block until a request is here."""
        assert self._requested.acquire(timeout=LONGEST), "no request came"

    def wait_for_disconnect(self) -> None:
        """Block until a client closes its connection."""
        assert self._disconnected.wait(LONGEST), "the client still waits"

    def release(self) -> None:
        """Send the responses that are held."""
        self._released = True
        for wait in self._waits:
            wait.set()


async def severed_response(scope: Scope, receive: Receive, send: Send) -> None:
    """Send less than the announced length: the server then closes the connection."""
    assert scope["type"] == "http"
    assert receive is not None
    headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"id": "', "more_body": True})


@contextmanager
def serving(application: ASGIApp) -> Generator[str]:
    """Serve an application on a free loopback port; yields its URL."""
    config = uvicorn.Config(application, log_level="error", lifespan="off", date_header=True)
    with socket.create_server(("127.0.0.1", 0)) as listener, serving_config(config, listener) as url:
        yield url


@contextmanager
def serving_config(config: uvicorn.Config, listener: socket.socket) -> Generator[str]:
    """Serve what a uvicorn configuration names, in a thread; yields its URL."""
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(LONGEST)


def raw_response(status: str, body: bytes = b"{}", *headers: str) -> Connection:
    """Respond to one request, then close."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers]

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return respond


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """Read one request with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().splitlines() if line.startswith(b"content-length")]
    return head + await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)


async def no_response(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Read until the client closes, and never respond."""
    while await reader.read(65_536):
        pass


async def close_without_response(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Read the request and close."""
    await read_request(reader)


async def reset_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the request and reset the connection."""
    await read_request(reader)
    plain: socket.socket = writer.get_extra_info("socket")
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def incomplete_response(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Announce more of a body than is sent."""
    await read_request(reader)
    writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"id": ')
    await writer.drain()


class RawServer:
    """Counts the connections of a raw server.

    Args:
        plays: One for each connection in turn; the last one repeats.
    """

    def __init__(self, plays: list[Connection]) -> None:
        self._plays = plays
        self._running: dict[asyncio.Task[None] | None, asyncio.StreamWriter] = {}
        self.connections = 0
        self.url = ""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Play one connection."""
        play = self._plays[min(self.connections, len(self._plays) - 1)]
        self.connections += 1
        self._running[asyncio.current_task()] = writer
        try:
            await play(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def aclose(self) -> None:
        """End what still runs and wait until every connection is closed."""
        for task, writer in self._running.items():
            with suppress(AttributeError):  # from a TLS transport of Python 3.11 that is closed already
                writer.transport.abort()
            if task is not None:
                task.cancel()
        tasks = [task for task in self._running if task is not None]
        closed = [writer.wait_closed() for writer in self._running.values()]
        await asyncio.gather(*tasks, *closed, return_exceptions=True)


@asynccontextmanager
async def raw_server(*plays: Connection, tls: ssl.SSLContext | None = None) -> AsyncGenerator[RawServer]:
    """Play connections on a free loopback port."""
    raw = RawServer(list(plays))
    server = await asyncio.start_server(raw.handle, "127.0.0.1", 0, ssl=tls)
    raw.url = f"{'https://localhost' if tls else 'http://127.0.0.1'}:{server.sockets[0].getsockname()[1]}"
    try:
        yield raw
    finally:
        for _ in range(10):
            await asyncio.sleep(0)  # asyncio leaks a connection whose server closes before its handler runs
        server.close()
        await raw.aclose()
