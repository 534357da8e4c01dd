"""What goes to the API for one user has nothing of another: no key, no cookie, nothing remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest

from posted import HANDSHAKE, MODERN, Post
from security.isolation.users import ADA, BOB, User, opened, sharing

if TYPE_CHECKING:
    import httpx

    from security.isolation.upstream import KnowingUpstream
    from served import Served

eras = pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
FROM_A_CLIENT = {"cookie": "who=me", "if-none-match": '"1"', "x-forwarded-for": "10.0.0.1", "baggage": "a=b"}


@eras
async def test_each_call_goes_out_with_its_own_users_key(
    watched: Served, upstream: KnowingUpstream, era: str
) -> None:
    async with sharing(4) as http:
        posts = [(user, await opened(user, http, watched.url, era)) for user in (ADA, BOB)]
        async with anyio.create_task_group() as tasks:
            for user, post in posts * 50:
                tasks.start_soon(read, user, post)
    assert len(upstream.requests) == 100
    for one in upstream.requests:
        owner = ADA if one.path.endswith(ADA.session_id) else BOB
        other = BOB if owner is ADA else ADA
        assert one.headers["authorization"] == f"Bearer {owner.key}"
        assert other.key not in str(one)


async def read(user: User, post: Post) -> None:
    """Read what is a user's own, and nobody else's."""
    answer = await post.call("get_session", {"id": user.session_id})
    assert user.name in answer.text
    assert (BOB if user is ADA else ADA).name not in answer.text


@eras
async def test_what_the_api_gives_to_be_remembered_is_forgotten(
    watched: Served, upstream: KnowingUpstream, era: str
) -> None:
    async with sharing(1) as http:
        ada, bob = [await opened(user, http, watched.url, era) for user in (ADA, BOB)]
        for post in (ada, bob, ada):
            for answer in (
                await post.call("list_sessions", {}),
                await post.ask("resources/read", {"uri": f"vapi://sessions/{ADA.session_id}"}),
            ):
                assert not {"set-cookie", "etag"} & set(answer.headers)
                assert "public" not in answer.headers.get("cache-control", "")
    assert len(upstream.requests) == 6, "none is answered from memory"
    for one in upstream.requests:
        assert not {"cookie", "if-none-match", "if-modified-since"} & set(one.headers)


@eras
async def test_what_else_a_client_says_does_not_go_on_to_the_api(
    watched: Served, upstream: KnowingUpstream, era: str
) -> None:
    async with sharing() as http:
        ada = await opened(ADA, http, watched.url, era)
        ada.headers |= FROM_A_CLIENT
        await ada.call("list_sessions", {})
    (one,) = upstream.requests
    assert not set(FROM_A_CLIENT) & set(one.headers)


@eras
async def test_a_pause_asked_of_one_is_not_asked_of_the_other_nor_told_to_them(
    watched: Served, upstream: KnowingUpstream, era: str
) -> None:
    upstream.slowed.add(ADA.name)
    answers: dict[str, httpx.Response] = {}
    async with sharing(2) as http:
        ada, bob = [await opened(user, http, watched.url, era) for user in (ADA, BOB)]

        async def ask(user: User, post: Post) -> None:
            answers[user.name] = await post.call("get_session", {"id": user.session_id}, token="the same")

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, ADA, ada)
            tasks.start_soon(ask, BOB, bob)
    hers, his = answers[ADA.name], answers[BOB.name]
    assert hers.headers["content-type"].startswith("text/event-stream")
    assert "notifications/progress" in hers.text
    assert ADA.name in hers.text
    assert BOB.name not in hers.text
    assert his.headers["content-type"] == "application/json"
    assert BOB.name in his.text
    assert "progress" not in his.text
    assert ADA.name not in his.text
