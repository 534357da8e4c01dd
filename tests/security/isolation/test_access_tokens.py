"""Where the server calls with its own key, tokens let users in, and what one opens is not another's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from posted import HANDSHAKE, MODERN, SESSION, Post, events_of, tool_call
from real_client import KEY
from security.isolation.users import sharing, told
from served import Served, serving_http

if TYPE_CHECKING:
    from collections.abc import Generator

    from security.isolation.upstream import KnowingUpstream

ADAS, BOBS = "access-token-of-ada-5b1c", "access-token-of-bob-90fe"

eras = pytest.mark.parametrize("era", [HANDSHAKE, MODERN])


def bearing(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def guarded(knowing_url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """A server with a key of its own, behind two tokens."""
    file = tmp_path_factory.mktemp("tokens") / "tokens"
    file.write_text(f"# who may call\n{ADAS}\n\n{BOBS}\n")
    flags = ("--base-url", knowing_url, "--access-token-file", str(file), "--confirm", "delete_session")
    with serving_http(*flags, VAPI_API_KEY=KEY) as served:
        yield served


@eras
@pytest.mark.parametrize(
    ("headers", "challenge"),
    [
        ({}, 'Bearer realm="vapi-sessions-mcp"'),
        ({"authorization": f"Basic {ADAS}"}, 'Bearer realm="vapi-sessions-mcp"'),
        ({"x-vapi-key": ADAS}, 'Bearer realm="vapi-sessions-mcp"'),
        (bearing("nobodys"), 'Bearer realm="vapi-sessions-mcp", error="invalid_token"'),
        (bearing(ADAS[:-1]), 'Bearer realm="vapi-sessions-mcp", error="invalid_token"'),
        (bearing(KEY), 'Bearer realm="vapi-sessions-mcp", error="invalid_token"'),
    ],
)
async def test_without_a_token_nobody_is_let_in(
    guarded: Served, upstream: KnowingUpstream, era: str, headers: dict[str, str], challenge: str
) -> None:
    sent = tool_call("list_sessions", {}, era=era)
    async with sharing() as http:
        answer = await http.post(f"{guarded.url}/mcp", json=sent.json, headers={**sent.headers, **headers})
        for path in ("/sse", "/messages/?session_id=0"):
            assert (await http.get(guarded.url + path, headers=headers)).status_code == 401
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == challenge
    assert answer.json()["error"]["kind"] == "unauthorized"
    assert upstream.requests == []


@eras
async def test_with_a_token_calls_are_made_with_the_servers_key_alone(
    guarded: Served, upstream: KnowingUpstream, era: str
) -> None:
    async with sharing(1) as http:
        for token in (ADAS, BOBS):
            post = Post(http, f"{guarded.url}/mcp", era, {**bearing(token), "x-vapi-key": "a-key-of-mine"})
            await post.open()
            await post.call("list_sessions", {})
    assert [one.headers["authorization"] for one in upstream.requests] == [f"Bearer {KEY}"] * 2
    assert "of-mine" not in str(upstream.requests)
    assert "access-token" not in str(upstream.requests)


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
async def test_a_protocol_session_is_its_openers(guarded: Served, method: str) -> None:
    async with sharing() as http:
        ada = Post(http, f"{guarded.url}/mcp", HANDSHAKE, bearing(ADAS))
        await ada.open()
        tried, nowhere = [
            await http.request(
                method,
                ada.url,
                headers={
                    "accept": "application/json, text/event-stream",
                    "content-type": "application/json",
                    SESSION: session,
                    **bearing(BOBS),
                },
                content=b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}' if method == "POST" else b"",
            )
            for session in (ada.headers[SESSION], uuid4().hex)
        ]
        assert tried.status_code == 404
        assert (tried.status_code, tried.text) == (nowhere.status_code, nowhere.text)
        assert len(told(await ada.ask("tools/list"))["tools"]) == 5


async def test_a_stream_of_the_older_transport_is_its_openers(guarded: Served) -> None:
    async with (
        sharing() as http,
        http.stream("GET", f"{guarded.url}/sse", headers=bearing(ADAS)) as stream,
    ):
        events = events_of(stream)
        where = guarded.url + (await anext(events)).decode()
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        assert (await http.post(where, json=ping, headers=bearing(BOBS))).status_code == 404
        assert (await http.post(where, json=ping)).status_code == 401
        assert (await http.post(where, json=ping, headers=bearing(ADAS))).status_code == 202
