"""Results are compact, limited in size, without secrets, and marked where third parties wrote."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fake_upstream import SESSION_ID, FakeUpstream, session
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.json_values import result_text
from vapi_sessions_tools.errors import InvalidArgumentsError
from vapi_sessions_tools.sessions.sandbox import open_sandbox
from vapi_sessions_tools.sessions.sandbox_key import SANDBOX_KEY, SANDBOX_URL
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")
ONE = {"id": SESSION_ID}
WORDS = {"name": "Order", "customer": {"name": "Ada"}, "messages": [{"role": "user", "content": "hi"}]}
CUSTOMER = {"number": "+14155551234", "name": "N" * 40, "email": "e" * 40, "externalId": "x" * 40}
HEAVY_ASSISTANT = {"model": {"messages": [{"role": "system", "content": "z" * 50_000}]}}


async def get(toolset: Toolset, query: str | None = None) -> Any:
    """Return the session, or what a query selects of it."""
    if query is None:
        return await toolset.call("get_session", ONE, KEY)
    return (await toolset.call("get_session", {**ONE, "query": query}, KEY))["result"]


async def test_the_compact_session_names_what_it_leaves_out(toolset: Toolset, upstream: FakeUpstream) -> None:
    upstream.respond(
        session(
            name="Order 1042",
            assistant={"model": {"provider": "openai"}},
            messages=[
                {"role": "user", "content": "hi"},
                {"role": "bot", "message": "Hello", "time": 1},
                {"role": "assistant", "content": None, "tool_calls": [{"id": "c1"}]},
            ],
            customer={"number": "+14155551234", "assistantOverrides": {"name": "x"}},
            metadata={"variableValues": {"a": 1}},
        )
    )
    shown = await get(toolset)
    assert shown["messages"] == [
        {"role": "user", "content": "hi"},
        {"role": "bot", "content": "Hello"},
        {"role": "assistant", "tool_calls": [{"id": "c1"}]},
    ]
    assert (shown["lossy"], shown["query"]) == (True, "messages")
    assert shown["customer"] == {"number": "+14155551234"}
    assert shown["metadata"] == {"variableValues": {"a": 1}}, "undeclared fields are kept"
    assert shown["omitted"].keys() == {"orgId", "assistant", "customer", "messages"}


async def test_a_list_shows_count_and_last_message_and_the_next_page(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    messages = [{"role": "user", "content": "first"}, {"role": "bot", "message": "y" * 200}]
    metadata = {"itemsPerPage": 2, "totalItems": 5, "currentPage": 1}
    upstream.respond({"results": [session(messages=messages), session()], "metadata": metadata})
    shown = await toolset.call("list_sessions", {"limit": 2, "name": "x"}, KEY)
    entry, other = shown["results"]
    assert (entry["messageCount"], other["messageCount"], "lastMessage" in other) == (2, 0, False)
    assert entry["lastMessage"] == {"role": "bot", "content": "y" * 120 + "…[+80 characters]"}
    assert shown["page"] == metadata
    window = {"createdAtLt": "2026-07-28T09:00:00.001Z"}
    assert shown["next"] == {"limit": 2, "name": "x", "page": 2, **window}


class TestSize:
    @pytest.mark.parametrize("word", ["word ", "سلام\u200c ", 'a"b\n', "👨\u200d👩\u200d👧 "])
    @pytest.mark.parametrize("customer", [CUSTOMER, None], ids=["customer", "no customer"])
    async def test_twenty_sessions_take_less_than_12_kb(
        self, toolset: Toolset, upstream: FakeUpstream, word: str, customer: dict[str, str] | None
    ) -> None:
        ids = dict.fromkeys(("assistantId", "squadId", "customerId", "phoneNumberId"), SESSION_ID)
        messages = [{"role": "assistant", "content": word * 40}] * 20
        heavy = session(
            name="n" * 40,
            cost=1.234567,
            customer=customer,
            messages=messages,
            assistant=HEAVY_ASSISTANT,
            **ids,
        )
        upstream.respond({"results": [heavy] * 20, "metadata": {"totalItems": 2_000, "currentPage": 1}})
        listed = await toolset.call("list_sessions", {}, KEY)
        assert len(result_text(listed).encode()) < 12_000
        assert len(listed["results"]) == 20
        assert "lastMessage" in listed["results"][0]

    async def test_a_session_of_twenty_turns_takes_less_than_6_kb(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        turns = [{"role": "user" if turn % 2 else "assistant", "content": "x" * 150} for turn in range(20)]
        undeclared = {f"novelty{number}": "y" * 250 for number in range(30)}
        fields = {"assistantId": SESSION_ID, "assistant": HEAVY_ASSISTANT, **undeclared}
        upstream.respond(session(name="n" * 40, messages=turns, customer=CUSTOMER, **fields))
        shown = await get(toolset)
        assert len(result_text(shown).encode()) < 6_000
        assert [message["content"] for message in shown["messages"]] == ["x" * 150] * 20
        assert "lossy" not in shown

    @pytest.mark.parametrize("character", ["x", "\U000e0041"])
    async def test_a_session_that_is_too_long_is_cut_and_names_the_query_for_the_rest(
        self, toolset: Toolset, upstream: FakeUpstream, character: str
    ) -> None:
        upstream.respond(session(messages=[{"role": "user", "content": character * 1_000}] * 100))
        shown = await get(toolset)
        assert len(result_text(shown).encode()) <= 60_000
        assert "of 100 items" in shown["cut"]["messages"]
        assert "query" in shown["cut"]["rest"]
        assert (shown["lossy"], shown["query"]) == (True, "messages")
        assert shown["untrusted"] == ["messages"]

    async def test_a_named_page_that_is_too_long_is_requested_in_parts(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        heavy = [session(id=f"s{number}", name="n" * 200, squadId="q" * 200) for number in range(200)]
        upstream.respond({"results": heavy, "metadata": {"totalItems": 400, "nextCursor": "c2"}})
        shown = await toolset.call("list_sessions", {"cursor": "c1", "limit": 200}, KEY)
        assert shown["results"] == []
        assert "0 of 200" in shown["cut"]["results"]
        assert shown["next"]["cursor"] == "c1"
        assert 20 < shown["next"]["limit"] < 200


class TestFollowingNext:
    @pytest.mark.parametrize(
        ("total", "limit", "most"), [(600, 600, 1_000), (250, 500, 100)], ids=["cut pages", "short pages"]
    )
    async def test_every_session_of_pages_that_are_cut_or_shorter_than_requested_is_met_once(
        self, toolset: Toolset, upstream: FakeUpstream, total: int, limit: int, most: int
    ) -> None:
        everything = [session(id=f"{number:036d}", name="n" * 40) for number in range(total)]
        seen: list[str] = []
        arguments: dict[str, Any] | None = {"limit": limit}
        while arguments is not None:
            size, page = min(arguments["limit"], most), arguments.get("page", 1)
            part = everything[(page - 1) * size : page * size]
            upstream.respond({"results": part, "metadata": {"totalItems": total}})
            shown = await toolset.call("list_sessions", arguments, KEY)
            assert len(result_text(shown).encode()) <= 60_000
            seen += [entry["id"] for entry in shown["results"]]
            arguments = shown["next"]
        assert seen == [entry["id"] for entry in everything]

    @pytest.mark.parametrize("start", [{}, {"sortOrder": "ASC"}, {"sortBy": "createdAt", "page": 1}])
    async def test_sessions_that_are_created_meanwhile_shift_no_page(
        self, contract: Contract, start: dict[str, Any]
    ) -> None:
        key = Credential(SANDBOX_KEY)
        toolset = Toolset(contract, lambda: Client(SANDBOX_URL, transport=open_sandbox(None)))
        created = [(await toolset.call("create_session", {}, key))["id"] for _ in range(8)]
        arguments: dict[str, Any] | None = {**start, "limit": 3}
        seen: list[str] = []
        while arguments is not None:
            shown = await toolset.call("list_sessions", arguments, key)
            seen += [entry["id"] for entry in shown["results"]]
            arguments = shown["next"] if len(seen) < 50 else None
            if len(seen) < 7:
                await toolset.call("create_session", {}, key)
                await toolset.call("create_session", {}, key)
        expected = created if start.get("sortOrder") == "ASC" else created[::-1]
        assert [identity for identity in seen if identity in created] == expected
        assert len(set(seen)) == len(seen)
        await toolset.aclose()


class TestQuery:
    async def test_it_selects_from_the_full_response(self, toolset: Toolset) -> None:
        assert await get(toolset, "orgId") == "7b2f6d1e-0c1f-4f52-9b2e-55d5a0a1c001"
        listed = await toolset.call("list_sessions", {"query": "results[?status=='active'].id"}, KEY)
        assert listed["result"] == [SESSION_ID]

    @pytest.mark.parametrize(
        ("tool", "query", "words", "sent"),
        [
            ("create_session", "results[?", "query is no JMESPath expression", 0),
            ("list_sessions", "abs(results)", "query does not fit the answer", 1),
            ("list_sessions", "|".join(["[@]"] * 300), "query does not fit the answer", 1),
        ],
    )
    async def test_a_wrong_query_is_refused(
        self, toolset: Toolset, upstream: FakeUpstream, tool: str, query: str, words: str, sent: int
    ) -> None:
        with pytest.raises(InvalidArgumentsError, match=words) as caught:
            await toolset.call(tool, {"query": query}, KEY)
        assert len(json.dumps(caught.value.as_result())) < 2_000
        assert len(upstream.requests) == sent

    async def test_a_query_that_does_not_fit_does_not_hide_what_was_done(self, toolset: Toolset) -> None:
        done = await toolset.call("create_session", {"query": "abs(id)"}, KEY)
        assert done["id"] == SESSION_ID
        assert done["query_error"]["path"] == "query"


async def test_an_operator_may_reveal_links(contract: Contract, upstream: FakeUpstream) -> None:
    link = "https://storage.example/r.wav"
    upstream.respond(session(artifact={"recordingUrl": link}))
    transport = httpx.ASGITransport(upstream)
    toolset = Toolset(contract, lambda: Client("http://localhost", transport=transport), reveal_links=True)
    assert await get(toolset, "artifact.recordingUrl") == link


class TestUntrustedMark:
    @pytest.mark.parametrize(
        ("tool", "fields", "places"),
        [
            ("get_session", WORDS, ["customer", "messages", "name"]),
            ("create_session", WORDS, ["customer", "messages", "name"]),
            ("get_session", {"metadata": {"a": "b"}, "artifact": {"transcript": "long"}}, ["metadata"]),
            ("get_session", {}, None),
        ],
    )
    async def test_a_session_is_marked_at_the_words_that_are_shown(
        self,
        toolset: Toolset,
        upstream: FakeUpstream,
        tool: str,
        fields: dict[str, Any],
        places: list[str] | None,
    ) -> None:
        upstream.respond(session(**fields))
        shown = await toolset.call(tool, {} if tool == "create_session" else ONE, KEY)
        assert shown.get("untrusted") == places

    async def test_a_list_is_marked_and_so_are_undeclared_fields_beside_it(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        results = [session(**WORDS), session()]
        upstream.respond({"results": results, "metadata": {}, "note": "from anyone"})
        shown = await toolset.call("list_sessions", {}, KEY)
        assert shown["note"] == "from anyone"
        places = ["results[].customer", "results[].lastMessage", "results[].name", "note"]
        assert shown["untrusted"] == places

    @pytest.mark.parametrize(
        ("query", "is_marked"),
        [("name", True), ("messages", True), ("length(messages)", False), ("nope", False)],
    )
    async def test_the_selection_of_a_query_is_marked_where_it_may_be_words(
        self, toolset: Toolset, upstream: FakeUpstream, query: str, *, is_marked: bool
    ) -> None:
        upstream.respond(session(**WORDS))
        shown = await toolset.call("get_session", {**ONE, "query": query}, KEY)
        assert shown.get("untrusted") == (["result"] if is_marked else None)
