"""No caller sees, changes, confirms or slows what another has at the API."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import anyio
import pytest
from starlette.responses import JSONResponse

from fake_upstream import FakeUpstream, serving
from in_process import http_server
from posted import HANDSHAKE, MODERN, Post, events_of, letter
from security.users import ADA, BOB, User, opened, outcome, respond_to_owner, shared_connections
from vapi_sessions_tools.sessions.emulator import SessionStore, create_emulator

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    import httpx
    from starlette.types import Receive, Scope, Send

    Action = Callable[[Post, str], Awaitable[httpx.Response]]

eras = pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
CALLS_OF_EACH = 40
CAN_ASK: dict[str, Any] = {"elicitation": {"form": {}}}
YES: dict[str, Any] = {"action": "accept", "content": {}}
FROM_A_CLIENT = {"cookie": "who=me", "if-none-match": '"1"', "x-forwarded-for": "10.0.0.1", "baggage": "a=b"}


@pytest.fixture(scope="module", params=[[], ["--stateless"]], ids=["stateful", "stateless"])
def emulated(request: pytest.FixtureRequest) -> Generator[str]:
    """A server in front of the emulator, for which each key is an organisation."""
    store = SessionStore.open(None)
    with (
        serving(create_emulator(store)) as emulator,
        http_server("--credentials", "header", "--base-url", emulator, *request.param) as url,
    ):
        yield url
    store.close()


@pytest.fixture(scope="module")
def url(api: str) -> Generator[str]:
    """A server in front of the fake API that asks before it deletes."""
    flags = ("--credentials", "header", "--confirm", "delete_session")
    with http_server("--base-url", api, *flags) as url:
        yield url


def get_prompt(name: str) -> Action:
    return lambda post, one: post.ask("prompts/get", {"name": name, "arguments": {"session_id": one}})


async def complete(post: Post, value: str) -> httpx.Response:
    argument = {"name": "session_id", "value": value}
    reference = {"type": "ref/prompt", "name": "pick_up_conversation"}
    return await post.ask("completion/complete", {"ref": reference, "argument": argument})


READ_ONE: list[Action] = [
    lambda post, one: post.call("get_session", {"id": one}),
    lambda post, one: post.ask("resources/read", {"uri": f"vapi://sessions/{one}"}),
    lambda post, one: post.call("get_session", {"id": one, "query": "messages"}),
    lambda post, one: post.ask("resources/read", {"uri": f"vapi://sessions/{one}/transcript"}),
    get_prompt("pick_up_conversation"),
    get_prompt("summarise_for_handover"),
]
CHANGE_ONE: list[Action] = [
    lambda post, one: post.call("update_session", {"id": one, "name": "taken"}),
    lambda post, one: post.call("delete_session", {"id": one}),
]
ON_OWN: list[Action] = [
    *READ_ONE[:2],
    lambda post, _own: post.call("list_sessions", {}),
    lambda post, _own: post.call("list_sessions", {"limit": 100, "query": "results[].id"}),
    lambda post, own: complete(post, own[:2]),
    lambda post, _own: complete(post, ""),
]


def is_not_found(response: httpx.Response) -> bool:
    message = response.json()
    if "error" in message:
        error: dict[str, Any] = message["error"]
        return bool(error["message"] == "Resource not found" or error["data"].get("kind") == "not_found")
    result: dict[str, Any] = message["result"]
    return bool(result.get("isError")) and result["structuredContent"]["error"]["kind"] == "not_found"


@eras
async def test_session_of_another_caller_is_not_found_however_calls_are_mixed(
    emulated: str, era: str
) -> None:
    fresh = uuid4().hex  # callers who have no sessions yet
    async with shared_connections(4) as http:
        users = {user: replace(user, key=f"{user.key}-{fresh}") for user in (ADA, BOB)}
        ada, bob = [await opened(user, http, emulated, era) for user in users.values()]
        made = [
            outcome(await post.call("create_session", {"name": user.name, "messages": words(user)}))
            for post, user in ((ada, ADA), (bob, BOB))
        ]
        hers, his = (result["structuredContent"]["id"] for result in made)
        for action in (*READ_ONE, *CHANGE_ONE):
            if action in READ_ONE:
                assert not is_not_found(await action(ada, hers))
            await act(action, bob, his, hers, ADA.name)
        mixed = random.Random(1)
        async with anyio.create_task_group() as tasks:
            for _ in range(CALLS_OF_EACH):
                for who in ((ada, hers, his, BOB.name), (bob, his, hers, ADA.name)):
                    tasks.start_soon(act, mixed.choice([*READ_ONE, *CHANGE_ONE, *ON_OWN]), *who)
        for value in ("", hers[:3], ADA.name):
            assert outcome(await complete(ada, value))["completion"]["values"] == [hers]
            assert hers not in outcome(await complete(bob, value))["completion"]["values"]
        for post, own, user in ((ada, hers, ADA), (bob, his, BOB)):
            left = outcome(await post.call("get_session", {"id": own}))["structuredContent"]
            assert (left["name"], left["messages"][0]["content"]) == (user.name, words(user)[0]["content"])


def words(user: User) -> list[dict[str, str]]:
    return [{"role": "user", "content": f"I am {user.name}."}]


async def act(action: Action, post: Post, own: str, others: str, unwanted: str) -> None:
    """Try an action on another caller's session, or use an own one; nothing of the other may come back."""
    if action not in ON_OWN or action in READ_ONE:
        refused = await action(post, others)
        assert is_not_found(refused), refused.text
        assert unwanted not in refused.text
    if action in ON_OWN:
        response = await action(post, own)
        assert own in response.text, response.text
        assert others not in response.text
        assert unwanted not in response.text


async def test_no_result_may_be_cached_for_others(url: str) -> None:
    own = f"vapi://sessions/{ADA.session_id}"
    prompt = {"name": "pick_up_conversation", "arguments": {"session_id": ADA.session_id}}
    asked: list[tuple[str, dict[str, Any]]] = [
        *((f"{what}/list", {}) for what in ("tools", "resources", "resources/templates", "prompts")),
        ("resources/read", {"uri": own}),
        ("resources/read", {"uri": f"{own}/transcript"}),
        ("prompts/get", prompt),
        ("tools/call", {"name": "get_session", "arguments": {"id": ADA.session_id}}),
    ]
    async with shared_connections() as http:
        ada = await opened(ADA, http, url, MODERN)
        for method, params in asked:
            response = await ada.send(letter(method, params, era=MODERN))
            result = response.json()["result"]
            assert result.get("cacheScope", "private") == "private"
            assert result.get("ttlMs", 0) == 0
            assert_not_cached(response)


def assert_not_cached(response: httpx.Response) -> None:
    assert not {"set-cookie", "etag"} & set(response.headers)
    assert "public" not in response.headers.get("cache-control", "")


@eras
async def test_api_gets_the_callers_key_and_neither_cookies_etags_nor_other_headers(
    url: str, upstream: FakeUpstream, era: str
) -> None:
    async with shared_connections(1) as http:
        ada, bob = [await opened(user, http, url, era) for user in (ADA, BOB)]
        ada.headers |= FROM_A_CLIENT
        for post, user in ((ada, ADA), (bob, BOB), (ada, ADA)):
            uri = f"vapi://sessions/{user.session_id}"
            for response in (
                await post.call("list_sessions", {}),
                await post.ask("resources/read", {"uri": uri}),
            ):
                assert user.name in response.text
                assert_not_cached(response)
    assert len(upstream.requests) == 6, "no response is reused"
    for sent, user in zip(upstream.requests, (ADA, ADA, BOB, BOB, ADA, ADA), strict=True):
        assert sent.headers["authorization"] == f"Bearer {user.key}"
        assert not {*FROM_A_CLIENT, "if-modified-since"} & set(sent.headers)


async def limit_ada(scope: Scope, receive: Receive, send: Send) -> None:
    if dict(scope["headers"])[b"authorization"].decode().endswith(ADA.key):
        limited = JSONResponse({"message": "slow down"}, 429, {"retry-after": "0.3"})
        await limited(scope, receive, send)
    else:
        await respond_to_owner(scope, receive, send)


@eras
async def test_rate_limit_of_one_caller_neither_delays_nor_is_reported_to_another(
    url: str, upstream: FakeUpstream, era: str
) -> None:
    upstream.responses += [limit_ada, limit_ada]
    responses: dict[str, httpx.Response] = {}
    async with shared_connections() as http:
        ada, bob = [await opened(user, http, url, era) for user in (ADA, BOB)]

        async def ask(user: User, post: Post) -> None:
            responses[user.name] = await post.call("get_session", {"id": user.session_id}, token="the same")

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, ADA, ada)
            tasks.start_soon(ask, BOB, bob)
    hers, his = responses[ADA.name], responses[BOB.name]
    assert hers.headers["content-type"].startswith("text/event-stream")
    assert "notifications/progress" in hers.text
    assert ADA.name in hers.text
    assert BOB.name not in hers.text
    assert his.headers["content-type"] == "application/json"
    assert "progress" not in his.text
    assert BOB.name in his.text


async def test_confirmation_of_the_handshake_era_counts_only_from_its_caller(
    url: str, upstream: FakeUpstream
) -> None:
    async with shared_connections(3) as http:
        ada, bob = [await opened(user, http, url, HANDSHAKE, CAN_ASK) for user in (ADA, BOB)]
        params = {"name": "delete_session", "arguments": {"id": ADA.session_id}}
        sent = letter("tools/call", params, era=HANDSHAKE, request_id="hers")
        headers = {**sent.headers, **ada.headers}
        async with http.stream("POST", ada.url, json=sent.json, headers=headers) as stream:
            events = events_of(stream)
            question = json.loads(await anext(events))
            assert question["method"] == "elicitation/create"
            yes: dict[str, Any] = {"jsonrpc": "2.0", "id": question["id"], "result": YES}
            in_his = await http.post(bob.url, json=yes, headers={**sent.headers, **bob.headers})
            in_hers = await http.post(ada.url, json=yes, headers={**headers, **BOB.headers})
            assert (in_his.status_code, in_hers.status_code) == (202, 404)
            no = {**yes, "result": {"action": "decline"}}
            assert (await http.post(ada.url, json=no, headers=headers)).status_code == 202
            ended = json.loads(await anext(events))
    assert ended["id"] == "hers"
    assert ended["result"]["structuredContent"]["error"]["kind"] == "declined"
    assert upstream.changes == []
