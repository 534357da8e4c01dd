"""Tool calls over every transport: results, errors, confirmation, progress, cancellation, large values."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import pytest
from mcp.shared.exceptions import MCPError

from fake_upstream import SESSION_ID, FakeUpstream, HeldResponse, page, session, severed_response
from server_process import LONGEST
from transports.connect import CONFIRMED, connect

if TYPE_CHECKING:
    from answering_user import Action, User
    from real_client import CallResult, Connected
    from transports.connect import Servers, Transport

Call = tuple[str, dict[str, Any]]

ID = {"id": SESSION_ID}
READ: Call = ("get_session", ID)
SPEECH = "Größe ﷽ 你好 עברית 👩‍👧 e\u0301 \u2028\u202e\U000e0041 \x7f\x1b tab\t nul\\u0000 \U0010ffff\ufeff"
QUESTION = f'Delete session {SESSION_ID} for good:\n- current name: "Order 1042"\nShall this be done?'


async def test_the_five_tools_work_together(
    api: Connected, user: User, transport: Transport, upstream: FakeUpstream
) -> None:
    name = f"Order of {transport.name}"
    given = {"messages": [{"role": "user", "content": "Where is my order?"}], "name": name}
    created = (await api.call("create_session", given)).result
    identity = {"id": created["id"]}
    assert created["messages"] == given["messages"]
    found = await api.call("list_sessions", {"name": name})
    assert [one["id"] for one in found.result["results"]] == [created["id"]]
    assert (await api.call("get_session", identity)).result == created
    updated = await api.call("update_session", {**identity, "status": "completed"})
    assert updated.result["status"] == "completed"
    selected = await api.call("get_session", {**identity, "query": "[status, name]"})
    assert selected.result["result"] == ["completed", name]
    if transport.two_way:
        assert (await api.call("delete_session", identity)).result == {**identity, "deleted": True}
        assert len(user.asked) == 1
        assert (await api.call("get_session", identity)).error["status"] == 404
    changes = ["POST", "PATCH", "DELETE"] if transport.two_way else ["POST", "PATCH"]
    assert [request.method for request in upstream.changes] == changes


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        READ,
        ("list_sessions", {"limit": 3}),
        ("create_session", {"name": "n", "messages": [{"role": "user", "content": "hi"}]}),
        ("update_session", {"id": SESSION_ID, "name": "n"}),
    ],
)
async def test_result_and_request_to_the_api_match_the_reference_transport(
    api: Connected, reference: Connected, upstream: FakeUpstream, tool: str, arguments: dict[str, Any]
) -> None:
    for _ in range(2):
        upstream.respond(page(session()) if tool == "list_sessions" else session(messages=[]))
    here, there = await api.call(tool, arguments), await reference.call(tool, arguments)
    assert not here.is_error, here.text
    assert here == there
    first, second = [
        (sent.method, sent.path, sent.query, sent.body, sent.headers["authorization"])
        for sent in upstream.requests
    ]
    assert first == second


async def test_a_wrong_call_is_refused_with_the_same_error_and_nothing_is_sent(
    api: Connected, reference: Connected, upstream: FakeUpstream
) -> None:
    for call, place in (
        (("create_session", {"nmae": "x"}), "nmae"),
        (("get_session", {"id": "../assistant?x#"}), "id"),
        (("update_session", {**ID, "messages": [{"role": "wizard"}]}), "messages[0].role"),
    ):
        here, there = await api.call(*call), await reference.call(*call)
        assert here.error["kind"] == "invalid_arguments"
        assert here.error["problems"][0]["path"] == place
        assert here == there
    with pytest.raises(MCPError, match=r"^Unknown tool: nope\. The tools are create_session, ") as refused:
        await api.client.call_tool("nope", {})
    assert refused.value.error.code == -32602
    assert upstream.requests == []


async def test_a_failure_of_the_api_is_the_same_error(
    api: Connected, reference: Connected, upstream: FakeUpstream
) -> None:
    for status, kind, attempts in (
        (400, "refused_by_api", 1),
        (429, "rate_limited", 3),
        (500, "upstream", 1),
    ):
        ends: list[CallResult] = []
        for client in (api, reference):
            for _ in range(attempts):
                upstream.respond({"message": ["Voilà."]}, status, {"retry-after": "0"})
            ends.append(await client.call(*READ))
            assert upstream.responses == []
        here, there = ends
        assert (here.error["kind"], here.error["status"]) == (kind, status)
        assert here == there


async def test_a_creation_whose_response_is_lost_has_an_unknown_outcome_and_is_sent_once(
    api: Connected, reference: Connected, upstream: FakeUpstream
) -> None:
    ends: list[CallResult] = []
    for client in (api, reference):
        upstream.responses.append(severed_response)
        ends.append(await client.call("create_session", {"name": "n"}))
        assert len(upstream.changes) == len(ends)
    here, there = ends
    assert here == there
    assert here.error["kind"] == "unknown_outcome"


@pytest.mark.parametrize("action", ["accept", "decline", "cancel"])
async def test_only_a_user_who_agrees_lets_a_call_reach_the_api(
    api: Connected, user: User, transport: Transport, upstream: FakeUpstream, action: Action
) -> None:
    user.answer = action
    upstream.respond(session(name="Order 1042"))
    upstream.respond(session())
    end = await api.call(CONFIRMED, ID)
    asked = [question.message for question in user.asked]
    methods = [request.method for request in upstream.requests]
    if not transport.two_way:
        assert (asked, methods) == ([], [])
        assert "this client cannot ask the user" in end.error["message"]
    elif action == "accept":
        assert (asked, methods) == ([QUESTION], ["GET", "DELETE"])
        assert end.result == {**ID, "deleted": True}
    else:
        assert (asked, methods) == ([QUESTION], ["GET"])
        assert end.error["kind"] == "declined"


async def test_a_wait_for_the_rate_limit_is_reported_as_progress(
    api: Connected, upstream: FakeUpstream
) -> None:
    upstream.respond({"message": "slow down"}, 429, {"retry-after": "0.1"})
    upstream.respond(session())
    reports: list[tuple[float, float | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        assert message is not None
        assert "rate" in message
        assert "attempt 2 of 3" in message
        reports.append((progress, total))

    with anyio.fail_after(LONGEST):
        answer = await api.client.call_tool(*READ, progress_callback=note)
    assert not answer.is_error
    assert reports == [(1, None)]
    assert len(upstream.requests) == 2


async def test_a_cancelled_call_is_given_up_and_others_go_on(
    api: Connected, transport: Transport, servers: Servers, upstream: FakeUpstream
) -> None:
    held = HeldResponse()
    upstream.responses.append(held)

    async def cancel(client: Connected) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.client.call_tool, *READ)
            await anyio.to_thread.run_sync(held.wait_for_request)
            tasks.cancel_scope.cancel()

    if transport.two_way:
        await cancel(api)
    else:
        async with connect(
            transport, servers
        ) as leaving:  # without a way to cancel, it is the end that counts
            await cancel(leaving)
    await anyio.to_thread.run_sync(held.wait_for_disconnect)
    held.release()
    assert (await api.call(*READ)).error["status"] == 404


async def test_each_of_many_calls_at_once_gets_its_own_result(api: Connected, transport: Transport) -> None:
    names = [f"{transport.name} {number}" for number in range(16)]
    made = await asyncio.gather(*[api.call("create_session", {"name": name}) for name in names])
    assert [one.result["name"] for one in made] == names
    reads = [api.call("get_session", {"id": one.result["id"]}) for one in made]
    *read, wrong = await asyncio.gather(*reads, api.call("get_session", {"id": "none"}))
    assert [one.result["name"] for one in read] == names
    assert wrong.error["kind"] == "invalid_arguments"


@pytest.mark.parametrize(("turns", "complete"), [(46, True), (200, False)])
async def test_a_large_result_arrives_up_to_the_limit_of_results(
    api: Connected, reference: Connected, upstream: FakeUpstream, turns: int, *, complete: bool
) -> None:
    large = session(messages=[{"role": "user", "content": f"{n} " + "voilà 🎧 " * 100} for n in range(turns)])
    upstream.respond(large)
    upstream.respond(large)
    here, there = await api.call(*READ), await reference.call(*READ)
    assert (here.result["messages"] == large["messages"]) == complete
    assert 55_000 < len(here.text.encode()) <= 60_000
    assert here == there


async def test_large_arguments_and_every_script_reach_the_api_and_come_back_unchanged(
    api: Connected, upstream: FakeUpstream
) -> None:
    large = [{"role": "user", "content": f"{n} " + "voilà 🎧 " * 100} for n in range(60)]
    upstream.respond(session(messages=[]))
    assert not (await api.call("update_session", {**ID, "messages": large})).is_error
    assert upstream.requests[0].json == {"messages": large}
    given = {"messages": [{"role": "user", "content": SPEECH}], "name": "Zoë 🎉"}
    created = (await api.call("create_session", given)).result
    assert upstream.requests[1].json == given
    assert (created["messages"], created["name"]) == (given["messages"], given["name"])
    assert (await api.call("get_session", {"id": created["id"]})).result["messages"] == given["messages"]
