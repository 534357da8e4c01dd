"""Calls that were found to go wrong once: each is told here as it must be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fake_upstream import FakeUpstream, session
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import ApiAnswerError, InvalidArgumentsError, UnknownOutcomeError
from vapi_sessions_tools.retry import RetryPolicy
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")


async def test_what_was_sent_as_a_secret_is_not_torn_out_of_an_answer(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    upstream.respond(session(name="customer vip", customer={"number": "+1"}))
    headers = {"Content-Type": "application/json", "X-Kind": "customer"}
    body = {"assistant": {"server": {"url": "https://x.example", "headers": headers}}}
    shown = await toolset.call("create_session", body, KEY)
    assert (shown["name"], shown["customer"]) == ("customer vip", {"number": "+1"})


@pytest.mark.parametrize(
    "query",
    [
        "|".join(["[@,@]"] * 22),
        "|".join(["[@,@][]"] * 40),
        "|".join(["[@]"] * 300),
        "|".join(["join('', [to_string(@), to_string(@)])"] * 30),
        "&results",
        "to_number('nan')",
        "`1e999`",
    ],
)
async def test_a_query_that_asks_for_too_much_or_for_no_json_is_told(toolset: Toolset, query: str) -> None:
    with pytest.raises(InvalidArgumentsError, match="query ") as caught:
        await toolset.call("list_sessions", {"query": query}, KEY)
    assert len(json.dumps(caught.value.as_result())) < 2_000


async def test_placeholders_do_not_hide_other_problems(toolset: Toolset) -> None:
    wrong = {"id": "bad", "status": "done", "expirationSeconds": 1, "name": "***redacted***"}
    with pytest.raises(InvalidArgumentsError) as caught:
        toolset.prepare("update_session", wrong)
    assert {problem.path for problem in caught.value.problems} == wrong.keys()


async def test_no_value_is_not_the_same_as_no_filter(toolset: Toolset, upstream: FakeUpstream) -> None:
    for name in ("idAny", "assistantIdAny", "phoneNumberIdAny"):
        with pytest.raises(InvalidArgumentsError, match=name):
            await toolset.call("list_sessions", {name: []}, KEY)
    assert upstream.requests == []


async def test_a_server_that_gives_shorter_pages_than_asked_for_is_followed(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    everything = [session(id=f"s{number}") for number in range(250)]
    arguments: dict[str, Any] | None = {"limit": 500}
    seen: list[str] = []
    while arguments is not None:
        size, page = min(arguments["limit"], 100), arguments.get("page", 1)
        part = everything[(page - 1) * size : page * size]
        upstream.respond({"results": part, "metadata": {"totalItems": 250}})
        shown = await toolset.call("list_sessions", arguments, KEY)
        seen += [entry["id"] for entry in shown["results"]]
        arguments = shown["next"]
    assert seen == [entry["id"] for entry in everything]


async def test_null_stands_for_nothing_in_optional_fields_below_the_top(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    nothing = {"refusal": None, "tool_calls": None, "name": None}
    body: dict[str, Any] = {
        "messages": [{"role": "assistant", "content": "x", **nothing}],
        "customer": {"name": None, "number": "+14155551234"},
        "assistant": {"firstMessage": None, "model": None, "voice": None},
    }
    await toolset.call("create_session", body, KEY)
    assert upstream.requests[0].json == body
    with pytest.raises(InvalidArgumentsError, match="content must be a string, not null"):
        toolset.prepare("create_session", {"messages": [{"role": "user", "content": None}]})


async def test_a_wrong_type_is_told_what_is_right(toolset: Toolset) -> None:
    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "get_session": ({"id": 5}, "UUID"),
        "list_sessions": ({"createdAtLt": 1769853600000}, "ISO 8601"),
        "create_session": ({"assistant": {"model": {"provider": 5}}}, "anthropic"),
    }
    for tool, (arguments, words) in wrong.items():
        with pytest.raises(InvalidArgumentsError) as caught:
            toolset.prepare(tool, arguments)
        assert words in json.dumps(caught.value.problems[0].as_json())


async def test_the_branch_that_the_fields_speak_for_is_explained(toolset: Toolset) -> None:
    plan = {"aliases": [{"key": 1}]}
    handoff = {"type": "assistant", "contextEngineeringPlan": {"type": "all"}, "variableExtractionPlan": plan}
    squad = {"members": [{"assistantDestinations": [handoff]}]}
    with pytest.raises(InvalidArgumentsError) as caught:
        toolset.prepare("create_session", {"squad": squad})
    assert all("variableExtractionPlan" in problem.path for problem in caught.value.problems)


async def test_a_time_that_is_none_in_utc_is_refused(toolset: Toolset) -> None:
    with pytest.raises(InvalidArgumentsError, match="ISO 8601"):
        toolset.prepare("list_sessions", {"createdAtLt": "0001-01-01T00:00:00+05:00"})


async def test_more_problems_than_anyone_counts_are_not_counted_exactly(toolset: Toolset) -> None:
    with pytest.raises(InvalidArgumentsError, match="at least 100 problems"):
        toolset.prepare("create_session", {"messages": [{"role": "wizard"}] * 5_000})


@pytest.mark.parametrize(
    "answer",
    [
        {"recording": {"uri": "https://s3cret/x", "link": "https://s3cret/y", "stereo": "https://s3cret/z"}},
        {"artifact": {"recording": "https://s3cret/x"}},
        {"artifact": {"recordingUrl": ["https://s3cret/x"]}},
        {"server": {"headers": "X: s3cret"}},
        {"server": {"headers": ["X: s3cret"]}},
        {"environmentVariables": {"A": "s3cret"}},
    ],
)
async def test_a_secret_in_an_unforeseen_form_is_taken_out_too(
    toolset: Toolset, upstream: FakeUpstream, answer: dict[str, Any]
) -> None:
    upstream.respond(session(**answer))
    shown = await toolset.call("get_session", {"id": session()["id"], "query": "@"}, KEY)
    assert "s3cret" not in json.dumps(shown)


async def test_the_schema_of_a_field_that_is_named_like_a_secret_stays_readable(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    parameters = {"type": "object", "properties": {"token": {"type": "string"}}}
    tool = {"type": "function", "function": {"name": "f", "parameters": parameters}}
    upstream.respond(session(assistant={"model": {"tools": [tool]}}))
    query = "assistant.model.tools[0].function.parameters"
    shown = await toolset.call("get_session", {"id": session()["id"], "query": query}, KEY)
    assert shown["result"] == parameters


async def test_a_refusal_of_the_api_is_told_with_what_the_contract_knows_of_the_place(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    words = [
        "assistant.model.provider must be one of the following values",
        "assistant.property x should not exist",
    ]
    upstream.respond({"message": words, "statusCode": 400}, 400)
    with pytest.raises(ApiAnswerError) as caught:
        await toolset.call("create_session", {"assistant": {"model": {"provider": "new", "model": "m"}}}, KEY)
    first, second = caught.value.problems
    assert (first.path, first.rule) == ("assistant.model.provider", f'"{words[0]}"')
    assert "anthropic" in first.allowed
    assert (second.path, second.allowed) == ("assistant.x", None)


async def test_an_ordinary_history_with_tool_calls_and_silence_is_shown_whole(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    turns = [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "content": "", "tool_call_id": "c1"},
    ]
    upstream.respond(session(messages=turns))
    shown = await toolset.call("get_session", {"id": session()["id"]}, KEY)
    assert shown["messages"] == [{"role": "assistant", "tool_calls": [call]}, turns[1]]
    assert "lossy" not in shown


async def test_what_a_list_says_beside_its_entries_is_told(toolset: Toolset, upstream: FakeUpstream) -> None:
    upstream.respond({"results": [], "metadata": {}, "warning": "sessions older than a year are gone"})
    assert (await toolset.call("list_sessions", {}, KEY))["warning"] == "sessions older than a year are gone"


async def test_a_text_too_long_to_show_is_not_said_to_go_on(toolset: Toolset, upstream: FakeUpstream) -> None:
    upstream.respond(session(messages=[{"role": "user", "content": "x" * 70_000}]))
    shown = await toolset.call("get_session", {"id": session()["id"], "query": "messages[0].content"}, KEY)
    assert "cannot be had in parts" in shown["cut"]["text"]


async def test_the_words_of_a_schema_are_no_secrets_of_the_call(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    parameters = {"type": "object", "properties": {"token": {"type": "string"}}}
    function = {"type": "function", "function": {"name": "f", "parameters": parameters}}
    assistant = {"model": {"provider": "openai", "model": "m", "tools": [function]}}
    upstream.respond({"message": ["name must be a string"], "statusCode": 400}, 400)
    with pytest.raises(ApiAnswerError) as caught:
        await toolset.call("create_session", {"assistant": assistant}, KEY)
    assert caught.value.problems[0].rule == '"name must be a string"'


async def test_headers_written_as_text_are_secrets_of_the_call(toolset: Toolset) -> None:
    server = {"url": "https://x.example", "headers": "X-Key: s3cret-header"}
    prepared = toolset.prepare("create_session", {"assistant": {"server": server}})
    assert prepared.secrets == ("X-Key: s3cret-header",)


async def test_a_question_is_asked_in_the_callers_own_words(toolset: Toolset) -> None:
    server = {"url": "https://x.example", "headers": {"X-Kind": "customer"}}
    prepared = toolset.prepare("create_session", {"name": "customer vip", "assistant": {"server": server}})
    assert toolset.question(prepared, KEY).split("\n")[:2] == ["Create a session:", '- name: "customer vip"']


async def test_an_object_without_an_optional_tag_is_measured_against_the_branches_that_may_lack_it(
    toolset: Toolset,
) -> None:
    with pytest.raises(InvalidArgumentsError, match=r"credentials\[0\].provider is required"):
        toolset.prepare("create_session", {"name": "x", "assistant": {"credentials": [{}]}})
    toolset.prepare("create_session", {"assistant": {"credentials": [{"gateways": [{"ip": "192.0.2.1"}]}]}})


async def test_a_missing_tag_is_told_once_and_alone(toolset: Toolset) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        toolset.prepare("create_session", {"name": "x", "assistant": {"hooks": [{}]}})
    assert [problem.path for problem in caught.value.problems] == ["assistant.hooks[0].on"]


async def test_the_schema_of_a_secret_field_stays_readable_in_a_refusal(toolset: Toolset) -> None:
    credential: dict[str, Any] = {"provider": "gcp", "gcpKey": {}}
    with pytest.raises(InvalidArgumentsError) as caught:
        toolset.prepare("create_session", {"assistant": {"credentials": [credential]}})
    told = json.dumps(toolset.told(caught.value, KEY))
    assert '"privateKey": "string"' in told
    assert "redacted" not in told


@pytest.mark.parametrize("probe", [{"assistant": {}}, {"customer": {}, "assistant": {"analysisPlan": {}}}])
async def test_an_almost_empty_call_is_a_question_and_creates_nothing(
    toolset: Toolset, upstream: FakeUpstream, probe: dict[str, Any]
) -> None:
    with pytest.raises(InvalidArgumentsError, match="taken as a question") as caught:
        await toolset.call("create_session", probe, KEY)
    assert all(problem.schema["optional"] for problem in caught.value.problems)
    assert upstream.requests == []
    await toolset.call("create_session", {**probe, "name": "meant"}, KEY)
    await toolset.call("create_session", {}, KEY)
    assert [request.json for request in upstream.requests] == [{**probe, "name": "meant"}, {}]


async def test_what_the_api_will_ignore_is_said_in_the_result(toolset: Toolset) -> None:
    both = {"assistantId": session()["id"], "assistant": {"name": "a"}}
    shown = await toolset.call("create_session", both, KEY)
    assert shown["ignored"] == {"assistant": "assistantId is given, and wins"}
    assert "ignored" not in await toolset.call("create_session", {"name": "a"}, KEY)


async def test_a_400_at_a_known_place_comes_with_what_the_contract_knows_of_it(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    texts = [
        "assistant.model.property modle should not exist",
        "assistant.firstMessageMode must be one of a, b",
    ]
    upstream.respond({"message": texts, "error": "Bad Request", "statusCode": 400}, 400)
    body = {
        "assistant": {"model": {"provider": "openai", "model": "m", "modle": 1}, "firstMessageMode": "new"}
    }
    with pytest.raises(ApiAnswerError) as caught:
        await toolset.call("create_session", {**body, "name": "x"}, KEY)
    fields, mode = caught.value.problems
    assert (fields.path, fields.schema["type"]) == ("assistant.model.modle", "OpenAIModel")
    assert "assistant-speaks-first" in mode.allowed


@pytest.mark.parametrize("event", ["brand.new", "call.timeElapsed"])
async def test_a_hook_of_a_new_event_is_passed_on(
    toolset: Toolset, upstream: FakeUpstream, event: str
) -> None:
    hook = {"on": event, "options": {"seconds": 30}, "do": [{"type": "say", "exact": "x"}]}
    await toolset.call("create_session", {"assistant": {"hooks": [hook]}}, KEY)
    assert upstream.requests[0].json["assistant"]["hooks"] == [hook]


async def test_of_a_hook_that_is_known_by_example_the_options_are_checked(toolset: Toolset) -> None:
    hook: dict[str, Any] = {"on": "customer.speech.timeout[timeoutSeconds=10]", "options": {}, "do": []}
    with pytest.raises(InvalidArgumentsError, match="timeoutSeconds is required"):
        toolset.prepare("create_session", {"assistant": {"hooks": [hook]}})


async def test_a_message_with_what_is_nearly_json_is_read_all_the_same(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    said = [{"role": "user", "content": '{"token":"abcdefgh","n":1e400}'}]
    upstream.respond(session(messages=said))
    shown = await toolset.call("get_session", {"id": session()["id"]}, KEY)
    assert "abcdefgh" not in shown["messages"][0]["content"]


async def test_where_listing_is_not_offered_candidates_are_told_by_id_alone(
    contract: Contract, upstream: FakeUpstream
) -> None:
    upstream.respond(b"gateway", 504, {"content-type": "text/plain"})
    other = session(createdAt="2099-01-01T00:00:00.000Z", customer={"number": "+1", "name": "Private Person"})
    upstream.respond({"results": [other], "metadata": {"totalItems": 1}})
    transport = httpx.ASGITransport(upstream)
    tools = Toolset(
        contract.offering(["create_session"], read_only=False),
        lambda: Client("http://localhost", transport=transport, retry=RetryPolicy(first_pause=0)),
    )
    with pytest.raises(UnknownOutcomeError) as caught:
        await tools.call("create_session", {"name": None, "messages": []}, KEY)
    await tools.aclose()
    assert caught.value.candidates == ({"id": other["id"]},)
    assert "Private" not in json.dumps(caught.value.as_result())


async def test_a_named_page_that_is_too_long_is_asked_for_in_parts(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    heavy = [session(id=f"s{number}", name="n" * 200, squadId="q" * 200) for number in range(200)]
    upstream.respond({"results": heavy, "metadata": {"totalItems": 400, "nextCursor": "c2"}})
    shown = await toolset.call("list_sessions", {"cursor": "c1", "limit": 200}, KEY)
    assert shown["results"] == []
    assert shown["cut"] == {"results": "the first 0 of 200; next asks for it in parts"}
    assert shown["next"]["cursor"] == "c1"
    assert 20 < shown["next"]["limit"] < 200
