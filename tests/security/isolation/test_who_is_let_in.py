"""Where each user brings a key: without one nothing is answered, and no other key is ever used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from posted import HANDSHAKE, MODERN, Post, tool_call
from security.isolation.users import ADA, BOB, opened, sharing, told

if TYPE_CHECKING:
    from security.isolation.upstream import KnowingUpstream
    from served import Served

READ: tuple[str, dict[str, Any]] = ("list_sessions", {})
BEARER = f"Bearer {ADA.key}"

eras = pytest.mark.parametrize("era", [HANDSHAKE, MODERN])


@eras
@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("authorization", "")],
        [("authorization", "Bearer")],
        [("authorization", ADA.key)],
        [("authorization", f"Basic {ADA.key}")],
        [("authorization", f"Bearer {ADA.key} {BOB.key}")],
        [("authorization", f"{BEARER}, Bearer {BOB.key}")],
        [("authorization", BEARER), ("authorization", f"Bearer {BOB.key}")],
        [("authorization", BEARER), ("authorization", BEARER)],
        [("x-vapi-key", "")],
        [("x-vapi-key", f"{ADA.key} {BOB.key}")],
        [("x-vapi-key", f"{ADA.key}, {BOB.key}")],
        [("x-vapi-key", ADA.key), ("x-vapi-key", BOB.key)],
        [("authorization", BEARER), ("x-vapi-key", "")],
        [("cookie", f"authorization={ADA.key}")],
        [("proxy-authorization", BEARER)],
    ],
)
async def test_without_exactly_one_key_a_request_is_refused(
    watched: Served, upstream: KnowingUpstream, era: str, headers: list[tuple[str, str]]
) -> None:
    sent = tool_call(*READ, era=era)
    async with sharing() as http:
        answer = await http.post(
            f"{watched.url}/mcp", json=sent.json, headers=[*sent.headers.items(), *headers]
        )
    assert answer.status_code == 401, answer.text
    assert answer.headers["www-authenticate"] == 'Bearer realm="vapi-sessions-mcp"'
    assert answer.headers["content-type"] == "application/json"
    error = answer.json()["error"]
    assert error["kind"] == "no_key"
    assert "X-Vapi-Key" in error["next"]
    assert ADA.key not in answer.text + str(answer.headers)
    assert upstream.requests == []


@pytest.mark.parametrize("query", [f"authorization=Bearer {ADA.key}", f"key={ADA.key}"])
async def test_a_key_in_the_address_is_none(watched: Served, query: str) -> None:
    async with sharing() as http:
        for path in ("/mcp", "/sse", "/messages/"):
            answer = await http.get(f"{watched.url}{path}?{query}", headers={"accept": "text/event-stream"})
            assert answer.status_code == 401


@eras
@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": BEARER},
        {"authorization": f"bearer   {ADA.key}"},
        {"x-vapi-key": ADA.key},
        {"x-vapi-key": ADA.key, "authorization": BEARER},
        {"x-vapi-key": ADA.key, "authorization": "Basic of-the-proxy"},
        {"x-vapi-key": ADA.key, "authorization": f"Bearer {BOB.key}"},
    ],
)
async def test_the_key_is_taken_from_its_own_header_first(
    watched: Served, upstream: KnowingUpstream, era: str, headers: dict[str, str]
) -> None:
    async with sharing() as http:
        post = Post(http, f"{watched.url}/mcp", era, headers)
        await post.open()
        answer = await post.call(*READ)
    assert ADA.name in answer.text
    assert BOB.name not in answer.text
    assert [one.headers["authorization"] for one in upstream.requests] == [BEARER]
    assert BOB.key not in str(upstream.requests)


@eras
async def test_a_key_that_the_api_does_not_know_is_told_as_any_failure(
    watched: Served, upstream: KnowingUpstream, era: str
) -> None:
    upstream.spills = True
    async with sharing(1) as http:
        ada, bob = [await opened(user, http, watched.url, era) for user in (ADA, BOB)]
        answers = [await post.call(*READ) for post in (ada, bob, ada)]
    for answer in answers:
        assert answer.status_code == 200
        assert told(answer)["structuredContent"]["error"]["kind"] == "unauthorized"
        assert "-key-" not in answer.text
