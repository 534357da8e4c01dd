"""The shipped contract accepts what the Sessions API accepts and refuses what it surely does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from small_contract import Json, problems, rules

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

TRANSCRIPT: Json = {"message": "Hi", "time": 1, "endTime": 2, "secondsFromStart": 0}
CALLED: Json = {"name": "f", "arguments": "{}"}
CREATE, LIST = "create_session", "list_sessions"
LISTED = "must be one of the listed values"
ID = "0197f3c2-1111-4222-8333-444455556666"


def message(**fields: object) -> Json:
    return {"messages": [fields]}


def model(**fields: object) -> Json:
    return {"assistant": {"model": fields}}


@pytest.mark.parametrize(
    "arguments",
    [
        *(message(role=role, content="Hi") for role in ("system", "user", "assistant", "developer")),
        *(message(role=role, **TRANSCRIPT) for role in ("user", "system", "bot")),
        message(role="tool", content="42", tool_call_id="c1"),
        message(role="user", content="Hi", name="Ann", metadata={"a": 1}, undeclared={"a": [None]}),
        message(role="assistant", tool_calls=[{"id": "c1", "type": "function", "function": CALLED}]),
        message(role="assistant", content=None, refusal="no"),
        message(role="tool_calls", toolCalls=[CALLED], **TRANSCRIPT),
        message(role="tool_call_result", toolCallId="c", name="f", result="4", **TRANSCRIPT),
        model(provider="openai", model="gpt-of-tomorrow"),
        model(provider="tomorrow-ai", model="x", anything={"goes": [1]}),
        model(provider="anthropic", model="claude-next", newKnob=3),
        {"assistant": {"voice": {"provider": "11labs", "voiceId": "somebody-new", "model": "eleven_v9"}}},
        {"assistant": {"transcriber": {"provider": "deepgram", "model": "nova-9", "language": "tlh"}}},
        {"assistant": {"fieldOfNextMonth": {"a": None}}},
        {"assistant": {"server": {"backoffPlan": {"type": "fixed", "maxRetries": 1, "baseDelaySeconds": 1}}}},
    ],
)
def test_messages_and_unknown_vendor_values_are_accepted(contract: Contract, arguments: Json) -> None:
    assert rules(contract, arguments, "create_session") == []


@pytest.mark.parametrize(
    ("tool", "arguments", "path", "rule"),
    [
        (CREATE, message(content="x"), "messages[0].role", "is required"),
        (CREATE, message(role="user"), "messages[0].content", "is required"),
        (CREATE, message(role="tool", content="4"), "messages[0].tool_call_id", "is required"),
        (CREATE, message(role="user", content=5), "messages[0].content", "must be a string"),
        (CREATE, {"messages": ["Hi"]}, "messages[0]", "must be an object"),
        (CREATE, message(role="user", content="x" * 10_001), "messages[0].content", "must have at most"),
        (CREATE, model(provider="openai"), "assistant.model.model", "is required"),
        (CREATE, {"status": "open"}, "status", LISTED),
        (CREATE, {"expirationSeconds": 59}, "expirationSeconds", "must be at least 60"),
        (CREATE, {"expirationSeconds": 2_592_001}, "expirationSeconds", "must be at most 2,592,000"),
        (CREATE, {"name": "n" * 41}, "name", "must have at most 40 characters"),
        (LIST, {"sortOrder": "UP"}, "sortOrder", LISTED),
        (LIST, {"limit": 1001}, "limit", "must be at most 1000"),
        (LIST, {"page": 0}, "page", "must be at least 1"),
        ("get_session", {"id": "a/b ?c"}, "id", "must be a UUID"),
        ("delete_session", {}, "id", "is required"),
        ("update_session", {"id": "x" * 36, "status": "completed"}, "id", "must be a UUID"),
    ],
    ids=range(17),
)
def test_structural_rules_are_enforced(
    contract: Contract, tool: str, arguments: Json, path: str, rule: str
) -> None:
    (problem,) = problems(contract, arguments, tool)
    assert problem.path == path
    assert problem.rule.startswith(rule)


def test_only_problems_of_the_branch_of_the_tag_are_reported(contract: Contract) -> None:
    arguments = model(provider="openai", model="gpt-5", temperature="warm", maxTokens=True)
    assert rules(contract, arguments, "create_session") == [
        ("assistant.model.temperature", "must be a number, not a string"),
        ("assistant.model.maxTokens", "must be a number, not a boolean"),
    ]


@pytest.mark.parametrize(
    ("tool", "arguments", "allowed"),
    [
        (CREATE, {"expiration_seconds": "x"}, "expirationSeconds"),
        (CREATE, {"phonenumber": "x"}, "phoneNumber"),
        (CREATE, message(role="wizard", content="x"), "tool_call_result"),
        (CREATE, {"metadata": {}}, "assistantOverrides.variableValues"),
        (LIST, {"status": "active"}, "query: results[?status=='active']"),
        ("update_session", {"id": ID, "customer": {}}, "only name, status, expirationSeconds and messages"),
    ],
)
def test_a_problem_names_what_is_allowed_instead(
    contract: Contract, tool: str, arguments: Json, allowed: str
) -> None:
    (problem,) = problems(contract, arguments, tool)
    assert allowed in problem.allowed


def test_the_name_of_a_customer_may_be_as_long_as_its_looser_declaration_allows(contract: Contract) -> None:
    assert rules(contract, {"name": "n" * 80}, "list_sessions") == []
