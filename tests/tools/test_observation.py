"""An observer is informed of every request, may add headers, and its faults affect no call."""

from __future__ import annotations

import gzip
import ssl
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from fake_upstream import SESSION_ID, FakeUpstream, close_without_response, raw_response, raw_server
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.connection_failure import connection_failure
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.request import Request
from vapi_sessions_tools.errors import NetworkError
from vapi_sessions_tools.observation import how_it_failed
from vapi_sessions_tools.retry import RetryPolicy
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from fake_upstream import Connection
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.observation import Attempt

KEY = Credential("vapi-private-key")
ONCE = RetryPolicy(attempts=1)
AT_ONCE = RetryPolicy(first_pause=0)
GET = Request(method="GET", path="/session/x", template="/session/{id}")
OK = raw_response("200 OK")


class Notes:
    """Records the attempts that ended, and how many calls waited at the same time."""

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


async def observe(*plays: Connection, retry: RetryPolicy = ONCE) -> list[Attempt]:
    """Return the attempts of a call."""
    notes = Notes()
    async with raw_server(*plays) as server, Client(server.url, retry=retry, observer=notes) as client:
        with suppress(NetworkError):
            await client.send(GET, KEY, deadline=60)
    assert notes.running == 0
    return notes.ended


async def test_every_attempt_is_reported_with_its_end() -> None:
    ended = await observe(raw_response("503 No"), close_without_response, OK, retry=AT_ONCE)
    assert [(attempt.number, attempt.status, attempt.failure) for attempt in ended] == [
        (1, 503, None),
        (2, None, "lost"),
        (3, 200, None),
    ]
    assert {(attempt.method, attempt.template) for attempt in ended} == {("GET", "/session/{id}")}
    assert all(attempt.seconds > 0 for attempt in ended)


@pytest.mark.parametrize(
    ("play", "failure"),
    [
        (raw_response("200 OK", gzip.compress(bytes(3_000)), "content-encoding: gzip"), "too_long"),
        (raw_response("200 OK", b"no gzip", "content-encoding: gzip"), "other"),
    ],
    ids=["too long", "undecodable"],
)
async def test_a_failure_has_a_kind(play: Connection, failure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vapi_sessions_tools.exchange.LARGEST_ANSWER", 2_000)
    (attempt,) = await observe(play)
    assert (attempt.status, attempt.failure) == (None, failure)


@pytest.mark.parametrize("failure", ["connect", "tls"])
def test_a_refused_connection_and_a_distrusted_one_differ(failure: str) -> None:
    error, distrusted = httpx.ConnectError("what happened"), ssl.SSLError()
    distrusted.reason = "CERTIFICATE_VERIFY_FAILED"
    error.__context__ = distrusted if failure == "tls" else None
    assert how_it_failed(error, connection_failure(error, "https://api.example", sent=False)) == failure


@pytest.mark.parametrize(
    ("ending", "failure"), [("deadline", "timeout"), ("cancellation", "cancelled"), ("bug", "other")]
)
async def test_the_end_of_a_request_without_a_response_is_reported(ending: str, failure: str) -> None:
    notes, requested = Notes(), anyio.Event()

    async def respond(_request: httpx.Request) -> httpx.Response:
        requested.set()
        if ending != "bug":
            await anyio.sleep_forever()
        raise LookupError("a bug")

    transport = httpx.MockTransport(respond)
    async with Client("http://localhost", transport=transport, observer=notes) as client:

        async def call() -> None:
            with suppress(NetworkError, LookupError):
                await client.send(GET, KEY, deadline=0.05 if ending == "deadline" else 60)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call)
            if ending == "cancellation":
                await requested.wait()
                tasks.cancel_scope.cancel()
    assert [(attempt.status, attempt.failure) for attempt in notes.ended] == [(None, failure)]


OURS = ("Authorization", "ACCEPT", "Content-Type", "user-agent", "Host", "cookie", "Content-Length")
WRONG: list[Any] = [{"a b": "x"}, {"x": "a\r\nb: c"}, {"x": "ä"}, {"x": 5}, {5: "x"}, ["x"], 7, {"": "x"}]


@pytest.mark.parametrize(
    ("headers", "body", "added"),
    [
        ({"traceparent": "00-0af7"}, None, {"traceparent": "00-0af7"}),
        *((dict.fromkeys(OURS, "theirs"), body, {}) for body in (None, b"{}")),
        *((headers, None, {}) for headers in WRONG),
    ],
    ids=str,
)
async def test_an_observer_may_add_headers_but_neither_replace_ours_nor_break_a_request(
    upstream: FakeUpstream, headers: Any, body: bytes | None, added: dict[str, str]
) -> None:
    transport = httpx.ASGITransport(upstream)
    request = Request(method="POST" if body else "GET", path="/session/x", body=body)
    for given in (None, headers):
        async with Client("http://localhost", transport=transport, observer=Notes(given)) as client:
            assert (await client.send(request, KEY, deadline=60)).is_success
    plain, seen = upstream.requests
    assert seen.headers == {**plain.headers, **added}


class Unusable(nullcontext[None]):
    """Fails when it is asked for a context, when that is entered, or when it is left."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self._where = where

    def attempt(self, attempt: Attempt) -> AbstractContextManager[Any]:
        del attempt
        return self.waiting()

    def waiting(self) -> AbstractContextManager[Any]:
        self._fail_in("call")
        return None if self._where == "nothing" else self  # type: ignore[return-value]

    def _fail_in(self, where: str) -> None:
        if self._where == where:
            raise RuntimeError("vapi-private-key")

    def __enter__(self) -> None:
        self._fail_in("enter")

    def __exit__(self, *_: object) -> None:
        self._fail_in("exit")


@pytest.mark.parametrize("where", ["call", "enter", "exit", "nothing"])
async def test_a_broken_observer_breaks_no_call(
    where: str, upstream: FakeUpstream, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        Client(
            "http://localhost",
            transport=httpx.ASGITransport(upstream),
            most_in_flight=1,
            observer=Unusable(where),
        ) as client,
        anyio.create_task_group() as tasks,
    ):
        for _ in range(3):
            tasks.start_soon(lambda: client.send(GET, KEY, deadline=60))
    assert len(upstream.requests) == 3
    assert "an observer failed" in caplog.text
    assert "vapi-private-key" not in caplog.text


async def test_the_error_of_a_call_is_raised_past_a_broken_observer() -> None:
    async with (
        raw_server(close_without_response) as server,
        Client(server.url, retry=ONCE, observer=Unusable("exit")) as client,
    ):
        with pytest.raises(NetworkError, match="broke"):
            await client.send(GET, KEY, deadline=60)


async def test_calls_that_wait_for_their_turn_are_reported() -> None:
    async def respond(_request: httpx.Request) -> httpx.Response:
        await anyio.wait_all_tasks_blocked()
        return httpx.Response(200)

    notes, transport = Notes(), httpx.MockTransport(respond)
    async with (
        Client("http://localhost", transport=transport, most_in_flight=1, observer=notes) as client,
        anyio.create_task_group() as tasks,
    ):
        for _ in range(5):
            tasks.start_soon(lambda: client.send(GET, KEY, deadline=60))
    assert (notes.most_waiters, notes.waiters, len(notes.ended)) == (4, 0, 5)


async def test_the_template_of_a_tools_call_has_no_id(contract: Contract, upstream: FakeUpstream) -> None:
    notes, transport = Notes(), httpx.ASGITransport(upstream)
    toolset = Toolset(contract, lambda: Client("http://localhost", transport=transport, observer=notes))
    await toolset.call("get_session", {"id": SESSION_ID}, KEY)
    assert [attempt.template for attempt in notes.ended] == ["/session/{id}"]
