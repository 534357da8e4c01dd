"""Whether the API answers at all: asked without a key, and never an error."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

import anyio
import anyio.lowlevel
import httpx
import pytest
import trustme

from fake_upstream import (
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
from vapi_sessions_tools.sessions.sandbox import open_sandbox
from vapi_sessions_tools.sessions.sandbox_key import SANDBOX_URL

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from fake_upstream import Connection, FakeUpstream
    from vapi_sessions_tools.observation import Attempt

KEY = Credential("vapi-private-key")
GET = Request(method="GET", path="/session/x")
FINE = raw_response("200 OK")


async def reachable(behaviour: Connection, seconds: float = 5.0) -> bool:
    async with raw_server(behaviour) as script, Client(script.url) as client:
        return await client.reachable(seconds)


@pytest.mark.parametrize("status", [200, 302, 401, 404, 429, 500])
async def test_whatever_the_api_answers_is_an_answer(status: int) -> None:
    assert await reachable(raw_response(f"{status} X"))


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_what_a_gateway_answers_is_none(status: int) -> None:
    assert not await reachable(raw_response(f"{status} X"))


@pytest.mark.parametrize(
    "breaking", [close_without_response, reset_connection], ids=lambda behaviour: behaviour.__name__
)
async def test_a_broken_connection_is_no_answer(breaking: Connection) -> None:
    assert not await reachable(breaking)


async def test_the_body_is_not_waited_for() -> None:
    assert await reachable(incomplete_response)


async def test_an_api_that_says_nothing_in_time_is_not_reachable() -> None:
    assert not await reachable(no_response, seconds=0.1)


async def test_nobody_listening_is_not_reachable() -> None:
    async with raw_server(FINE) as script:
        pass
    async with Client(script.url) as client:
        assert not await client.reachable(5)


async def test_a_distrusted_api_is_not_reachable() -> None:
    server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = trustme.CA().issue_cert("localhost")
    certificate.configure_cert(server_tls)  # pyright: ignore[reportUnknownMemberType]
    async with raw_server(FINE, tls=server_tls) as script, Client(script.url) as client:
        assert not await client.reachable(5)


async def test_tls_that_cannot_be_set_up_is_not_reachable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("no certificate")
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(bundle))
    async with Client("https://localhost:1") as client:
        assert not await client.reachable(5)


async def test_an_application_in_this_process_that_fails_is_not_reachable() -> None:
    async def broken(*_: object) -> None:
        raise LookupError("a bug")

    async with Client("http://localhost", transport=httpx.ASGITransport(broken)) as client:
        assert not await client.reachable(5)


async def test_the_sandbox_is_reachable() -> None:
    async with Client(SANDBOX_URL, transport=open_sandbox(None)) as client:
        assert await client.reachable(5)


async def test_the_root_is_asked_for_and_no_key_is_sent(upstream: FakeUpstream) -> None:
    transport = httpx.ASGITransport(upstream)
    async with Client("http://localhost/v1", transport=transport) as client:
        await client.send(GET, KEY, deadline=5)
        assert await client.reachable(5)
    probe = upstream.requests[-1]
    assert (probe.method, probe.path, probe.query) == ("GET", "/v1/", "")
    assert "authorization" not in probe.headers
    assert probe.headers["user-agent"].startswith("vapi-sessions-mcp/")


class Nobody:
    """An observer that is not to be told of anything."""

    def attempt(self, attempt: Attempt) -> AbstractContextManager[dict[str, str]]:
        raise AssertionError(attempt)

    def waiting(self) -> AbstractContextManager[object]:
        raise AssertionError


async def test_the_probe_is_not_observed(caplog: pytest.LogCaptureFixture) -> None:
    async with raw_server(FINE) as script, Client(script.url, observer=Nobody()) as client:
        assert await client.reachable(5)
    assert "observer" not in caplog.text


async def test_the_probe_takes_from_nobodys_share() -> None:
    async with (
        raw_server(no_response, FINE) as script,
        Client(script.url, most_in_flight=1) as client,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(lambda: client.send(GET, KEY, deadline=30))
        with anyio.fail_after(5):
            while not script.connections:
                await anyio.lowlevel.checkpoint()
        assert await client.reachable(5)
        tasks.cancel_scope.cancel()


async def test_who_stops_waiting_for_the_probe_is_let_go() -> None:
    async with raw_server(no_response) as script, Client(script.url) as client:
        with anyio.move_on_after(0.1) as scope:
            await client.reachable(30)
    assert scope.cancelled_caught
