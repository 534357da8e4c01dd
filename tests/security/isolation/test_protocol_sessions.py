"""A protocol session is its opener's: with another key it is as if there were none."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from posted import HANDSHAKE, SESSION, events_of, letter
from security.isolation.users import ADA, BOB, User, opened, sharing, told
from server_process import HELLO, call, request

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import httpx

    from security.isolation.upstream import KnowingUpstream
    from served import Served

STREAM = {"accept": "text/event-stream"}


def seen(answer: httpx.Response) -> tuple[int, str, list[tuple[str, str]]]:
    """Return all of an answer that whoever asked can see, but for the time."""
    kept = [(name, value) for name, value in answer.headers.multi_items() if name != "date"]
    return answer.status_code, answer.text, kept


async def attempt(http: httpx.AsyncClient, url: str, user: User, session: str, method: str) -> httpx.Response:
    """Use a protocol session, whoever's it is."""
    headers = {**user.headers, SESSION: session}
    if method == "POST":
        sent = letter("tools/list", era=HANDSHAKE)
        return await http.post(url, json=sent.json, headers={**sent.headers, **headers})
    return await http.request(method, url, headers={**headers, **STREAM})


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
async def test_with_anothers_key_a_session_is_as_if_it_did_not_exist(watched: Served, method: str) -> None:
    async with sharing() as http:
        ada = await opened(ADA, http, watched.url, HANDSHAKE)
        tried = await attempt(http, ada.url, BOB, ada.headers[SESSION], method)
        nowhere = await attempt(http, ada.url, BOB, uuid4().hex, method)
        assert tried.status_code == 404
        assert seen(tried) == seen(nowhere)
        assert len(told(await ada.ask("tools/list"))["tools"]) == 5, "its owner notices nothing"


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
async def test_without_a_key_its_owner_is_not_known(watched: Served, method: str) -> None:
    async with sharing() as http:
        ada = await opened(ADA, http, watched.url, HANDSHAKE)
        headers = {SESSION: ada.headers[SESSION], **STREAM}
        assert (await http.request(method, ada.url, headers=headers)).status_code == 401
        assert len(told(await ada.ask("tools/list"))["tools"]) == 5


async def test_another_can_neither_end_nor_take_back_a_call(watched: Served) -> None:
    async with sharing() as http:
        ada = await opened(ADA, http, watched.url, HANDSHAKE)
        taken_back = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}
        answer = await http.post(ada.url, json=taken_back, headers={**ada.headers, **BOB.headers, **STREAM})
        assert answer.status_code in (404, 406)
        assert told(await ada.call("get_session", {"id": ADA.session_id}))["isError"] is False


@asynccontextmanager
async def older_stream(
    http: httpx.AsyncClient, url: str, user: User
) -> AsyncGenerator[tuple[str, AsyncGenerator[bytes]]]:
    """Open a stream of the HTTP+SSE transport; where its messages go, and its events, are given."""
    async with http.stream("GET", f"{url}/sse", headers=user.headers) as stream:
        assert stream.status_code == 200
        events = events_of(stream)
        yield url + (await anext(events)).decode(), events


class TestHttpAndSse:
    async def test_with_anothers_key_a_stream_is_as_if_it_did_not_exist(
        self, watched: Served, upstream: KnowingUpstream
    ) -> None:
        async with sharing(3) as http, older_stream(http, watched.url, ADA) as (where, events):
            await greet(http, where, ADA)
            assert b"serverInfo" in await anext(events)
            theft = call("delete_session", {"id": ADA.session_id}, "theft")
            tried = await http.post(where, json=theft, headers=BOB.headers)
            nowhere = f"{watched.url}/messages/?session_id={uuid4().hex}"
            assert tried.status_code == 404
            assert seen(tried) == seen(await http.post(nowhere, json=theft, headers=BOB.headers))
            await http.post(
                where, json=call("get_session", {"id": ADA.session_id}, "hers"), headers=ADA.headers
            )
            assert b'"id":"hers"' in await anext(events), "nothing of it came over her stream"
        assert [one.method for one in upstream.requests] == ["GET"]

    async def test_each_stream_carries_its_owners_answers(
        self, watched: Served, upstream: KnowingUpstream
    ) -> None:
        assert upstream.requests == []
        async with (
            sharing(4) as http,
            older_stream(http, watched.url, ADA) as (hers, her_events),
            older_stream(http, watched.url, BOB) as (his, his_events),
        ):
            for user, where, events in ((ADA, hers, her_events), (BOB, his, his_events)):
                await greet(http, where, user)
                await anext(events)
            for user, where in ((ADA, hers), (BOB, his)) * 10:
                await http.post(where, json=call("list_sessions", {}), headers=user.headers)
            for _ in range(10):
                assert_told((await anext(her_events)).decode(), ADA, BOB)
                assert_told((await anext(his_events)).decode(), BOB, ADA)

    @pytest.mark.parametrize("path", ["/sse", "/messages/?session_id=0"])
    async def test_without_a_key_there_is_neither(self, watched: Served, path: str) -> None:
        async with sharing() as http:
            for method in ("GET", "POST"):
                answer = await http.request(method, watched.url + path)
                assert answer.status_code == 401
                assert answer.headers["www-authenticate"].startswith("Bearer")


def assert_told(text: str, user: User, other: User) -> None:
    """Check that an answer tells of one user alone."""
    assert user.name in text
    assert other.name not in text


async def greet(http: httpx.AsyncClient, where: str, user: User) -> None:
    """Open a protocol session over a stream."""
    hello: dict[str, Any] = request("initialize", HELLO, "hello")
    assert (await http.post(where, json=hello, headers=user.headers)).status_code == 202
    initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    await http.post(where, json=initialized, headers=user.headers)
