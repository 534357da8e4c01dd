"""A tool call ends the same way over every transport: its result, or what a model is told instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from mcp.shared.exceptions import MCPError

from fake_upstream import SESSION_ID, FakeUpstream, session, severed_response

if TYPE_CHECKING:
    from real_client import Connected, Told

Call = tuple[str, dict[str, Any]]

READ: Call = ("get_session", {"id": SESSION_ID})
CREATE: Call = ("create_session", {"name": "n"})


async def test_a_session_lives_through_all_five(api: Connected, upstream: FakeUpstream) -> None:
    name = str(uuid4())
    said = {"messages": [{"role": "user", "content": "Where is my order?"}], "name": name}
    created = (await api.call("create_session", said)).result
    identity = {"id": created["id"]}
    assert created["messages"] == said["messages"]
    found = await api.call("list_sessions", {"name": name})
    assert [one["id"] for one in found.result["results"]] == [created["id"]]
    assert (await api.call("get_session", identity)).result == created
    updated = await api.call("update_session", {**identity, "status": "completed"})
    assert updated.result["status"] == "completed"
    selected = await api.call("get_session", {**identity, "query": "[status, name]"})
    assert selected.result["result"] == ["completed", name]
    assert (await api.call("delete_session", identity)).result == {**identity, "deleted": True}
    assert (await api.call("get_session", identity)).error["status"] == 404
    sent = [request.method for request in upstream.requests]
    assert sent == ["POST", "GET", "GET", "PATCH", "GET", "DELETE", "GET"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_session", {"id": SESSION_ID}),
        ("list_sessions", {"limit": 3}),
        ("create_session", {"name": "n", "messages": [{"role": "user", "content": "hi"}]}),
        ("update_session", {"id": SESSION_ID, "name": "n"}),
        ("delete_session", {"id": SESSION_ID}),
    ],
)
async def test_a_result_and_what_was_sent_for_it_are_the_same(
    api: Connected, reference: Connected, upstream: FakeUpstream, tool: str, arguments: dict[str, Any]
) -> None:
    page = {"results": [session()], "metadata": {"itemsPerPage": 3, "totalItems": 1, "currentPage": 1}}
    for _ in range(2):
        upstream.respond(page if tool == "list_sessions" else session(messages=[]))
    here, there = await api.call(tool, arguments), await reference.call(tool, arguments)
    assert not here.is_error, here.text
    assert here == there
    one, another = upstream.requests
    assert (one.method, one.path, one.query, one.body, one.headers["authorization"]) == (
        another.method,
        another.path,
        another.query,
        another.body,
        another.headers["authorization"],
    )


WRONG: list[tuple[Call, str]] = [
    (("create_session", {"status": "paused"}), "status"),
    (("create_session", {"nmae": "x"}), "nmae"),
    (("create_session", {"assistant": {"voice": {"provider": "lmnt"}}}), "assistant.voice"),
    (("get_session", {"id": "../assistant?x#"}), "id"),
    (("get_session", {}), "id"),
    (("get_session", {"id": None}), "id"),
    (("list_sessions", {"query": "results[?"}), "query"),
    (("update_session", {"id": SESSION_ID, "messages": [{"role": "wizard"}]}), "messages[0].role"),
]


class TestRefused:
    @pytest.mark.parametrize(("call", "place"), WRONG)
    async def test_wrong_arguments_are_refused_with_the_same_words_and_nothing_is_sent(
        self,
        api: Connected,
        reference: Connected,
        upstream: FakeUpstream,
        call: Call,
        place: str,
    ) -> None:
        here, there = await api.call(*call), await reference.call(*call)
        assert here.error["kind"] == "invalid_arguments"
        assert here.error["problems"][0]["path"].startswith(place)
        assert here == there
        assert upstream.requests == []

    async def test_an_unknown_tool_is_a_protocol_error(self, api: Connected, upstream: FakeUpstream) -> None:
        with pytest.raises(
            MCPError, match=r"^Unknown tool: nope\. The tools are create_session, "
        ) as refused:
            await api.client.call_tool("nope", {})
        assert refused.value.error.code == -32602
        assert upstream.requests == []


class TestTheApiFails:
    @pytest.mark.parametrize("call", [READ, CREATE], ids=["read", "create"])
    @pytest.mark.parametrize(
        "failure",
        [
            (400, ["assistant.voice.voiceId must be a string"], "refused_by_api"),
            (401, "Invalid Key. Hot tip, you may be using the public key.", "unauthorized"),
            (404, "Session not there.", "not_found"),
            (429, "Too many.", "rate_limited"),
            (500, "Internal server error", "upstream"),
        ],
    )
    async def test_its_failures_are_told_with_the_same_words(
        self,
        api: Connected,
        reference: Connected,
        upstream: FakeUpstream,
        failure: tuple[int, str | list[str], str],
        call: Call,
    ) -> None:
        status, message, kind = failure
        told: list[Told] = []
        for client in (api, reference):
            for _ in range(3 if status == 429 else 1):
                body = {"message": message, "statusCode": status}
                upstream.respond(body, status, {"retry-after": "0"} if status == 429 else None)
            told.append(await client.call(*call))
            assert upstream.responses == []
        here, there = told
        assert (here.error["kind"], here.error["status"]) == (kind, status)
        assert here == there

    async def test_a_creation_whose_answer_is_lost_may_have_been_done(
        self, api: Connected, reference: Connected, upstream: FakeUpstream
    ) -> None:
        told: list[Told] = []
        for client in (api, reference):
            upstream.responses.append(severed_response)
            told.append(await client.call(*CREATE))
        here, there = told
        assert here.error["kind"] == "unknown_outcome"
        assert "may have been done" in here.error["message"]
        assert here == there
        assert [request.method for request in upstream.requests].count("POST") == 2, "each was sent once"
