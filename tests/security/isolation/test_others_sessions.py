"""Nobody sees or touches what another has at the API, however requests are mixed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from posted import HANDSHAKE, MODERN, Post, letter
from security.isolation.users import ADA, BOB, User, newcomers, opened, sharing, told

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    from served import Served

CALLS_OF_EACH = 200

eras = pytest.mark.parametrize("era", [HANDSHAKE, MODERN])


async def with_a_session(post: Post, user: User) -> str:
    """Create a session that bears its owner's name, and return its id."""
    said = [{"role": "user", "content": f"I am {user.name}."}]
    made = told(await post.call("create_session", {"name": user.name, "messages": said}))
    assert not made["isError"], made
    identity: str = made["structuredContent"]["id"]
    return identity


async def complete(post: Post, value: str) -> httpx.Response:
    """Complete the id of a session."""
    reference = {"type": "ref/prompt", "name": "pick_up_conversation"}
    return await post.ask(
        "completion/complete", {"ref": reference, "argument": {"name": "session_id", "value": value}}
    )


ON_ANOTHERS: dict[str, Callable[[Post, str], Awaitable[httpx.Response]]] = {
    "get": lambda post, theirs: post.call("get_session", {"id": theirs}),
    "get a part": lambda post, theirs: post.call("get_session", {"id": theirs, "query": "messages"}),
    "update": lambda post, theirs: post.call("update_session", {"id": theirs, "name": "taken"}),
    "delete": lambda post, theirs: post.call("delete_session", {"id": theirs}),
    "read": lambda post, theirs: post.ask("resources/read", {"uri": f"vapi://sessions/{theirs}"}),
    "transcript": lambda post, theirs: post.ask(
        "resources/read", {"uri": f"vapi://sessions/{theirs}/transcript"}
    ),
    "pick up": lambda post, theirs: post.ask(
        "prompts/get", {"name": "pick_up_conversation", "arguments": {"session_id": theirs}}
    ),
    "summarise": lambda post, theirs: post.ask(
        "prompts/get", {"name": "summarise_for_handover", "arguments": {"session_id": theirs}}
    ),
}
"""What one user tries on a session of another; each must end as if there were none."""

FOR_ALL: dict[str, Callable[[Post, str], Awaitable[httpx.Response]]] = {
    "list": lambda post, _mine: post.call("list_sessions", {}),
    "list by name": lambda post, _mine: post.call("list_sessions", {"limit": 100, "query": "results[].name"}),
    "get": lambda post, mine: post.call("get_session", {"id": mine}),
    "read": lambda post, mine: post.ask("resources/read", {"uri": f"vapi://sessions/{mine}"}),
    "complete": lambda post, mine: complete(post, mine[:2]),
    "complete all": lambda post, _mine: complete(post, ""),
}
"""What each user does with what is theirs."""


def failed(answer: httpx.Response) -> bool:
    """Whether an answer tells that there is no such thing."""
    message = answer.json()
    if "error" in message:
        error: dict[str, Any] = message["error"]
        return bool(error["message"] == "Resource not found" or error["data"].get("kind") == "not_found")
    result: dict[str, Any] = message["result"]
    return bool(result.get("isError")) and result["structuredContent"]["error"]["kind"] == "not_found"


@eras
async def test_two_users_at_once_on_shared_connections_see_their_own_alone(server: Served, era: str) -> None:
    async with sharing(connections=6) as http:
        ada, bob = [await opened(user, http, server.url, era) for user in newcomers()]
        hers, his = await with_a_session(ada, ADA), await with_a_session(bob, BOB)
        mixed = random.Random(1)  # noqa: S311  the same mixture each time
        async with anyio.create_task_group() as tasks:
            for _ in range(CALLS_OF_EACH):
                tasks.start_soon(one_of_many, mixed, ada, hers, his, BOB.name)
                tasks.start_soon(one_of_many, mixed, bob, his, hers, ADA.name)
        for post, mine, user in ((ada, hers, ADA), (bob, his, BOB)):
            left = told(await post.call("get_session", {"id": mine}))["structuredContent"]
            assert (left["name"], left["messages"][0]["content"]) == (user.name, f"I am {user.name}.")
            assert not told(await post.call("delete_session", {"id": mine}))["isError"]


async def one_of_many(mixed: random.Random, post: Post, mine: str, theirs: str, unwanted: str) -> None:
    """Do something, at random; nothing of the other user may come back."""
    if mixed.random() < 0.5:
        what = mixed.choice(list(ON_ANOTHERS))
        answer = await ON_ANOTHERS[what](post, theirs)
        assert failed(answer), (what, answer.text)
    else:
        what = mixed.choice(list(FOR_ALL))
        answer = await FOR_ALL[what](post, mine)
        assert "error" not in answer.json(), (what, answer.text)
        assert theirs not in answer.text, what
        assert mine in answer.text or what == "list by name", (what, answer.text)
    assert unwanted not in answer.text, what


@eras
@pytest.mark.parametrize("what", ON_ANOTHERS)
async def test_what_one_has_just_done_is_nothing_to_the_other(server: Served, era: str, what: str) -> None:
    async with sharing(connections=1) as http:
        ada, bob = [await opened(user, http, server.url, era) for user in newcomers()]
        hers = await with_a_session(ada, ADA)
        if what not in ("update", "delete"):
            assert not failed(await ON_ANOTHERS[what](ada, hers))
        answer = await ON_ANOTHERS[what](bob, hers)
        assert failed(answer), answer.text
        assert ADA.name not in answer.text
        assert not failed(await ON_ANOTHERS["get"](ada, hers))
        assert not failed(await ON_ANOTHERS["delete"](ada, hers))


@eras
async def test_ids_are_completed_from_ones_own_alone(server: Served, era: str) -> None:
    async with sharing(connections=1) as http:
        ada, bob = [await opened(user, http, server.url, era) for user in newcomers()]
        hers, his = await with_a_session(ada, ADA), await with_a_session(bob, BOB)
        for value in ("", hers[:3], ADA.name):
            assert told(await complete(ada, value))["completion"]["values"] == [hers]
            assert hers not in told(await complete(bob, value))["completion"]["values"]
        for post, mine in ((ada, hers), (bob, his)):
            await post.call("delete_session", {"id": mine})


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("tools/list", {}),
        ("resources/list", {}),
        ("resources/templates/list", {}),
        ("prompts/list", {}),
        ("resources/read", {"uri": "vapi://sessions/{mine}"}),
        ("resources/read", {"uri": "vapi://sessions/{mine}/transcript"}),
        ("prompts/get", {"name": "pick_up_conversation", "arguments": {"session_id": "{mine}"}}),
        ("tools/call", {"name": "get_session", "arguments": {"id": "{mine}"}}),
    ],
)
async def test_nothing_tells_a_cache_to_keep_it_for_others(
    server: Served, method: str, params: dict[str, Any]
) -> None:
    async with sharing() as http:
        ada = await opened(ADA, http, server.url, MODERN)
        hers = await with_a_session(ada, ADA)
        filled = {
            name: value.format(mine=hers) if isinstance(value, str) else _filled(value, hers)
            for name, value in params.items()
        }
        answer = await ada.send(letter(method, filled, era=MODERN))
        await ada.call("delete_session", {"id": hers})
    result = told(answer)
    assert "error" not in answer.json(), answer.text
    assert result.get("cacheScope", "private") == "private"
    assert result.get("ttlMs", 0) == 0
    assert "etag" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert "public" not in answer.headers.get("cache-control", "")


def _filled(arguments: dict[str, str], mine: str) -> dict[str, str]:
    return {name: value.format(mine=mine) for name, value in arguments.items()}
