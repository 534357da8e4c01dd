"""An observer is told of every request, may send headers along, and does no harm."""

from __future__ import annotations

import gzip
import ssl
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import httpx
import pytest
import trustme

from fake_upstream import (
    SESSION_ID,
    FakeUpstream,
    close_without_response,
    incomplete_response,
    no_response,
    raw_response,
    raw_server,
    reset_connection,
)
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.request import Request
from vapi_sessions_tools.errors import NetworkError
from vapi_sessions_tools.retry import RetryPolicy
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from fake_upstream import Connection
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.observation import Attempt, Observer

KEY = Credential("vapi-private-key")
ONCE = RetryPolicy(attempts=1)
AT_ONCE = RetryPolicy(first_pause=0)
GET = Request(method="GET", path="/session/x", template="/session/{id}")
FINE = raw_response("200 OK")


class Notes:
    """Writes down what it is told."""

    def __init__(self, headers: Any = None) -> None:
        self.headers = headers
        self.ended: list[Attempt] = []
        self.running = 0
        self.waiters = 0
        self.most_waiters = 0

    @contextmanager
    def attempt(self, attempt: Attempt) -> Generator[Mapping[str, str]]:
        assert (attempt.status, attempt.failure) == (None, None)
        self.running += 1
        yield self.headers
        self.running -= 1
        self.ended.append(attempt)

    @contextmanager
    def waiting(self) -> Generator[None]:
        self.waiters += 1
        self.most_waiters = max(self.most_waiters, self.waiters)
        yield
        self.waiters -= 1


async def told(*behaviours: Connection, deadline: float = 5.0, retry: RetryPolicy = ONCE) -> list[Attempt]:
    """Return what an observer is told of a call."""
    notes = Notes()
    async with raw_server(*behaviours) as script, Client(script.url, retry=retry, observer=notes) as client:
        with suppress(NetworkError):
            await client.send(GET, KEY, deadline=deadline)
    assert notes.running == 0
    return notes.ended


async def test_every_attempt_is_told_with_its_end() -> None:
    ended = await told(raw_response("503 No"), close_without_response, FINE, retry=AT_ONCE)
    assert [(attempt.number, attempt.status, attempt.failure) for attempt in ended] == [
        (1, 503, None),
        (2, None, "lost"),
        (3, 200, None),
    ]
    assert {(attempt.method, attempt.template) for attempt in ended} == {("GET", "/session/{id}")}
    assert all(0 < attempt.seconds < 5 for attempt in ended)


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        (close_without_response, "lost"),
        (reset_connection, "lost"),
        (incomplete_response, "lost"),
        (raw_response("200 OK", gzip.compress(bytes(65_000_000), 1), "content-encoding: gzip"), "too_long"),
        (raw_response("200 OK", b"no gzip", "content-encoding: gzip"), "other"),
    ],
)
async def test_a_failure_is_told_in_a_word(behaviour: Connection, failure: str) -> None:
    (attempt,) = await told(behaviour)
    assert (attempt.status, attempt.failure) == (None, failure)


async def test_a_deadline_that_passes_is_a_timeout() -> None:
    (attempt,) = await told(no_response, deadline=0.1)
    assert attempt.failure == "timeout"
    assert attempt.seconds > 0.05


async def test_a_refused_connection_and_a_distrusted_one_are_told_apart() -> None:
    notes, server_tls = Notes(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = trustme.CA().issue_cert("localhost")
    certificate.configure_cert(server_tls)  # pyright: ignore[reportUnknownMemberType]
    async with raw_server(FINE) as gone:
        pass
    async with raw_server(FINE, tls=server_tls) as distrusted:
        for url in (gone.url, distrusted.url):
            async with Client(url, retry=ONCE, observer=notes) as client:
                with pytest.raises(NetworkError):
                    await client.send(GET, KEY, deadline=5)
    assert [attempt.failure for attempt in notes.ended] == ["connect", "tls"]


async def test_a_cancelled_call_is_told_as_such() -> None:
    notes = Notes()
    async with (
        raw_server(no_response) as script,
        Client(script.url, observer=notes) as client,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(lambda: client.send(GET, KEY, deadline=30))
        with anyio.fail_after(5):
            while not script.connections:
                await anyio.lowlevel.checkpoint()
        tasks.cancel_scope.cancel()
    assert [attempt.failure for attempt in notes.ended] == ["cancelled"]


async def test_a_bug_below_is_raised_and_told() -> None:
    async def broken(*_: object) -> None:
        raise LookupError("a bug")

    notes = Notes()
    async with Client("http://localhost", transport=httpx.ASGITransport(broken), observer=notes) as client:
        with pytest.raises(LookupError):
            await client.send(GET, KEY, deadline=5)
    assert [attempt.failure for attempt in notes.ended] == ["other"]


async def seen(upstream: FakeUpstream, observer: Observer, request: Request = GET) -> dict[str, str]:
    """Return the headers that reach the API."""
    transport = httpx.ASGITransport(upstream)
    async with Client("http://localhost", transport=transport, retry=AT_ONCE, observer=observer) as client:
        assert (await client.send(request, KEY, deadline=5)).is_success
    return upstream.requests[-1].headers


async def test_an_observer_may_send_headers_along(upstream: FakeUpstream) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = await seen(upstream, Notes({"traceparent": trace}))
    assert headers["traceparent"] == trace


@pytest.mark.parametrize("body", [None, b"{}"])
async def test_an_observer_cannot_change_our_headers(upstream: FakeUpstream, body: bytes | None) -> None:
    method = "POST" if body else "GET"
    request = Request(method=method, path="/session/x", body=body)
    plain = await seen(upstream, Notes(), request)
    names = ("Authorization", "ACCEPT", "Content-Type", "user-agent", "Host", "cookie", "Content-Length")
    assert await seen(upstream, Notes(dict.fromkeys(names, "mine")), request) == plain


@pytest.mark.parametrize(
    "headers",
    [{"a b": "x"}, {"x": "a\r\nb: c"}, {"x": "ä"}, {"x": 5}, {5: "x"}, ["x"], 7, {"": "x"}],
    ids=str,
)
async def test_headers_that_cannot_be_sent_are_left_out(upstream: FakeUpstream, headers: Any) -> None:
    plain = await seen(upstream, Notes())
    assert await seen(upstream, Notes(headers)) == plain


class Unusable:
    """Fails when it is asked for a context, when that is entered, or when it is left."""

    def __init__(self, where: str) -> None:
        self._where = where

    def _context(self) -> AbstractContextManager[Any]:
        if self._where == "nothing":
            return None  # type: ignore[return-value]
        if self._where == "call":
            raise RuntimeError("vapi-private-key")
        return Breaking(self._where)

    def attempt(self, attempt: Attempt) -> AbstractContextManager[Any]:
        del attempt
        return self._context()

    def waiting(self) -> AbstractContextManager[Any]:
        return self._context()


class Breaking(nullcontext[None]):
    """A context that fails."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self._where = where

    def __enter__(self) -> None:
        if self._where == "enter":
            raise RuntimeError("vapi-private-key")

    def __exit__(self, *_: object) -> None:
        raise RuntimeError("vapi-private-key")


@pytest.mark.parametrize("where", ["call", "enter", "exit", "nothing"])
async def test_a_broken_observer_breaks_no_call(where: str, caplog: pytest.LogCaptureFixture) -> None:
    async with (
        raw_server(FINE) as script,
        Client(script.url, most_in_flight=1, observer=Unusable(where)) as client,
        anyio.create_task_group() as tasks,
    ):
        for _ in range(3):
            tasks.start_soon(lambda: client.send(GET, KEY, deadline=5))
    assert script.connections == 3
    assert "an observer failed" in caplog.text
    assert "vapi-private-key" not in caplog.text


async def test_what_a_failing_call_raises_is_raised_past_a_broken_observer() -> None:
    observer = Unusable("exit")
    async with (
        raw_server(close_without_response) as script,
        Client(script.url, retry=ONCE, observer=observer) as client,
    ):
        with pytest.raises(NetworkError, match="broke"):
            await client.send(GET, KEY, deadline=5)


async def test_calls_that_wait_for_their_share_are_told() -> None:
    notes = Notes()
    async with (
        raw_server(FINE) as script,
        Client(script.url, most_in_flight=1, observer=notes) as client,
        anyio.create_task_group() as tasks,
    ):
        for _ in range(5):
            tasks.start_soon(lambda: client.send(GET, KEY, deadline=5))
    assert (notes.most_waiters, notes.waiters, len(notes.ended)) == (4, 0, 5)


async def test_a_tools_call_is_told_by_its_operation_and_not_by_its_id(
    contract: Contract, upstream: FakeUpstream
) -> None:
    notes, transport = Notes(), httpx.ASGITransport(upstream)
    toolset = Toolset(contract, lambda: Client("http://localhost", transport=transport, observer=notes))
    await toolset.call("get_session", {"id": SESSION_ID}, KEY)
    await toolset.aclose()
    assert [attempt.template for attempt in notes.ended] == ["/session/{id}"]
