"""The tools against an upstream that accepts everything: what is sent, what is refused, what is shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from recording_upstream import SESSION_ID, RecordingUpstream, session
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.errors import ApiAnswerError, InvalidArgumentsError, NoKeyError
from vapi_sessions_tools.toolset import Toolset, UnknownToolError

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")
ONE = {"id": SESSION_ID}
TOOL_CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}, "new": 1}


async def test_an_ordinary_chat_message_reaches_the_api_unchanged(
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    body = {"messages": [{"role": "user", "content": "hi"}]}
    await toolset.call("create_session", body, KEY)
    (seen,) = upstream.requests
    assert (seen.method, seen.path, seen.json) == ("POST", "/session", body)


@pytest.mark.parametrize(
    "body",
    [
        {"assistant": {"model": {"provider": "openai", "model": "gpt-of-next-month"}}},
        {"assistant": {"model": {"provider": "nonsense", "model": "gpt-4o"}}},
        {"assistant": {"voice": {"provider": "11labs", "voiceId": "new", "novelty": {"a": [1, None]}}}},
        {"assistantOverrides": {"variableValues": {"name": "Ada", "nothing": None}}},
        {"messages": [{"role": "tool", "content": "42", "tool_call_id": "c1"}]},
        {"messages": [{"role": "assistant", "content": None, "tool_calls": [TOOL_CALL]}]},
        {"name": "é😀\u200d"},
    ],
)
async def test_what_the_contract_cannot_rule_out_is_passed_on_unchanged(
    toolset: Toolset, upstream: RecordingUpstream, body: dict[str, Any]
) -> None:
    await toolset.call("create_session", body, KEY)
    assert upstream.requests[0].json == body


async def test_filters_are_written_as_the_api_reads_them(
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    await toolset.call(
        "list_sessions",
        {
            "assistantIdAny": ["a", "b"],
            "customerNumberAny": "+14155551234,+14155550000",
            "phoneNumberIdAny": ["p", "q"],
            "numberE164CheckEnabled": True,
            "page": 2.0,
            "createdAtGe": "2026-01-31",
            "createdAtLe": "2026-01-31",
            "updatedAtLt": "2026-01-31T10:00:00+02:00",
        },
        KEY,
    )
    assert upstream.requests[0].query.split("&") == [
        "assistantIdAny=a%2Cb",
        "numberE164CheckEnabled=true",
        "customerNumberAny=%2B14155551234%2C%2B14155550000",
        "phoneNumberIdAny=p",
        "phoneNumberIdAny=q",
        "page=2",
        "limit=20",
        "createdAtGe=2026-01-31T00%3A00%3A00.000Z",
        "createdAtLe=2026-01-31T23%3A59%3A59.999Z",
        "updatedAtLt=2026-01-31T08%3A00%3A00.000Z",
    ]


async def test_an_id_that_is_none_never_leaves_the_process(
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    for identity in ("../assistant?x#", "..", "", "a/b", 7, None, SESSION_ID + "\n"):
        with pytest.raises(InvalidArgumentsError) as caught:
            await toolset.call("get_session", {"id": identity}, KEY)
        assert caught.value.problems[0].path == "id"
    assert upstream.requests == []


async def test_many_problems_are_told_first_ones_in_full_then_counted(toolset: Toolset) -> None:
    messages = [{"role": "wizard"}] * 30
    with pytest.raises(InvalidArgumentsError) as caught:
        toolset.prepare("create_session", {"messages": messages, "status": "paused"})
    assert len(caught.value.problems) == 8
    assert caught.value.more == 23
    assert {problem.rule for problem in caught.value.problems} == {"must be one of the listed values"}
    assert caught.value.as_result()["error"]["more"] == 23


@pytest.mark.parametrize(
    "sent_back", ["***redacted***", "https://acme.example/***redacted***", "Hel…[+94 characters]"]
)
async def test_a_placeholder_that_comes_back_is_refused(
    toolset: Toolset, upstream: RecordingUpstream, sent_back: str
) -> None:
    body = {"messages": [{"role": "user", "content": sent_back}]}
    with pytest.raises(InvalidArgumentsError, match="placeholder") as caught:
        await toolset.call("update_session", {**ONE, **body}, KEY)
    assert caught.value.problems[0].path == "messages[0].content"
    assert upstream.requests == []


async def test_ten_megabytes_and_a_thousand_levels_are_refused_clearly(toolset: Toolset) -> None:
    deep: Any = "x"
    for _ in range(1_000):
        deep = [deep]
    cases: dict[str, dict[str, Any]] = {
        "nested deeper": {"assistant": {"metadata": deep}},
        "bytes": {"assistantOverrides": {"variableValues": {"x": "y" * 10_000_000}}},
        "40 characters": {"name": "x" * 10_000_000},
    }
    for words, body in cases.items():
        with pytest.raises(InvalidArgumentsError, match=words) as caught:
            toolset.prepare("create_session", body)
        assert len(json.dumps(caught.value.as_result())) < 2_000
    with pytest.raises(InvalidArgumentsError, match="address of"):
        toolset.prepare("list_sessions", {"idAny": "x" * 100_000})


async def test_deep_json_in_a_text_is_no_way_around(toolset: Toolset) -> None:
    with pytest.raises(InvalidArgumentsError, match="must be an object"):
        toolset.prepare("create_session", {"assistant": '{"a":' * 500 + "1" + "}" * 500})
    with pytest.raises(InvalidArgumentsError, match="placeholder"):
        toolset.prepare("create_session", {"assistant": '{"name": "***redacted***"}'})


async def test_without_a_key_every_call_says_how_to_set_one(
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    for tool, arguments in (("list_sessions", {}), ("get_session", {"id": "wrong"})):
        with pytest.raises(NoKeyError, match="VAPI_API_KEY") as caught:
            await toolset.call(tool, arguments, MissingKey("VAPI_API_KEY holds ${X}."))
        assert caught.value.message.startswith("VAPI_API_KEY holds ${X}.")
        assert "--sandbox" in caught.value.next_step
    assert upstream.requests == []


async def test_there_is_no_other_tool(toolset: Toolset) -> None:
    with pytest.raises(UnknownToolError):
        await toolset.call("list_calls", {}, KEY)


async def test_the_compact_session_names_what_it_leaves_out(
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    upstream.answer(
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
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    spoken = {"role": "bot", "message": "Hello", "time": 1, "endTime": 2, "secondsFromStart": 0}
    upstream.answer(session(messages=[spoken]))
    shown = await toolset.call("get_session", ONE, KEY)
    assert shown["messages"] == [{"role": "bot", "content": "Hello"}]
    assert (shown["lossy"], shown["query"]) == (True, "messages")
    upstream.answer(session(messages=[spoken]))
    assert await toolset.call("get_session", {**ONE, "query": shown["query"]}, KEY) == {"result": [spoken]}


async def test_a_list_shows_count_and_last_message_and_the_next_page(
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    messages = [{"role": "user", "content": "first"}, {"role": "assistant", "content": "y" * 200}]
    metadata = {"itemsPerPage": 2, "totalItems": 5, "currentPage": 1}
    upstream.answer({"results": [session(messages=messages)] * 2, "metadata": metadata})
    shown = await toolset.call("list_sessions", {"limit": 2, "name": "x"}, KEY)
    entry = shown["results"][0]
    assert entry["messageCount"] == 2
    assert entry["lastMessage"] == {"role": "assistant", "content": "y" * 120 + "…[+80 characters]"}
    assert shown["page"] == metadata
    assert shown["next"] == {"limit": 2, "name": "x", "page": 2}


async def test_twenty_sessions_and_twenty_turns_stay_small(
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    turns = [{"role": "user" if turn % 2 else "assistant", "content": "x" * 150} for turn in range(20)]
    heavy = session(
        name="n" * 40,
        messages=turns,
        assistantId=SESSION_ID,
        customer={"number": "+14155551234", "name": "Ada"},
        assistant={"model": {"messages": [{"role": "system", "content": "z" * 50_000}]}},
    )
    upstream.answer({"results": [heavy] * 20, "metadata": {"totalItems": 20}})
    upstream.answer(heavy)
    listed = await toolset.call("list_sessions", {}, KEY)
    read = await toolset.call("get_session", ONE, KEY)
    assert len(json.dumps(listed, separators=(",", ":"))) < 12_000
    assert len(json.dumps(read, separators=(",", ":"))) < 6_000


async def test_a_page_too_long_to_show_is_cut_and_goes_on_without_a_gap(
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    everything = [
        session(id=f"{number:08d}-0000-4000-8000-000000000000", name="n" * 40) for number in range(600)
    ]
    seen: list[str] = []
    arguments: dict[str, Any] | None = {"limit": 600}
    while arguments is not None:
        limit, page = arguments["limit"], arguments.get("page", 1)
        part = everything[(page - 1) * limit : page * limit]
        upstream.answer({"results": part, "metadata": {"totalItems": len(everything)}})
        shown = await toolset.call("list_sessions", arguments, KEY)
        assert len(json.dumps(shown, ensure_ascii=False, separators=(",", ":"))) <= 60_000
        seen += [entry["id"] for entry in shown["results"]]
        arguments = shown["next"]
    assert seen == [entry["id"] for entry in everything]


async def test_a_session_too_long_to_show_is_cut_with_the_way_to_the_rest(
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    upstream.answer(session(messages=[{"role": "user", "content": "x" * 1_000}] * 300))
    shown = await toolset.call("get_session", ONE, KEY)
    assert len(json.dumps(shown, ensure_ascii=False, separators=(",", ":"))) <= 60_000
    assert "of 300 items" in shown["cut"]["messages"]
    assert "query" in shown["cut"]["rest"]
    assert (shown["lossy"], shown["query"]) == (True, "messages")


async def test_a_query_selects_from_the_full_answer(toolset: Toolset) -> None:
    assert await toolset.call("get_session", {**ONE, "query": "orgId"}, KEY) == {
        "result": "7b2f6d1e-0c1f-4f52-9b2e-55d5a0a1c001"
    }
    assert await toolset.call("list_sessions", {"query": "results[?status=='active'].id"}, KEY) == {
        "result": [SESSION_ID]
    }


async def test_a_wrong_query_is_refused_before_anything_is_sent(
    toolset: Toolset, upstream: RecordingUpstream
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
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    assistant = {
        "server": {"url": "https://acme.example/hook?token=s3cret-in-url", "headers": {"X": "s3cret-header"}},
        "credentials": [{"provider": "openai", "apiKey": "s3cret-key"}],
        "model": {"maxTokens": 500, "tools": [{"parameters": [{"key": "k", "value": "s3cret-value"}]}]},
    }
    artifact = {"recordingUrl": "https://s3cret.example/r.wav", "transcript": "hi vapi-private-key"}
    upstream.answer(session(assistant=assistant, artifact=artifact, metadata={"my_api_key": "s3cret-meta"}))
    shown = await toolset.call("get_session", {**ONE, "query": "@"}, KEY)
    text = json.dumps(shown)
    assert "s3cret" not in text
    assert "vapi-private-key" not in text
    assert shown["result"]["assistant"]["server"]["url"] == "https://acme.example/***redacted***"
    assert shown["result"]["assistant"]["model"]["maxTokens"] == 500


async def test_an_operator_may_have_links_shown(contract: Contract, upstream: RecordingUpstream) -> None:
    link = "https://storage.example/r.wav"
    upstream.answer(session(artifact={"recordingUrl": link}))
    toolset = Toolset(
        contract,
        lambda: Client("http://localhost", transport=httpx.ASGITransport(upstream)),
        reveal_links=True,
    )
    shown = await toolset.call("get_session", {**ONE, "query": "artifact.recordingUrl"}, KEY)
    assert shown == {"result": link}
    await toolset.aclose()


async def test_a_secret_that_was_sent_is_in_no_error(toolset: Toolset, upstream: RecordingUpstream) -> None:
    upstream.answer(
        {"message": "apiKey sk-very-secret is wrong, key vapi-private-key", "statusCode": 400}, 400
    )
    body = {"assistant": {"credentials": [{"provider": "openai", "apiKey": "sk-very-secret"}]}}
    prepared = toolset.prepare("create_session", body)
    assert prepared.secrets == ("sk-very-secret",)
    with pytest.raises(ApiAnswerError) as caught:
        await toolset.send(prepared, KEY)
    assert "sk-very-secret" not in json.dumps(caught.value.as_result())
    assert "vapi-private-key" not in json.dumps(caught.value.as_result())


async def test_a_prepared_call_says_what_it_will_do_without_secrets(toolset: Toolset) -> None:
    prepared = toolset.prepare(
        "update_session", {**ONE, "status": "completed", "messages": [{"role": "user", "content": "hi"}]}
    )
    assert prepared.summary == f"Update session (id: {SESSION_ID}, status: completed, messages: 1 items)"
    named = toolset.prepare(
        "create_session", {"phoneNumber": {"twilioPhoneNumber": "1", "twilioAccountSid": "2"}}
    )
    assert named.summary == "Create session (phoneNumber: 2 fields)"


async def test_the_tools_say_what_they_do_beyond_answering(toolset: Toolset) -> None:
    hints = {
        tool.name: (tool.hints.read_only, tool.hints.destructive, tool.hints.idempotent)
        for tool in toolset.tools
    }
    assert hints == {
        "create_session": (False, False, False),
        "list_sessions": (True, False, True),
        "get_session": (True, False, True),
        "update_session": (False, True, True),
        "delete_session": (False, True, True),
    }
    assert all(tool.hints.open_world and tool.title for tool in toolset.tools)


async def test_a_key_that_the_caller_writes_is_in_no_error(toolset: Toolset) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        await toolset.call("get_session", {**ONE, "query": "vapi-private-key["}, KEY)
    assert "vapi-private-key" not in json.dumps(toolset.told(caught.value, KEY))
    assert toolset.without_key("call vapi-private-key", KEY) == "call ***redacted***"
    assert toolset.without_key("no key", MissingKey()) == "no key"
