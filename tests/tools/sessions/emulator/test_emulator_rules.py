"""What the emulator refuses in a body, and in which words; and what it lets through."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

UUID = "7d1f8f4e-52f5-4a0d-8f5c-4a4b36f1f001"
E164 = (
    "customer.number must be a valid phone number in the E.164 format. "
    "Hot tip, you may be missing the country code (Eg. US: +1)."
)
TWILIO = {"twilioPhoneNumber": "+14155550123", "twilioAccountSid": "AC1"}

Body = Mapping[str, Any]


async def refusal(api: httpx.AsyncClient, body: Body) -> list[str]:
    response = await api.post("/session", json=body)
    assert response.status_code == 400, response.text
    assert (response.json()["error"], response.json()["statusCode"]) == ("Bad Request", 400)
    messages: list[str] = response.json()["message"]
    return messages


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"metadata": {}}, "property metadata should not exist"),
        ({"name": 1}, "name must be a string"),
        ({"name": "n" * 41}, "name must be shorter than or equal to 40 characters"),
        ({"status": "open"}, "status must be one of the following values: active, completed"),
        ({"status": []}, "status must be one of the following values: active, completed"),
        ({"expirationSeconds": 59}, "expirationSeconds must not be less than 60"),
        ({"expirationSeconds": 2_592_001}, "expirationSeconds must not be greater than 2592000"),
        (
            {"expirationSeconds": "60"},
            "expirationSeconds must be a number conforming to the specified constraints",
        ),
        (
            {"expirationSeconds": True},
            "expirationSeconds must be a number conforming to the specified constraints",
        ),
        ({"assistantId": "abc"}, "assistantId must be a UUID"),
        ({"squadId": 5}, "squadId must be a UUID"),
        ({"customerId": ""}, "customerId must be a UUID"),
        ({"phoneNumberId": f"{UUID}0"}, "phoneNumberId must be a UUID"),
        ({"messages": {}}, "messages must be an array"),
        ({"assistant": "a"}, "assistant must be an object"),
        ({"assistantOverrides": []}, "assistantOverrides must be an object"),
        ({"squad": 1}, "squad must be an object"),
        ({"customer": "c"}, "customer must be an object"),
        ({"phoneNumber": True}, "phoneNumber must be an object"),
    ],
)
async def test_a_wrong_top_level_field_is_named(api: httpx.AsyncClient, body: Body, text: str) -> None:
    assert await refusal(api, body) == [text]


async def test_every_problem_is_told_at_once_unknown_fields_first(api: httpx.AsyncClient) -> None:
    body = {"name": "n" * 41, "colour": 1, "customer": {"colour": 2, "extension": "x" * 11}}
    assert await refusal(api, body) == [
        "property colour should not exist",
        "name must be shorter than or equal to 40 characters",
        "customer.property colour should not exist",
        "customer.extension must be shorter than or equal to 10 characters",
    ]


@pytest.mark.parametrize(
    ("assistant", "text"),
    [
        ({"assistantId": UUID}, "assistant.property assistantId should not exist"),
        ({"silenceTimeoutSeconds": 5}, "assistant.property silenceTimeoutSeconds should not exist"),
        ({"variableValues": {}}, "assistant.property variableValues should not exist"),
        ({"name": "n" * 41}, "assistant.name must be shorter than or equal to 40 characters"),
        ({"model": "gpt"}, "assistant.model must be an object"),
        ({"voice": "ann"}, "assistant.voice must be an object"),
        ({"transcriber": []}, "assistant.transcriber must be an object"),
        ({"maxDurationSeconds": 9}, "assistant.maxDurationSeconds must not be less than 10"),
        (
            {"endCallPhrases": ["b"]},
            "assistant.endCallPhrases.0 must be longer than or equal to 2 characters",
        ),
        (
            {"firstMessageInterruptionsEnabled": "yes"},
            "assistant.firstMessageInterruptionsEnabled must be a boolean value",
        ),
    ],
)
async def test_a_wrong_field_of_an_assistant_is_named_with_its_path(
    api: httpx.AsyncClient, assistant: Body, text: str
) -> None:
    assert await refusal(api, {"assistant": assistant}) == [text]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"assistantOverrides": {"x": 1}}, "assistantOverrides.property x should not exist"),
        (
            {"assistantOverrides": {"variableValues": []}},
            "assistantOverrides.variableValues must be an object",
        ),
        ({"squad": {}}, "squad.members must be an array"),
        ({"squad": {"members": [1]}}, "squad.members.0 must be an object"),
        ({"squad": {"members": [], "x": 1}}, "squad.property x should not exist"),
        ({"phoneNumber": {**TWILIO, "x": 1}}, "phoneNumber.property x should not exist"),
        ({"phoneNumber": {"twilioPhoneNumber": "+1"}}, "phoneNumber.twilioAccountSid must be a string"),
    ],
)
async def test_a_wrong_field_of_another_inline_object_is_named(
    api: httpx.AsyncClient, body: Body, text: str
) -> None:
    assert await refusal(api, body) == [text]


@pytest.mark.parametrize(
    "body",
    [
        {"assistant": {"model": {"provider": "tomorrow", "model": "m-9", "unheard": {"of": 1}}}},
        {"assistant": {"voice": {"provider": "tomorrow", "voiceId": 7}, "voicemailDetection": "off"}},
        {"assistantOverrides": {"tools:append": [{"type": "tomorrow"}], "variableValues": {"x": 1}}},
        {"squad": {"name": "s", "members": [{"assistantId": None, "unheard": 1}], "membersOverrides": {}}},
        {"phoneNumber": {**TWILIO, "smsEnabled": False, "twilioAuthToken": "t", "assistantId": None}},
        {"assistantId": UUID.upper(), "customerId": UUID, "phoneNumberId": UUID, "expirationSeconds": 60.5},
    ],
)
async def test_vendor_vocabulary_and_unknown_nested_fields_are_accepted(
    api: httpx.AsyncClient, body: Body
) -> None:
    response = await api.post("/session", json=body)
    assert response.status_code == 201, response.text


@pytest.mark.parametrize(
    ("customer", "texts"),
    [
        ({"number": "4155550123"}, [E164]),
        ({"number": "+123456"}, [E164]),
        ({"number": "+1234567890123456"}, [E164]),
        ({"number": "+04155550123", "numberE164CheckEnabled": True}, [E164]),
        ({"number": "+1"}, ["customer.number must be longer than or equal to 3 characters", E164]),
        (
            {"number": "ab", "numberE164CheckEnabled": False},
            ["customer.number must be longer than or equal to 3 characters"],
        ),
        ({"number": 1}, ["customer.number must be a string"]),
        ({"numberE164CheckEnabled": "no"}, ["customer.numberE164CheckEnabled must be a boolean value"]),
        ({"email": "e" * 41}, ["customer.email must be shorter than or equal to 40 characters"]),
        ({"externalId": "e" * 41}, ["customer.externalId must be shorter than or equal to 40 characters"]),
        ({"assistantOverrides": 1}, ["customer.assistantOverrides must be an object"]),
        ({"phone": "+1"}, ["customer.property phone should not exist"]),
    ],
)
async def test_a_wrong_customer_is_explained(
    api: httpx.AsyncClient, customer: Body, texts: list[str]
) -> None:
    assert await refusal(api, {"customer": customer}) == texts


@pytest.mark.parametrize(
    "customer",
    [
        {},
        {"number": "+14155550123"},
        {"number": "+1234567"},
        {"number": "reception", "numberE164CheckEnabled": False},
        {"number": None, "sipUri": "sip:a@b", "squadOverrides": {"x": 1}},
    ],
)
async def test_a_good_customer_is_accepted(api: httpx.AsyncClient, customer: Body) -> None:
    assert (await api.post("/session", json={"customer": customer})).status_code == 201


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"assistantId": UUID}, "property assistantId should not exist"),
        ({"customer": {}}, "property customer should not exist"),
        ({"status": "done"}, "status must be one of the following values: active, completed"),
        ({"messages": "hello"}, "messages must be an array"),
    ],
)
async def test_an_update_takes_four_fields_and_holds_them_to_the_same_rules(
    api: httpx.AsyncClient, body: Body, text: str
) -> None:
    session = (await api.post("/session", json={"name": "before"})).json()
    response = await api.patch(f"/session/{session['id']}", json=body)
    assert (response.status_code, response.json()["message"]) == (400, [text])
    assert (await api.get(f"/session/{session['id']}")).json() == session
