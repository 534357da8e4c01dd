"""A protocol session, or a stream of HTTP+SSE, is its opener's: for every other caller it does not exist."""

from __future__ import annotations

from contextlib import ExitStack, asynccontextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from in_process import http_server
from posted import HANDSHAKE, SESSION, events_of, letter
from security.users import ADA, BOB, User, opened, outcome, shared_connections
from server_process import HELLO, call, request

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    import httpx

    from fake_upstream import FakeUpstream

STREAM = {"accept": "text/event-stream"}


@pytest.fixture(scope="module")
def urls(api: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[dict[str, str]]:
    """Servers that tell callers apart by their keys, and by their access tokens."""
    file = tmp_path_factory.mktemp("tokens") / "tokens"
    file.write_text(f"{ADA.key}\n{BOB.key}\n")
    ways = {"keys": ("--credentials", "header"), "tokens": ("--access-token-file", str(file))}
    with ExitStack() as running:
        yield {
            way: running.enter_context(http_server("--base-url", api, *flags)) for way, flags in ways.items()
        }


@pytest.fixture(params=["keys", "tokens"])
def url(request: pytest.FixtureRequest, urls: dict[str, str]) -> str:
    return urls[request.param]


def seen(response: httpx.Response) -> tuple[int, str, list[tuple[str, str]]]:
    """Return all of a response but for its time."""
    kept = [(name, value) for name, value in response.headers.multi_items() if name != "date"]
    return response.status_code, response.text, kept


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
async def test_session_of_another_caller_does_not_exist(url: str, method: str) -> None:
    sent = letter("tools/list", era=HANDSHAKE)

    async def attempt(credential: dict[str, str], session: str) -> httpx.Response:
        headers = {**sent.headers, **(STREAM if method == "GET" else {}), **credential, SESSION: session}
        body = sent.json if method == "POST" else None
        return await http.request(method, ada.url, json=body, headers=headers)

    async with shared_connections() as http:
        ada = await opened(ADA, http, url, HANDSHAKE)
        tried = await attempt(BOB.headers, ada.headers[SESSION])
        assert tried.status_code == 404
        assert seen(tried) == seen(await attempt(BOB.headers, uuid4().hex))
        assert (await attempt({}, ada.headers[SESSION])).status_code == 401
        assert len(outcome(await ada.ask("tools/list"))["tools"]) == 5, "its owner notices nothing"


@asynccontextmanager
async def older_stream(
    http: httpx.AsyncClient, url: str, user: User
) -> AsyncGenerator[tuple[str, AsyncGenerator[bytes]]]:
    """Open a session over HTTP+SSE; yields where messages are posted, and the events."""
    async with http.stream("GET", f"{url}/sse", headers=user.headers) as stream:
        events = events_of(stream)
        target = url + (await anext(events)).decode()
        hello = await http.post(target, json=request("initialize", HELLO, "hello"), headers=user.headers)
        assert hello.status_code == 202
        assert b"serverInfo" in await anext(events)
        initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        await http.post(target, json=initialized, headers=user.headers)
        yield target, events


async def test_stream_of_another_caller_does_not_exist(url: str, upstream: FakeUpstream) -> None:
    theft = call("delete_session", {"id": ADA.session_id}, "theft")
    async with shared_connections(3) as http, older_stream(http, url, ADA) as (target, events):
        tried = await http.post(target, json=theft, headers=BOB.headers)
        nowhere = f"{url}/messages/?session_id={uuid4().hex}"
        assert tried.status_code == 404
        assert seen(tried) == seen(await http.post(nowhere, json=theft, headers=BOB.headers))
        assert (await http.post(target, json=theft)).status_code == 401
        hers = call("get_session", {"id": ADA.session_id}, "hers")
        assert (await http.post(target, json=hers, headers=ADA.headers)).status_code == 202
        assert b'"id":"hers"' in await anext(events), "nothing else came over the stream"
    assert [sent.method for sent in upstream.requests] == ["GET"]


async def test_each_stream_carries_the_results_of_its_owner(urls: dict[str, str]) -> None:
    url = urls["keys"]
    async with (
        shared_connections(4) as http,
        older_stream(http, url, ADA) as (hers, her_events),
        older_stream(http, url, BOB) as (his, his_events),
    ):
        for user, target in ((ADA, hers), (BOB, his)) * 10:
            await http.post(target, json=call("list_sessions", {}), headers=user.headers)
        for _ in range(10):
            for events, user, other in ((her_events, ADA, BOB), (his_events, BOB, ADA)):
                text = (await anext(events)).decode()
                assert user.name in text
                assert other.name not in text


async def test_stateless_server_has_no_streams_of_the_older_transport() -> None:
    with http_server("--stateless") as url:
        async with shared_connections() as http:
            for path in ("/sse", "/messages/"):
                response = await http.get(url + path)
                assert (response.status_code, response.json()["error"]["kind"]) == (404, "stateless")
