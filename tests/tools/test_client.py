"""Requests on real connections: what is sent, what is repeated, and which error each failure becomes."""

from __future__ import annotations

import gzip
import os
import ssl
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
import trustme

from fake_upstream import (
    FakeUpstream,
    close_without_response,
    incomplete_response,
    no_response,
    raw_response,
    raw_server,
    reset_connection,
    session,
)
from vapi_sessions_tools import connections
from vapi_sessions_tools.client import Answer, Client
from vapi_sessions_tools.connection_failure import LostAnswerError, connection_failure
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.request import Request
from vapi_sessions_tools.errors import NetworkError
from vapi_sessions_tools.retry import RetryPolicy

if TYPE_CHECKING:
    from pathlib import Path

    from fake_upstream import Connection, RawServer

KEY = Credential("vapi-private-key")
AT_ONCE = RetryPolicy(first_pause=0.0)
GET, PATCH, DELETE, POST = (Request(method=m, path="/session/x") for m in ("GET", "PATCH", "DELETE", "POST"))
OK = raw_response("200 OK")
BREAKS = (close_without_response, reset_connection, incomplete_response)


async def send(server: RawServer, request: Request) -> Answer:
    async with Client(server.url, retry=AT_ONCE) as client:
        return await client.send(request, KEY, deadline=60)


def in_process(upstream: FakeUpstream) -> Client:
    return Client("http://localhost", transport=httpx.ASGITransport(upstream), retry=AT_ONCE)


async def test_a_request_is_sent_as_it_was_built_with_the_key_and_our_headers(upstream: FakeUpstream) -> None:
    path = "/session/a%2Fb%20%3Fc?customerNumberAny=%2B1%2C%2B2&x=a%20b"
    async with in_process(upstream) as client:
        await client.send(Request(method="POST", path=path, body=b'{"name":"x"}'), KEY, deadline=60)
    (seen,) = upstream.requests
    assert seen.headers["authorization"] == "Bearer vapi-private-key"
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["user-agent"].startswith("vapi-sessions-mcp/")
    assert (seen.path, seen.query) == ("/session/a%2Fb%20%3Fc", "customerNumberAny=%2B1%2C%2B2&x=a%20b")
    assert seen.body == b'{"name":"x"}'


async def test_no_cookie_is_kept(upstream: FakeUpstream) -> None:
    upstream.respond(session(), headers={"set-cookie": "user=ada; Path=/"})
    async with in_process(upstream) as client:
        await client.send(GET, KEY, deadline=60)
        await client.send(GET, Credential("another-key"), deadline=60)
    assert "cookie" not in upstream.requests[1].headers


async def test_a_redirect_is_a_response_and_the_key_goes_nowhere_else() -> None:
    async with raw_server(OK) as elsewhere:
        async with raw_server(raw_response("302 Found", b"", f"location: {elsewhere.url}/x")) as server:
            assert (await send(server, GET)).status == 302
        assert elsewhere.connections == 0


@pytest.mark.parametrize("last", [OK, raw_response("503 No")], ids=["success", "failure"])
async def test_a_request_is_repeated_until_it_works_and_made_three_times_at_most(last: Connection) -> None:
    failing = raw_response("503 No")
    async with raw_server(failing, failing, last) as server:
        assert (await send(server, GET)).status == (200 if last is OK else 503)
        assert server.connections == 3


@pytest.mark.parametrize(("request_", "status"), [(GET, 500), (POST, 503)], ids=["GET", "POST"])
async def test_other_responses_are_final(request_: Request, status: int) -> None:
    async with raw_server(raw_response(f"{status} No"), OK) as server:
        assert (await send(server, request_)).status == status
        assert server.connections == 1


@pytest.mark.parametrize("breaking", BREAKS, ids=lambda play: play.__name__)
@pytest.mark.parametrize("request_", [GET, PATCH, DELETE], ids=lambda request: request.method)
async def test_a_broken_connection_is_tried_again(breaking: Connection, request_: Request) -> None:
    async with raw_server(breaking, OK) as server:
        answer = await send(server, request_)
        assert (answer.status, server.connections, answer.acted_before) == (200, 2, True)


@pytest.mark.parametrize("breaking", BREAKS, ids=lambda play: play.__name__)
async def test_a_creation_that_may_have_arrived_is_not_sent_again(breaking: Connection) -> None:
    async with raw_server(breaking, OK) as server:
        with pytest.raises(LostAnswerError, match="broke before"):
            await send(server, POST)
        assert server.connections == 1


async def test_a_creation_refused_by_the_rate_limit_is_sent_again() -> None:
    async with raw_server(raw_response("429 No", b"{}", "retry-after: 0"), OK) as server:
        answer = await send(server, POST)
        assert (answer.status, server.connections, answer.acted_before) == (200, 2, False)


@pytest.mark.parametrize(
    ("stated", "deadline"), [("11", 60), ("3600", 60), ("Wed, 21 Oct 2099 07:28:00 GMT", 60), ("9", 5)]
)
async def test_a_long_retry_after_is_not_waited_for(
    stated: str, deadline: int, upstream: FakeUpstream
) -> None:
    upstream.respond({}, 429, {"retry-after": stated})
    async with in_process(upstream) as client:
        answer = await client.send(GET, KEY, deadline=deadline)
    assert (answer.status, answer.headers["retry-after"], len(upstream.requests)) == (429, stated, 1)


@pytest.mark.parametrize("request_", [GET, POST], ids=lambda request: request.method)
async def test_an_api_that_never_responds_ends_with_the_deadline(request_: Request) -> None:
    async def hang(_request: httpx.Request) -> httpx.Response:
        await anyio.sleep_forever()
        raise AssertionError

    async with Client("http://localhost", transport=httpx.MockTransport(hang)) as client:
        with pytest.raises(LostAnswerError, match=r"within 0\.05 s"):
            await client.send(request_, KEY, deadline=0.05)


@pytest.mark.parametrize("request_", [GET, POST], ids=lambda request: request.method)
async def test_a_refused_connection_was_not_sent(request_: Request) -> None:
    async with raw_server(OK) as closed:
        pass
    async with Client(closed.url, retry=AT_ONCE) as client:
        with pytest.raises(NetworkError, match=f"No connection to {closed.url}") as caught:
            await client.send(request_, KEY, deadline=60)
    assert not isinstance(caught.value, LostAnswerError)
    assert "VAPI_BASE_URL" in caught.value.next_step


@pytest.mark.parametrize("packed", [False, True])
async def test_a_response_that_is_too_long_is_not_read(
    *, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vapi_sessions_tools.exchange.LARGEST_ANSWER", 1_000_000)
    body = gzip.compress(bytes(1_000_001)) if packed else bytes(1_000_001)
    headers = ("content-encoding: gzip",) if packed else ()
    async with raw_server(raw_response("200 OK", body, *headers)) as server:
        with pytest.raises(LostAnswerError, match="longer than 1 MB"):
            await send(server, GET)


async def test_a_cancelled_call_closes_its_connection() -> None:
    requested, closed = anyio.Event(), anyio.Event()

    async def watch(reader: Any, writer: Any) -> None:
        requested.set()
        await no_response(reader, writer)
        closed.set()

    async with raw_server(watch) as server, Client(server.url) as client:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: client.send(GET, KEY, deadline=60))
            with anyio.fail_after(30):
                await requested.wait()
            tasks.cancel_scope.cancel()
        with anyio.fail_after(30):
            await closed.wait()


def test_the_number_of_connections_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[httpx.Limits] = []
    monkeypatch.setattr(connections.httpx, "AsyncClient", lambda **given: limits.append(given["limits"]))
    Client("http://localhost", most_connections=7).open()
    assert limits == [httpx.Limits(max_connections=7, max_keepalive_connections=7)]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


class TestTls:
    @pytest.fixture
    def server_tls(self, authority: trustme.CA) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]
        return context

    async def test_an_unknown_authority_is_an_error_that_names_the_setting(
        self, server_tls: ssl.SSLContext
    ) -> None:
        async with raw_server(OK, tls=server_tls) as server:
            with pytest.raises(NetworkError, match="TLS connection") as caught:
                await send(server, POST)
            assert server.connections == 0
        assert "SSL_CERT_FILE" in caught.value.next_step
        assert not isinstance(caught.value, LostAnswerError)

    async def test_the_authority_of_the_setting_is_trusted(
        self,
        authority: trustme.CA,
        server_tls: ssl.SSLContext,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        bundle = tmp_path / "ca.pem"
        authority.cert_pem.write_to_path(str(bundle))
        monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(bundle))
        async with raw_server(OK, tls=server_tls) as server:
            assert (await send(server, GET)).status == 200

    async def test_an_unusable_authority_file_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bundle = tmp_path / "ca.pem"
        bundle.write_text("not a certificate")
        monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(bundle))
        async with Client("https://localhost:1") as client:
            with pytest.raises(NetworkError, match="HTTPS cannot be set up") as caught:
                await client.send(GET, KEY, deadline=60)
            assert not await client.reachable(30)
        assert "SSL_CERT_FILE" in caught.value.next_step


@pytest.mark.parametrize(
    ("variable", "proxy", "words"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1", "SOCKS"),
        *(("HTTPS_PROXY", url, "HTTPS_PROXY") for url in ("http://u:secret@a:b", "::::", "ftp://proxy:1")),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named_without_its_address(
    monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str, words: str
) -> None:
    monkeypatch.setenv(variable, proxy)
    with pytest.raises(NetworkError, match=words) as caught:
        Client("https://api.example.com").open()
    assert "NO_PROXY" in caught.value.next_step
    assert "secret" not in str(caught.value)


def kinds_of(base: type[Exception]) -> list[type[Exception]]:
    return [base, *(kind for child in base.__subclasses__() for kind in kinds_of(child))]


def test_every_exception_of_the_http_library_becomes_ours() -> None:
    for kind in kinds_of(httpx.TransportError):
        error: Any = kind("what happened")
        failure = connection_failure(error, "https://api.example", sent=True)
        assert "what happened" in failure.error.message + failure.error.quote
        assert isinstance(failure.error, LostAnswerError) == failure.sent


def test_a_handshake_that_takes_too_long_is_not_a_fault_of_tls() -> None:
    late = httpx.ConnectTimeout("")
    late.__context__ = ssl.SSLWantReadError("The operation did not complete (read)")
    failure = connection_failure(late, "https://api.example.com", sent=False)
    assert not failure.final
    assert "SSL_CERT_FILE" not in failure.error.next_step


def test_a_response_that_cannot_be_decoded_was_a_response() -> None:
    failure = connection_failure(httpx.DecodingError("gzip"), "https://api.example", sent=False)
    assert (failure.sent, failure.final) == (True, True)


@pytest.mark.parametrize("content", [b"", b"<html>", b"NaN", b'{"cost": Infinity}', b"[" * 100_000])
def test_a_body_that_is_not_json_is_an_error(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whichever way it is not JSON
        Answer(200, {}, content).json()
