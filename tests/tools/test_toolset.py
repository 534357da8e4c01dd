"""The tools of the shipped contract: what is sent, what is refused, and what a person is asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fake_upstream import SESSION_ID, FakeUpstream, session
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.errors import ApiAnswerError, InvalidArgumentsError, NoKeyError

if TYPE_CHECKING:
    from vapi_sessions_tools.toolset import Toolset

KEY = Credential("vapi-private-key")
ONE = {"id": SESSION_ID}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}, "new": 1}
NULLS = {"refusal": None, "tool_calls": None, "name": None}


@pytest.mark.parametrize(
    "body",
    [
        {"assistant": {"voice": {"provider": "11labs", "voiceId": "new", "novelty": {"a": [1, None]}}}},
        {"assistant": {"firstMessage": None, "model": None, "voice": None}, "name": "é😀\u200d"},
        {"assistantOverrides": {"variableValues": {"name": "Ada", "nothing": None}}},
        {"messages": [{"role": "assistant", "content": None, "tool_calls": [CALL]}]},
        {"messages": [{"role": "assistant", "content": "x", **NULLS}]},
        *(
            {"assistant": {"hooks": [{"on": event, "options": {"seconds": 3}, "do": [{"type": "say"}]}]}}
            for event in ("brand.new", "call.timeElapsed")
        ),
    ],
)
async def test_a_body_that_the_contract_does_not_rule_out_is_sent_unchanged(
    toolset: Toolset, upstream: FakeUpstream, body: dict[str, Any]
) -> None:
    await toolset.call("create_session", body, KEY)
    (seen,) = upstream.requests
    assert (seen.method, seen.path, seen.json) == ("POST", "/session", body)


async def test_filters_are_written_as_the_api_reads_them(toolset: Toolset, upstream: FakeUpstream) -> None:
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


@pytest.mark.parametrize("identity", ["../assistant?x#", "..", "", "a/b", 7, None, SESSION_ID + "\n"])
async def test_an_id_that_is_not_a_uuid_is_not_sent(
    toolset: Toolset, upstream: FakeUpstream, identity: Any
) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        await toolset.call("get_session", {"id": identity}, KEY)
    assert caught.value.problems[0].path == "id"
    assert upstream.requests == []


@pytest.mark.parametrize(
    ("tool", "arguments", "path", "words"),
    [
        *(("list_sessions", {name: []}, name, "") for name in ("idAny", "phoneNumberIdAny")),
        ("list_sessions", {"createdAtLt": 1769853600000}, "createdAtLt", "ISO 8601"),
        ("list_sessions", {"limit": 1_001}, "limit", "next holds the arguments that give the rest"),
        (
            "create_session",
            {"assistant": {"model": {"provider": 5}}},
            "assistant.model.provider",
            "anthropic",
        ),
        ("create_session", {"name": "x", "assistant": {"hooks": [{}]}}, "assistant.hooks[0].on", "required"),
        ("create_session", {"assistant": '{"a":' * 500 + "1" + "}" * 500}, "assistant", "must be an object"),
        ("create_session", {"assistant": '{"name": "***redacted***"}'}, "assistant.name", "placeholder"),
    ],
)
async def test_wrong_arguments_are_refused_with_the_place_and_what_is_right(
    toolset: Toolset, upstream: FakeUpstream, tool: str, arguments: dict[str, Any], path: str, words: str
) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        await toolset.call(tool, arguments, KEY)
    (problem,) = caught.value.problems
    assert problem.path == path
    assert words in json.dumps(problem.as_json())
    assert upstream.requests == []


async def test_a_placeholder_does_not_hide_other_problems(toolset: Toolset) -> None:
    wrong = {"id": "bad", "status": "done", "expirationSeconds": 1, "name": "***redacted***"}
    with pytest.raises(InvalidArgumentsError) as caught:
        toolset.prepare("update_session", wrong)
    assert sorted(problem.path for problem in caught.value.problems) == sorted(wrong)


async def test_eight_problems_are_listed_and_the_others_counted_up_to_a_hundred(toolset: Toolset) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        toolset.prepare("create_session", {"messages": [{"role": "wizard"}] * 30, "status": "paused"})
    assert (len(caught.value.problems), caught.value.more) == (8, 23)
    assert caught.value.as_result()["error"]["more"] == 23
    with pytest.raises(InvalidArgumentsError, match="at least 100 problems"):
        toolset.prepare("create_session", {"messages": [{"role": "wizard"}] * 1_000})


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("create_session", {"assistantOverrides": {"variableValues": {"x": "y" * 5_000_000}}}, "bytes"),
        ("list_sessions", {"idAny": "x" * 100_000}, "address of"),
    ],
    ids=["body", "address"],
)
async def test_arguments_that_are_too_large_are_refused_in_few_words(
    toolset: Toolset, tool: str, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidArgumentsError, match=words) as caught:
        toolset.prepare(tool, arguments)
    assert len(json.dumps(caught.value.as_result())) < 2_000


async def test_without_a_key_every_call_is_refused_with_what_to_set(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    for tool, arguments in (("list_sessions", {}), ("get_session", {"id": "wrong"})):
        with pytest.raises(NoKeyError, match="VAPI_API_KEY") as caught:
            await toolset.call(tool, arguments, MissingKey("VAPI_API_KEY holds ${X}."))
        assert caught.value.message.startswith("VAPI_API_KEY holds ${X}.")
        assert "--sandbox" in caught.value.next_step
    assert upstream.requests == []


@pytest.mark.parametrize("probe", [{"assistant": {}}, {"customer": {}, "assistant": {"analysisPlan": {}}}])
async def test_an_almost_empty_creation_is_a_question_about_its_schema(
    toolset: Toolset, upstream: FakeUpstream, probe: dict[str, Any]
) -> None:
    with pytest.raises(InvalidArgumentsError, match="question") as caught:
        await toolset.call("create_session", probe, KEY)
    assert all(problem.schema["optional"] for problem in caught.value.problems)
    assert upstream.requests == []
    await toolset.call("create_session", {**probe, "name": "meant"}, KEY)
    await toolset.call("create_session", {}, KEY)
    assert [request.json for request in upstream.requests] == [{**probe, "name": "meant"}, {}]


async def test_arguments_that_the_api_ignores_are_named_in_the_result(toolset: Toolset) -> None:
    both = {"assistantId": SESSION_ID, "assistant": {"name": "a"}}
    shown = await toolset.call("create_session", both, KEY)
    assert shown["ignored"].keys() == {"assistant"}
    assert "ignored" not in await toolset.call("create_session", {"name": "a"}, KEY)


async def test_words_that_a_secret_field_shares_with_others_stay_readable(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    headers = {"Content-Type": "application/json", "X-Kind": "customer"}
    body = {"name": "customer vip", "assistant": {"server": {"url": "https://x.example", "headers": headers}}}
    upstream.respond(session(name="customer vip", customer={"number": "+1"}))
    shown = await toolset.call("create_session", body, KEY)
    assert (shown["name"], shown["customer"]) == ("customer vip", {"number": "+1"})
    asked = toolset.question(toolset.prepare("create_session", body), KEY)
    assert '- name: "customer vip"' in asked


async def test_a_refusal_of_the_api_is_shown_with_the_schema_of_its_place(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    texts = [
        "assistant.model.property modle should not exist",
        "assistant.firstMessageMode must be one of a, b",
        "assistant.property x should not exist",
    ]
    upstream.respond({"message": texts, "error": "Bad Request", "statusCode": 400}, 400)
    model = {"provider": "openai", "model": "m", "modle": 1}
    with pytest.raises(ApiAnswerError) as caught:
        await toolset.call("create_session", {"assistant": {"model": model, "firstMessageMode": "new"}}, KEY)
    fields, mode, unknown = caught.value.problems
    assert (fields.path, fields.schema["type"]) == ("assistant.model.modle", "OpenAIModel")
    assert (mode.path, mode.rule) == ("assistant.firstMessageMode", f'"{texts[1]}"')
    assert "assistant-speaks-first" in mode.allowed
    assert (unknown.path, unknown.allowed) == ("assistant.x", None)


async def test_neither_a_secret_nor_the_key_is_shown_to_the_person(toolset: Toolset) -> None:
    number = {"twilioPhoneNumber": "1", "twilioAccountSid": "2", "twilioAuthToken": "very-secret"}
    overrides = {"variableValues": {"a": "x" * 65 + KEY.reveal()}}  # cut where the key stands
    prepared = toolset.prepare("create_session", {"phoneNumber": number, "assistantOverrides": overrides})
    asked = toolset.question(prepared, KEY)
    assert "very-secret" not in asked
    assert "vapi-priv" not in asked
    assert '"twilioAuthToken":"***redacted***"' in asked


@pytest.mark.parametrize(
    ("tool", "sent", "kind"),
    [
        ("update_session", True, "unknown_outcome"),
        ("update_session", False, "network"),
        ("get_session", True, "network"),
    ],
)
async def test_an_interrupted_call_may_have_been_done_only_if_it_changes_something_and_was_sent(
    toolset: Toolset, tool: str, *, sent: bool, kind: str
) -> None:
    arguments = {**ONE, "name": "Order"} if tool == "update_session" else ONE
    error = toolset.interrupted(toolset.prepare(tool, arguments, KEY), sent=sent)
    assert error.kind == kind
    assert ("list_sessions" in error.next_step) == (kind == "unknown_outcome")
