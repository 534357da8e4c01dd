"""The shipped contract accepts what the Sessions API takes and refuses what it surely does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from small_contract import Json, problems, rules

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

TRANSCRIPT: Json = {"message": "Hi", "time": 1, "endTime": 2, "secondsFromStart": 0}

CALLED: Json = {"name": "f", "arguments": "{}"}


def created(contract: Contract, **arguments: object) -> list[tuple[str, str]]:
    return rules(contract, arguments, "create_session")


@pytest.mark.parametrize(
    "message",
    [
        {"role": "system", "content": "Be brief"},
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "developer", "content": "Be brief"},
        {"role": "tool", "content": "42", "tool_call_id": "c1"},
        {"role": "user", "content": "Hi", "name": "Ann", "metadata": {"a": 1}},
        {"role": "assistant", "tool_calls": [{"id": "c1", "type": "function", "function": CALLED}]},
        {"role": "assistant", "content": None, "refusal": "no"},
        {"role": "user", **TRANSCRIPT},
        {"role": "system", **TRANSCRIPT},
        {"role": "bot", **TRANSCRIPT},
        {"role": "tool_calls", "toolCalls": [CALLED], **TRANSCRIPT},
        {"role": "tool_call_result", "toolCallId": "c", "name": "f", "result": "4", **TRANSCRIPT},
        {"role": "user", "content": "Hi", "undeclared": {"a": [None]}},
    ],
)
def test_chat_and_transcript_messages_are_accepted(contract: Contract, message: Json) -> None:
    assert created(contract, messages=[message]) == []


def test_a_role_that_does_not_exist_is_refused_with_those_that_do(contract: Contract) -> None:
    (problem,) = problems(contract, {"messages": [{"role": "wizard", "content": "x"}]}, "create_session")
    assert (problem.path, problem.rule) == ("messages[0].role", "must be one of the listed values")
    assert problem.allowed == (
        *("system", "user", "assistant", "tool", "developer"),
        *("bot", "tool_calls", "tool_call_result"),
    )


@pytest.mark.parametrize(
    ("message", "path", "rule"),
    [
        ({"content": "x"}, "messages[0].role", "is required"),
        ({"role": "user"}, "messages[0].content", "is required"),
        ({"role": "tool", "content": "4"}, "messages[0].tool_call_id", "is required"),
        ({"role": "user", "content": 5}, "messages[0].content", "must be a string, not a number"),
        ("Hi", "messages[0]", "must be an object, not a string"),
        (
            {"role": "user", "content": "x" * 10_001},
            "messages[0].content",
            "must have at most 10,000 characters; this has 10,001",
        ),
        (
            {"role": "developer", "content": "x", "name": "n" * 41},
            "messages[0].name",
            "must have at most 40 characters; this has 41",
        ),
    ],
)
def test_a_message_is_measured_against_the_form_it_claims(
    contract: Contract, message: object, path: str, rule: str
) -> None:
    assert created(contract, messages=[message]) == [(path, rule)]


@pytest.mark.parametrize(
    "model",
    [
        {"provider": "openai", "model": "gpt-of-tomorrow"},
        {"provider": "tomorrow-ai", "model": "x", "anything": {"goes": [1]}},
        {"provider": "anthropic", "model": "claude-next", "newKnob": 3},
    ],
)
def test_vendor_words_and_unknown_branches_are_passed_on(contract: Contract, model: Json) -> None:
    assert created(contract, assistant={"model": model}) == []


def test_new_voices_languages_and_nested_fields_are_passed_on(contract: Contract) -> None:
    assistant = {
        "voice": {"provider": "11labs", "voiceId": "somebody-new", "model": "eleven_v9"},
        "transcriber": {"provider": "deepgram", "model": "nova-9", "language": "tlh"},
        "fieldOfNextMonth": {"a": None},
    }
    assert created(contract, assistant=assistant) == []


def test_any_value_may_stand_at_a_bare_object(contract: Contract) -> None:
    backoff = {"type": "fixed", "maxRetries": 1, "baseDelaySeconds": 1, "excludedStatusCodes": [404]}
    assistant = {"server": {"url": "https://x.example", "backoffPlan": backoff}}
    assert created(contract, assistant=assistant) == []


def test_only_the_branch_of_the_tag_is_spoken_of(contract: Contract) -> None:
    model = {"provider": "openai", "model": "gpt-5", "temperature": "warm", "maxTokens": True}
    assert created(contract, assistant={"model": model}) == [
        ("assistant.model.temperature", "must be a number, not a string"),
        ("assistant.model.maxTokens", "must be a number, not a boolean"),
    ]


def test_a_required_field_of_a_known_branch_is_required(contract: Contract) -> None:
    assert created(contract, assistant={"model": {"provider": "openai"}}) == [
        ("assistant.model.model", "is required")
    ]


def test_no_value_is_ever_quoted(contract: Contract) -> None:
    secret = "sk-live-0123456789"
    arguments = {
        "status": secret,
        "name": secret * 3,
        "expirationSeconds": secret,
        "customer": secret,
        "phoneNumber": {"twilioAuthToken": {"a": secret}},
        "messages": [{"role": secret}],
        "assistant": {"model": {"provider": "openai", "model": {"x": secret}}, "voice": secret},
    }
    found = problems(contract, arguments, "create_session")
    assert len(found) >= 7
    assert secret not in repr(found)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("assistant_id", "assistantId"),
        ("expiration_seconds", "expirationSeconds"),
        ("Messages", "messages"),
        ("phonenumber", "phoneNumber"),
    ],
)
def test_an_unknown_argument_is_refused_with_the_one_that_was_meant(
    contract: Contract, name: str, meant: str
) -> None:
    (problem,) = problems(contract, {name: "x"}, "create_session")
    assert (problem.path, problem.rule) == (name, "is no argument of create_session")
    assert problem.allowed[0] == meant


def test_metadata_is_refused_with_the_place_where_variables_go(contract: Contract) -> None:
    (problem,) = problems(contract, {"metadata": {}}, "create_session")
    assert problem.allowed == (
        "sessions take no metadata; put variables into assistantOverrides.variableValues"
    )


def test_a_filter_by_status_is_refused_with_the_query_that_does_it(contract: Contract) -> None:
    (problem,) = problems(contract, {"status": "active"}, "list_sessions")
    assert "query: results[?status=='active']" in problem.allowed


@pytest.mark.parametrize(
    ("tool", "arguments", "path", "rule"),
    [
        ("create_session", {"status": "open"}, "status", "must be one of the listed values"),
        ("create_session", {"expirationSeconds": 59}, "expirationSeconds", "must be at least 60"),
        (
            "create_session",
            {"expirationSeconds": 2_592_001},
            "expirationSeconds",
            "must be at most 2,592,000",
        ),
        ("create_session", {"name": "n" * 41}, "name", "must have at most 40 characters; this has 41"),
        ("list_sessions", {"sortOrder": "UP"}, "sortOrder", "must be one of the listed values"),
        ("list_sessions", {"limit": 1001}, "limit", "must be at most 1000"),
        ("list_sessions", {"page": 0}, "page", "must be at least 1"),
        ("get_session", {"id": "a/b ?c"}, "id", "must be a UUID"),
        ("delete_session", {}, "id", "is required"),
        ("update_session", {"id": "x" * 36, "status": "completed"}, "id", "must be a UUID"),
    ],
)
def test_structural_rules_hold(contract: Contract, tool: str, arguments: Json, path: str, rule: str) -> None:
    assert rules(contract, arguments, tool) == [(path, rule)]


def test_an_update_changes_four_things_and_says_so(contract: Contract) -> None:
    arguments = {"id": "0197f3c2-1111-4222-8333-444455556666", "customer": {"name": "Ann"}}
    (problem,) = problems(contract, arguments, "update_session")
    assert problem.allowed == "only name, status, expirationSeconds and messages can be changed"


def test_the_customers_name_may_be_as_long_as_its_looser_declaration_allows(contract: Contract) -> None:
    assert rules(contract, {"name": "n" * 80}, "list_sessions") == []
