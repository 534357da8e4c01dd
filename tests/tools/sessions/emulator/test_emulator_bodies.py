"""The bodies that the emulator accepts and refuses, in the words of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.sessions.emulator.request_body import MAX_BYTES, MAX_DEPTH
from vapi_sessions_tools.sessions.emulator.rules import creation_problems, update_problems

if TYPE_CHECKING:
    import httpx

UUID = "7d1f8f4e-52f5-4a0d-8f5c-4a4b36f1f001"
E164 = (
    "customer.number must be a valid phone number in the E.164 format. "
    "Hot tip, you may be missing the country code (Eg. US: +1)."
)
TWILIO = {"twilioPhoneNumber": "+14155550123", "twilioAccountSid": "AC1"}
CALL = {"time": 1.5, "secondsFromStart": 0}
FUNCTION = {"name": "f", "arguments": "{}"}
TOOL_CALL = {"id": "1", "type": "function", "function": FUNCTION}
TOOL_RESULT = {"role": "tool_call_result", "toolCallId": "1", "name": "f", **CALL}
NUMBER = "must be a number conforming to the specified constraints"
STATUSES = "status must be one of the following values: active, completed"
ROLES = (
    "role must be one of the following values: "
    "system, user, assistant, developer, tool, bot, tool_calls, tool_call_result"
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"metadata": {}}, "property metadata should not exist"),
        ({"name": 1}, "name must be a string"),
        ({"name": "n" * 41}, "name must be shorter than or equal to 40 characters"),
        ({"status": "open"}, STATUSES),
        ({"expirationSeconds": 59}, "expirationSeconds must not be less than 60"),
        ({"expirationSeconds": 2_592_001}, "expirationSeconds must not be greater than 2592000"),
        ({"expirationSeconds": "60"}, f"expirationSeconds {NUMBER}"),
        ({"assistantId": "abc"}, "assistantId must be a UUID"),
        ({"messages": {}}, "messages must be an array"),
        ({"assistant": {"assistantId": UUID}}, "assistant.property assistantId should not exist"),
        ({"assistant": {"maxDurationSeconds": 9}}, "assistant.maxDurationSeconds must not be less than 10"),
        (
            {"assistant": {"endCallPhrases": ["b"]}},
            "assistant.endCallPhrases.0 must be longer than or equal to 2 characters",
        ),
        (
            {"assistant": {"firstMessageInterruptionsEnabled": "yes"}},
            "assistant.firstMessageInterruptionsEnabled must be a boolean value",
        ),
        ({"assistantOverrides": {"x": 1}}, "assistantOverrides.property x should not exist"),
        ({"squad": {}}, "squad.members must be an array"),
        ({"squad": {"members": [1]}}, "squad.members.0 must be an object"),
        ({"phoneNumber": {**TWILIO, "x": 1}}, "phoneNumber.property x should not exist"),
        ({"phoneNumber": {"twilioPhoneNumber": "+1"}}, "phoneNumber.twilioAccountSid must be a string"),
        ({"customer": {"number": "4155550123"}}, E164),
        ({"customer": {"number": "+123456"}}, E164),
        ({"customer": {"number": "+04155550123", "numberE164CheckEnabled": True}}, E164),
        (
            {"customer": {"number": "ab", "numberE164CheckEnabled": False}},
            "customer.number must be longer than or equal to 3 characters",
        ),
    ],
)
def test_a_wrong_field_is_named_with_its_place(body: dict[str, Any], text: str) -> None:
    assert creation_problems(body) == (text,)


async def test_all_problems_are_reported_together_unknown_fields_first(api: httpx.AsyncClient) -> None:
    body = {"name": "n" * 41, "colour": 1, "customer": {"colour": 2, "extension": "x" * 11}}
    response = await api.post("/session", json=body)
    assert response.status_code == 400
    assert response.json() == {
        "message": [
            "property colour should not exist",
            "name must be shorter than or equal to 40 characters",
            "customer.property colour should not exist",
            "customer.extension must be shorter than or equal to 10 characters",
        ],
        "error": "Bad Request",
        "statusCode": 400,
    }


@pytest.mark.parametrize(
    "body",
    [
        {"assistant": {"model": {"provider": "tomorrow", "model": "m-9", "unheard": {"of": 1}}}},
        {"assistant": {"voice": {"provider": "tomorrow", "voiceId": 7}, "voicemailDetection": "off"}},
        {"assistantOverrides": {"tools:append": [{"type": "tomorrow"}], "variableValues": {"x": 1}}},
        {"squad": {"name": "s", "members": [{"assistantId": None, "unheard": 1}], "membersOverrides": {}}},
        {"phoneNumber": {**TWILIO, "smsEnabled": False, "twilioAuthToken": "t", "assistantId": None}},
        {"assistantId": UUID.upper(), "customerId": UUID, "phoneNumberId": UUID, "expirationSeconds": 60.5},
        {"customer": {}},
        {"customer": {"number": "+1234567"}},
        {"customer": {"number": "reception", "numberE164CheckEnabled": False}},
        {"customer": {"number": None, "sipUri": "sip:a@b", "squadOverrides": {"x": 1}}},
    ],
)
def test_vendor_vocabulary_and_unknown_nested_fields_are_accepted(body: dict[str, Any]) -> None:
    assert creation_problems(body) == ()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"assistantId": UUID}, "property assistantId should not exist"),
        ({"customer": {}}, "property customer should not exist"),
        ({"status": "done"}, STATUSES),
        ({"messages": "hello"}, "messages must be an array"),
    ],
)
def test_an_update_takes_four_fields_by_the_same_rules(body: dict[str, Any], text: str) -> None:
    assert update_problems(body) == (text,)


@pytest.mark.parametrize(
    "message",
    [
        {"role": "system", "content": ""},
        {"role": "user", "content": "hello", "name": "n" * 40, "metadata": {"x": 1}, "unheard": {"of": 1}},
        {"role": "developer", "content": "c" * 10_000},
        {"role": "assistant", "content": "hello", "message": "beside it"},
        {"role": "assistant", "content": None, "refusal": "no"},
        {"role": "assistant", "content": None, "tool_calls": [TOOL_CALL]},
        {"role": "tool", "content": "42", "tool_call_id": "1"},
        {"role": "user", "message": "hello", "endTime": 2, "isFiltered": False, **CALL},
        {"role": "bot", "message": "hello", "endTime": 2, "assistantName": "a", **CALL},
        {"role": "tool_calls", "message": "", "toolCalls": [{"id": 1}], **CALL},
        {**TOOL_RESULT, "result": "42", "warnings": [{"x": 1}]},
    ],
)
def test_a_message_of_either_form_is_accepted(message: dict[str, Any]) -> None:
    assert creation_problems({"messages": [message]}) == ()


@pytest.mark.parametrize(
    ("message", "texts"),
    [
        ("hello", [" must be an object"]),
        ({"content": "hello"}, [f".{ROLES}"]),
        ({"role": ["user"], "content": "hello"}, [f".{ROLES}"]),
        ({"role": "user"}, [".content must be a string"]),
        ({"role": "user", "content": "c", "metadata": []}, [".metadata must be an object"]),
        ({"role": "tool", "content": "42"}, [".tool_call_id must be a string"]),
        ({"role": "assistant", "tool_calls": {}}, [".tool_calls must be an array"]),
        (
            {"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f"}}]},
            [".tool_calls.0.type must be a string", ".tool_calls.0.function.arguments must be a string"],
        ),
        ({"role": "user", "message": "hello"}, [f".time {NUMBER}", f".secondsFromStart {NUMBER}"]),
        ({"role": "bot", **CALL}, [".message must be a string"]),
        ({"role": "tool_calls", "message": "m", **CALL}, [".toolCalls must be an array"]),
        (TOOL_RESULT, [".result must be a string"]),
    ],
)
def test_a_wrong_message_is_named_with_its_place(message: object, texts: list[str]) -> None:
    body: dict[str, object] = {"messages": [{"role": "user", "content": "fine"}, message]}
    assert creation_problems(body) == tuple(f"messages.1{text}" for text in texts)


def nested(depth: int) -> bytes:
    return b'{"assistantOverrides": {"variableValues": {"x": ' + b"[" * depth + b"]" * depth + b"}}}"


@pytest.mark.parametrize(
    ("raw", "status", "message"),
    [
        *(
            (raw, 400, "Invalid JSON in the request body: ")
            for raw in (b"{", b'{"name": "\xff"}', b'{"name": NaN}', b'{"name": 1e999}', b"[" + b"9" * 5000)
        ),
        *((raw, 400, "The request body must be a JSON object") for raw in (b"[]", b"null", b'"text"')),
        *((nested(n), 400, f"nested deeper than {MAX_DEPTH} levels") for n in (MAX_DEPTH, 100_000)),
        (b'{"name": "' + b"x" * MAX_BYTES + b'"}', 413, "request entity too large"),
    ],
    ids=lambda value: repr(value)[:24] if isinstance(value, bytes) else "",
)
async def test_a_body_that_cannot_be_read_is_refused(
    api: httpx.AsyncClient, raw: bytes, status: int, message: str
) -> None:
    headers = {"content-type": "application/json; charset=utf-8"}
    response = await api.post("/session", content=raw, headers=headers)
    assert (response.status_code, response.json()["statusCode"]) == (status, status)
    assert message in response.json()["message"]


@pytest.mark.parametrize("body", [nested(MAX_DEPTH - 4), b'{"name": "\\ud83d", "messages": []}'])
async def test_a_deep_body_and_half_a_surrogate_pair_are_kept(api: httpx.AsyncClient, body: bytes) -> None:
    created = await api.post("/session", content=body, headers={"content-type": "application/json"})
    assert created.status_code == 201
    assert (await api.get("/session", params={"sortBy": "cost"})).json()["results"] == [created.json()]


@pytest.mark.parametrize(("headers", "named"), [({"content-type": "text/plain"}, "text/plain"), ({}, "none")])
async def test_a_body_of_another_media_type_is_refused(
    api: httpx.AsyncClient, headers: dict[str, str], named: str
) -> None:
    response = await api.post("/session", content=b'{"name": "n"}', headers=headers)
    assert response.status_code == 415
    assert response.json()["message"] == f"Unsupported Media Type: {named}"
