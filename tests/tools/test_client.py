"""The client on real connections: what is repeated, what is not, and how each failure is told."""

from __future__ import annotations

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
from vapi_sessions_tools.client import Answer, Client
from vapi_sessions_tools.connection_failure import LostAnswerError, connection_failure
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.request import Request
from vapi_sessions_tools.errors import NetworkError
from vapi_sessions_tools.retry import RetryPolicy

if TYPE_CHECKING:
    from pathlib import Path

    from fake_upstream import RawServer

KEY = Credential("vapi-private-key")
AT_ONCE = RetryPolicy(first_pause=0.0)
GET, PATCH, DELETE, POST = (Request(method=m, path="/session/x") for m in ("GET", "PATCH", "DELETE", "POST"))
REPEATABLE = [GET, PATCH, DELETE]
FINE = raw_response("200 OK")


async def send(script: RawServer, request: Request, *, deadline: float = 5.0) -> Answer:
    async with Client(script.url, retry=AT_ONCE) as client:
        return await client.send(request, KEY, deadline=deadline)


def in_process(upstream: FakeUpstream) -> Client:
    return Client("http://localhost", transport=httpx.ASGITransport(upstream), retry=AT_ONCE)


async def test_a_request_carries_the_key_and_says_what_it_sends(upstream: FakeUpstream) -> None:
    async with in_process(upstream) as client:
        await client.send(Request(method="POST", path="/session", body=b'{"name":"x"}'), KEY, deadline=5)
    (seen,) = upstream.requests
    assert seen.headers["authorization"] == "Bearer vapi-private-key"
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["user-agent"].startswith("vapi-sessions-mcp/")
    assert seen.body == b'{"name":"x"}'


async def test_an_encoded_path_and_query_arrive_as_they_were_built(upstream: FakeUpstream) -> None:
    async with in_process(upstream) as client:
        path = "/session/a%2Fb%20%3Fc?customerNumberAny=%2B1%2C%2B2&x=a%20b"
        await client.send(Request(method="GET", path=path), KEY, deadline=5)
    (seen,) = upstream.requests
    assert (seen.path, seen.query) == ("/session/a%2Fb%20%3Fc", "customerNumberAny=%2B1%2C%2B2&x=a%20b")


async def test_no_cookie_is_kept(upstream: FakeUpstream) -> None:
    upstream.respond(session(), headers={"set-cookie": "user=ada; Path=/"})
    async with in_process(upstream) as client:
        await client.send(GET, KEY, deadline=5)
        await client.send(GET, Credential("another-key"), deadline=5)
    assert "cookie" not in upstream.requests[1].headers


async def test_a_redirect_is_an_answer_and_the_key_goes_nowhere_else() -> None:
    async with raw_server(FINE) as elsewhere:
        async with raw_server(raw_response("302 Found", b"", f"location: {elsewhere.url}/x")) as script:
            assert (await send(script, GET)).status == 302
        assert elsewhere.connections == 0


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
@pytest.mark.parametrize("request_", REPEATABLE, ids=lambda request: request.method)
async def test_what_may_be_repeated_is_repeated_until_it_works(status: int, request_: Request) -> None:
    failing = raw_response(f"{status} No")
    async with raw_server(failing, failing, FINE) as script:
        answer = await send(script, request_)
        assert (answer.status, script.connections) == (200, 3)


@pytest.mark.parametrize("status", [400, 401, 404, 409, 425, 500])
async def test_other_answers_are_final(status: int) -> None:
    async with raw_server(raw_response(f"{status} No"), FINE) as script:
        assert (await send(script, GET)).status == status
        assert script.connections == 1


async def test_three_attempts_are_all() -> None:
    async with raw_server(raw_response("503 No")) as script:
        assert (await send(script, GET)).status == 503
        assert script.connections == 3


@pytest.mark.parametrize(
    "breaking",
    [close_without_response, reset_connection, incomplete_response],
    ids=lambda behaviour: behaviour.__name__,
)
@pytest.mark.parametrize("request_", REPEATABLE, ids=lambda request: request.method)
async def test_a_broken_connection_is_tried_again(breaking: object, request_: Request) -> None:
    async with raw_server(breaking, FINE) as script:  # type: ignore[arg-type]
        answer = await send(script, request_)
        assert (answer.status, script.connections, answer.acted_before) == (200, 2, True)


@pytest.mark.parametrize(
    "breaking",
    [close_without_response, reset_connection, incomplete_response],
    ids=lambda behaviour: behaviour.__name__,
)
async def test_a_creation_that_may_have_arrived_is_not_sent_again(breaking: object) -> None:
    async with raw_server(breaking, FINE) as script:  # type: ignore[arg-type]
        with pytest.raises(LostAnswerError, match="broke before the answer was complete"):
            await send(script, POST)
        assert script.connections == 1


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
async def test_a_creation_that_may_have_been_done_is_not_sent_again(status: int) -> None:
    async with raw_server(raw_response(f"{status} No"), FINE) as script:
        assert (await send(script, POST)).status == status
        assert script.connections == 1


async def test_a_creation_refused_at_the_door_is_sent_again() -> None:
    async with raw_server(raw_response("429 No"), FINE) as script:
        answer = await send(script, POST)
        assert (answer.status, script.connections, answer.acted_before) == (200, 2, False)


async def test_a_short_retry_after_is_waited_for() -> None:
    async with raw_server(raw_response("429 No", b"{}", "retry-after: 0"), FINE) as script:
        assert (await send(script, GET)).status == 200


@pytest.mark.parametrize("stated", ["11", "3600", "Wed, 21 Oct 2099 07:28:00 GMT"])
async def test_a_long_retry_after_is_not_waited_for(stated: str) -> None:
    async with raw_server(raw_response("429 No", b"{}", f"retry-after: {stated}"), FINE) as script:
        answer = await send(script, GET)
        assert (answer.status, answer.headers["retry-after"], script.connections) == (429, stated, 1)


async def test_a_wait_longer_than_the_time_left_is_not_begun() -> None:
    async with raw_server(raw_response("429 No", b"{}", "retry-after: 9"), FINE) as script:
        assert (await send(script, GET, deadline=2.0)).status == 429


@pytest.mark.parametrize("request_", [*REPEATABLE, POST], ids=lambda request: request.method)
async def test_an_api_that_never_answers_ends_with_the_deadline(request_: Request) -> None:
    async with raw_server(no_response) as script:
        with pytest.raises(LostAnswerError, match=r"did not answer within 0\.3 s"):
            await send(script, request_, deadline=0.3)
        assert script.connections == 1


@pytest.mark.parametrize("request_", [GET, POST], ids=lambda request: request.method)
async def test_a_refused_connection_was_not_sent(request_: Request, unused_url: str) -> None:
    async with Client(unused_url, retry=AT_ONCE) as client:
        with pytest.raises(NetworkError, match=f"No connection to {unused_url}") as caught:
            await client.send(request_, KEY, deadline=5)
    assert not isinstance(caught.value, LostAnswerError)
    assert "VAPI_BASE_URL" in caught.value.next_step


@pytest.fixture
async def unused_url() -> str:
    """An address on which nobody listens any more."""
    async with raw_server(FINE) as script:
        return script.url


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]
    return context


async def test_an_unknown_authority_names_the_setting_for_it(server_tls: ssl.SSLContext) -> None:
    async with raw_server(FINE, tls=server_tls) as script:
        with pytest.raises(NetworkError, match="TLS connection") as caught:
            await send(script, POST)
        assert script.connections == 0
    assert "SSL_CERT_FILE" in caught.value.next_step
    assert not isinstance(caught.value, LostAnswerError)


async def test_the_setting_for_an_authority_works(
    authority: trustme.CA, server_tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(bundle))
    async with raw_server(FINE, tls=server_tls) as script:
        assert (await send(script, GET)).status == 200


async def test_an_unusable_authority_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("no certificate")
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(bundle))
    async with Client("https://localhost:1") as client:
        with pytest.raises(NetworkError, match="HTTPS cannot be set up") as caught:
            await client.send(GET, KEY, deadline=5)
    assert "SSL_CERT_FILE" in caught.value.next_step


def test_a_proxy_of_a_kind_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    with pytest.raises(NetworkError, match="SOCKS") as caught:
        Client("https://api.example.com").open()
    assert "HTTPS_PROXY" in caught.value.next_step


@pytest.mark.parametrize("proxy", ["http://proxy:port", "::::", "ftp://proxy:1", "http://u:secret@a:b"])
def test_a_proxy_whose_address_is_none_is_told_of(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(NetworkError, match="HTTPS_PROXY") as caught:
        Client("https://api.example.com").open()
    assert "http://host:port" in caught.value.next_step
    assert "secret" not in str(caught.value)


async def test_a_cancelled_call_closes_its_connection() -> None:
    closed = anyio.Event()

    async def watched(reader: object, writer: object) -> None:
        await no_response(reader, writer)  # type: ignore[arg-type]
        closed.set()

    async with raw_server(watched) as script, Client(script.url) as client:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: client.send(GET, KEY, deadline=30))
            with anyio.fail_after(5):
                while not script.connections:
                    await anyio.lowlevel.checkpoint()
            tasks.cancel_scope.cancel()
        with anyio.fail_after(5):
            await closed.wait()


def all_kinds(base: type[Exception]) -> set[type[Exception]]:
    return {base, *(kind for child in base.__subclasses__() for kind in all_kinds(child))}


def test_every_exception_of_the_http_library_is_known() -> None:
    """A new one must be looked at: may the request have been received, and is another attempt of use?"""
    names = {kind.__name__ for kind in all_kinds(httpx.HTTPError)}
    assert names == {
        *(
            "HTTPError",
            "RequestError",
            "HTTPStatusError",
            "TransportError",
            "DecodingError",
            "TooManyRedirects",
        ),
        *("TimeoutException", "ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout"),
        *("NetworkError", "ConnectError", "ReadError", "WriteError", "CloseError"),
        *("ProtocolError", "LocalProtocolError", "RemoteProtocolError", "ProxyError", "UnsupportedProtocol"),
    }


def test_every_error_of_the_http_library_becomes_ours() -> None:
    for kind in all_kinds(httpx.TransportError):
        error: Any = kind("what happened")
        failure = connection_failure(error, "https://api.example", sent=True)
        assert "what happened" in failure.error.message + failure.error.quote
        assert isinstance(failure.error, LostAnswerError) == failure.sent


def test_a_handshake_that_takes_too_long_is_no_fault_of_tls() -> None:
    late = httpx.ConnectTimeout("")
    late.__context__ = ssl.SSLWantReadError("The operation did not complete (read)")
    failure = connection_failure(late, "https://api.example.com", sent=False)
    assert not failure.final
    assert "SSL_CERT_FILE" not in failure.error.next_step
    assert "No connection to https://api.example.com" in failure.error.message


def test_an_answer_that_cannot_be_decoded_was_an_answer() -> None:
    failure = connection_failure(httpx.DecodingError("gzip"), "https://api.example", sent=False)
    assert (failure.sent, failure.final) == (True, True)


@pytest.mark.parametrize("content", [b"", b"<html>", b"NaN", b'{"cost": Infinity}', b"[" * 100_000])
def test_what_is_no_json_is_an_error_and_not_a_crash(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whichever way it is no JSON
        Answer(200, {}, content).json()
