"""The tools against an upstream that accepts everything: what is sent, what is refused, what is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_upstream import SESSION_ID, FakeUpstream
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.errors import ApiAnswerError, InvalidArgumentsError, NoKeyError
from vapi_sessions_tools.toolset import Toolset, UnknownToolError

KEY = Credential("vapi-private-key")
ONE = {"id": SESSION_ID}
TOOL_CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}, "new": 1}


async def test_an_ordinary_chat_message_reaches_the_api_unchanged(
    toolset: Toolset, upstream: FakeUpstream
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
    toolset: Toolset, upstream: FakeUpstream, body: dict[str, Any]
) -> None:
    await toolset.call("create_session", body, KEY)
    assert upstream.requests[0].json == body


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


async def test_an_id_that_is_none_never_leaves_the_process(toolset: Toolset, upstream: FakeUpstream) -> None:
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
    toolset: Toolset, upstream: FakeUpstream, sent_back: str
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


async def test_without_a_key_every_call_says_how_to_set_one(toolset: Toolset, upstream: FakeUpstream) -> None:
    for tool, arguments in (("list_sessions", {}), ("get_session", {"id": "wrong"})):
        with pytest.raises(NoKeyError, match="VAPI_API_KEY") as caught:
            await toolset.call(tool, arguments, MissingKey("VAPI_API_KEY holds ${X}."))
        assert caught.value.message.startswith("VAPI_API_KEY holds ${X}.")
        assert "--sandbox" in caught.value.next_step
    assert upstream.requests == []


async def test_there_is_no_other_tool(toolset: Toolset) -> None:
    with pytest.raises(UnknownToolError):
        await toolset.call("list_calls", {}, KEY)


async def test_a_secret_that_was_sent_is_in_no_error(toolset: Toolset, upstream: FakeUpstream) -> None:
    upstream.respond(
        {"message": "apiKey sk-very-secret is wrong, key vapi-private-key", "statusCode": 400}, 400
    )
    body = {"assistant": {"credentials": [{"provider": "openai", "apiKey": "sk-very-secret"}]}}
    prepared = toolset.prepare("create_session", body)
    assert prepared.secrets == ("sk-very-secret",)
    with pytest.raises(ApiAnswerError) as caught:
        await toolset.send(prepared, KEY)
    assert "sk-very-secret" not in json.dumps(caught.value.as_result())
    assert "vapi-private-key" not in json.dumps(caught.value.as_result())


async def test_a_person_is_asked_in_our_words_what_a_call_shall_do(toolset: Toolset) -> None:
    prepared = toolset.prepare(
        "update_session", {**ONE, "expirationSeconds": 60, "messages": [{"role": "user", "content": "hi"}]}
    )
    assert toolset.question(prepared, KEY).split("\n") == [
        f"Change session {SESSION_ID}:",
        "- lifetime: 60 seconds",
        "- messages: all of them replaced by 1",
        "Shall this be done?",
    ]
    deleted = toolset.prepare("delete_session", ONE)
    assert toolset.question(deleted, KEY) == f"Delete session {SESSION_ID} for good?"


async def test_neither_a_secret_nor_the_key_is_shown_to_the_person(toolset: Toolset) -> None:
    number = {"twilioPhoneNumber": "1", "twilioAccountSid": "2", "twilioAuthToken": "very-secret"}
    overrides = {"variableValues": {"a": "x" * 65 + KEY.reveal()}}  # cut where the key stands
    prepared = toolset.prepare("create_session", {"phoneNumber": number, "assistantOverrides": overrides})
    asked = toolset.question(prepared, KEY)
    assert "very-secret" not in asked
    assert "vapi-priv" not in asked
    assert '"twilioAuthToken":"***redacted***"' in asked


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


class TestACallThatIsBrokenOff:
    async def test_may_have_been_done_when_it_changes_something_and_was_sent(self, toolset: Toolset) -> None:
        prepared = toolset.prepare("update_session", {**ONE, "name": "Order"}, KEY)
        error = toolset.interrupted(prepared, sent=True)
        assert error.kind == "unknown_outcome"
        assert "list_sessions" in error.next_step

    @pytest.mark.parametrize(("tool", "sent"), [("update_session", False), ("get_session", True)])
    async def test_was_not_done_when_it_was_not_sent_or_only_reads(
        self, toolset: Toolset, tool: str, *, sent: bool
    ) -> None:
        arguments = {**ONE, "name": "Order"} if tool == "update_session" else ONE
        error = toolset.interrupted(toolset.prepare(tool, arguments, KEY), sent=sent)
        assert error.kind == "network"
        assert "nothing was changed" in error.message


async def test_whether_the_api_can_be_reached_is_asked_without_a_key(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    assert await toolset.reachable(5)
    (seen,) = upstream.requests
    assert "authorization" not in {name.lower() for name in seen.headers}
