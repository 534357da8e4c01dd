"""What a caller sees of an answer: compact, within its size, without secrets, or what a query selects."""

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
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")
ONE = {"id": SESSION_ID}


async def test_the_compact_session_names_what_it_leaves_out(toolset: Toolset, upstream: FakeUpstream) -> None:
    upstream.respond(
        session(
            name="Order 1042",
            assistant={"model": {"provider": "openai"}},
            messages=[{"role": "user", "content": "hi"}],
            customer={"number": "+14155551234", "assistantOverrides": {"name": "x"}},
            metadata={"variableValues": {"a": 1}},
        )
    )
    shown = await toolset.call("get_session", ONE, KEY)
    assert shown["messages"] == [{"role": "user", "content": "hi"}]
    assert shown["customer"] == {"number": "+14155551234"}
    assert shown["metadata"] == {"variableValues": {"a": 1}}, "undeclared fields survive"
    assert shown["omitted"].keys() == {"orgId", "assistant", "customer"}
    assert "lossy" not in shown


async def test_messages_shown_in_part_say_so_and_name_the_way_to_the_whole(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    spoken = {"role": "bot", "message": "Hello", "time": 1, "endTime": 2, "secondsFromStart": 0}
    upstream.respond(session(messages=[spoken]))
    shown = await toolset.call("get_session", ONE, KEY)
    assert shown["messages"] == [{"role": "bot", "content": "Hello"}]
    assert (shown["lossy"], shown["query"]) == (True, "messages")
    upstream.respond(session(messages=[spoken]))
    whole = await toolset.call("get_session", {**ONE, "query": shown["query"]}, KEY)
    assert whole["result"] == [spoken]


async def test_a_list_shows_count_and_last_message_and_the_next_page(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    messages = [{"role": "user", "content": "first"}, {"role": "assistant", "content": "y" * 200}]
    metadata = {"itemsPerPage": 2, "totalItems": 5, "currentPage": 1}
    upstream.respond({"results": [session(messages=messages)] * 2, "metadata": metadata})
    shown = await toolset.call("list_sessions", {"limit": 2, "name": "x"}, KEY)
    entry = shown["results"][0]
    assert entry["messageCount"] == 2
    assert entry["lastMessage"] == {"role": "assistant", "content": "y" * 120 + "…[+80 characters]"}
    assert shown["page"] == metadata
    window = {"createdAtLt": "2026-07-28T09:00:00.001Z"}
    assert shown["next"] == {"limit": 2, "name": "x", "page": 2, **window}


FULL = {"number": "+14155551234", "name": "N" * 40, "email": "e" * 40, "externalId": "x" * 40}


@pytest.mark.parametrize("word", ["word ", "سلام\u200c ", 'a"b\n', "👨\u200d👩\u200d👧 "])
@pytest.mark.parametrize("customer", [{"number": "+14155551234", "name": "Ada"}, FULL, None])
async def test_twenty_sessions_stay_under_12_kb_whatever_they_hold(
    toolset: Toolset, upstream: FakeUpstream, word: str, customer: dict[str, str] | None
) -> None:
    ids = dict.fromkeys(("assistantId", "squadId", "customerId", "phoneNumberId"), SESSION_ID)
    heavy = session(
        name="n" * 40,
        cost=1.234567,
        customer=customer,
        messages=[{"role": "assistant", "content": word * 40}] * 20,
        assistant={"model": {"messages": [{"role": "system", "content": "z" * 50_000}]}},
        **ids,
    )
    upstream.respond({"results": [heavy] * 20, "metadata": {"totalItems": 2_000, "currentPage": 1}})
    listed = await toolset.call("list_sessions", {}, KEY)
    assert len(result_text(listed).encode()) < 12_000
    assert len(listed["results"]) == 20
    assert "lastMessage" in listed["results"][0]


async def test_a_session_of_twenty_turns_stays_under_6_kb_whatever_its_assistant_weighs(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    turns = [{"role": "user" if turn % 2 else "assistant", "content": "x" * 150} for turn in range(20)]
    undeclared = {f"novelty{number}": "y" * 250 for number in range(30)}
    upstream.respond(
        session(
            name="n" * 40,
            messages=turns,
            assistantId=SESSION_ID,
            customer=FULL,
            assistant={"model": {"messages": [{"role": "system", "content": "z" * 50_000}]}},
            **undeclared,
        )
    )
    read = await toolset.call("get_session", ONE, KEY)
    assert len(result_text(read).encode()) < 6_000
    assert [message["content"] for message in read["messages"]] == ["x" * 150] * 20


async def test_a_page_too_long_to_show_is_cut_and_goes_on_without_a_gap(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    everything = [
        session(id=f"{number:08d}-0000-4000-8000-000000000000", name="n" * 40) for number in range(600)
    ]
    seen: list[str] = []
    arguments: dict[str, Any] | None = {"limit": 600}
    while arguments is not None:
        limit, page = arguments["limit"], arguments.get("page", 1)
        part = everything[(page - 1) * limit : page * limit]
        upstream.respond({"results": part, "metadata": {"totalItems": len(everything)}})
        shown = await toolset.call("list_sessions", arguments, KEY)
        assert len(json.dumps(shown, ensure_ascii=False, separators=(",", ":"))) <= 60_000
        seen += [entry["id"] for entry in shown["results"]]
        arguments = shown["next"]
    assert seen == [entry["id"] for entry in everything]


async def test_a_session_too_long_to_show_is_cut_with_the_way_to_the_rest(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    upstream.respond(session(messages=[{"role": "user", "content": "x" * 1_000}] * 300))
    shown = await toolset.call("get_session", ONE, KEY)
    assert len(json.dumps(shown, ensure_ascii=False, separators=(",", ":"))) <= 60_000
    assert "of 300 items" in shown["cut"]["messages"]
    assert "query" in shown["cut"]["rest"]
    assert (shown["lossy"], shown["query"]) == (True, "messages")


async def test_a_query_selects_from_the_full_answer(toolset: Toolset) -> None:
    one = await toolset.call("get_session", {**ONE, "query": "orgId"}, KEY)
    several = await toolset.call("list_sessions", {"query": "results[?status=='active'].id"}, KEY)
    assert one["result"] == "7b2f6d1e-0c1f-4f52-9b2e-55d5a0a1c001"
    assert several["result"] == [SESSION_ID]


async def test_a_wrong_query_is_refused_before_anything_is_sent(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    with pytest.raises(InvalidArgumentsError, match="query is no JMESPath expression"):
        await toolset.call("create_session", {"query": "results[?"}, KEY)
    assert upstream.requests == []


async def test_a_query_that_does_not_fit_never_hides_what_was_done(toolset: Toolset) -> None:
    done = await toolset.call("create_session", {"query": "abs(id)"}, KEY)
    assert done["id"] == SESSION_ID
    assert done["query_error"]["path"] == "query"
    with pytest.raises(InvalidArgumentsError, match="query does not fit the answer"):
        await toolset.call("get_session", {**ONE, "query": "abs(id)"}, KEY)


async def test_secrets_are_taken_out_before_anything_sees_the_answer(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    assistant = {
        "server": {"url": "https://acme.example/hook?token=s3cret-in-url", "headers": {"X": "s3cret-header"}},
        "credentials": [{"provider": "openai", "apiKey": "s3cret-key"}],
        "model": {"maxTokens": 500, "tools": [{"parameters": [{"key": "k", "value": "s3cret-value"}]}]},
    }
    artifact = {"recordingUrl": "https://s3cret.example/r.wav", "transcript": "hi vapi-private-key"}
    upstream.respond(session(assistant=assistant, artifact=artifact, metadata={"my_api_key": "s3cret-meta"}))
    shown = await toolset.call("get_session", {**ONE, "query": "@"}, KEY)
    text = json.dumps(shown)
    assert "s3cret" not in text
    assert "vapi-private-key" not in text
    assert shown["result"]["assistant"]["server"]["url"] == "https://acme.example/***redacted***"
    assert shown["result"]["assistant"]["model"]["maxTokens"] == 500


async def test_an_operator_may_have_links_shown(contract: Contract, upstream: FakeUpstream) -> None:
    link = "https://storage.example/r.wav"
    upstream.respond(session(artifact={"recordingUrl": link}))
    toolset = Toolset(
        contract,
        lambda: Client("http://localhost", transport=httpx.ASGITransport(upstream)),
        reveal_links=True,
    )
    shown = await toolset.call("get_session", {**ONE, "query": "artifact.recordingUrl"}, KEY)
    assert shown["result"] == link
    await toolset.aclose()
