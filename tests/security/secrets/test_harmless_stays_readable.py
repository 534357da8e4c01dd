"""What only looks like a secret stays readable: names, numbers, hosts, and all that tells of a contract."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fake_upstream import SESSION_ID, session
from security.planting.plants import put

if TYPE_CHECKING:
    from security.planting.desk import Desk

MARK = "***redacted***"
WORD = "plain-word-17"
NAMES = (
    *(
        "maxTokens",
        "promptTokens",
        "completionTokens",
        "reasoningTokens",
        "cachedPromptTokens",
        "budgetTokens",
    ),
    *("tokenCount", "keywords", "keyterm", "keytermsPrompt", "key", "promptCacheKey", "credentialId"),
    *("credentialIds", "secretHeaderName", "tokenHeaderName", "headerName", "bearerPrefixEnabled"),
    *("secretIsBase64", "signatureHeader", "signaturePrefix", "twilioAccountSid", "presignedUrlsExpiresAt"),
    *("name", "content", "author", "keypadInputPlan", "authenticationType", "sipUri"),
)
PARTS = (
    ("assistant.server.url", "https://api.example:8443/hook?token=1", "https://api.example:8443/"),
    ("assistant.model.url", "https://llm.example/v1", "https://llm.example/"),
    ("assistant.model.tools[0].url", "http://tool.example", "http://tool.example"),
    ("assistant.credentials[0].apiUrl", "https://eu.example/", "https://eu.example/"),
)
FIELDS: dict[str, Any] = {
    "apiKey": {"type": "string", "description": "the key of the door"},
    "password": {"type": "string", "minLength": 8, "pattern": "^[a-z]+$"},
    "token": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    "headers": {"type": "object", "properties": {"secret": {"type": "string"}}},
    "authorization": {"$ref": "#/$defs/Authorization"},
}
SCHEMAS: tuple[dict[str, Any], ...] = (
    {"type": "object", "properties": FIELDS, "required": ["apiKey", "token"]},
    {"type": "object"},
    {"type": "object", "properties": {}, "additionalProperties": False},
)
TYPES = {
    "CreateTwilioCredentialDTO": ("authToken", "apiKey", "apiSecret"),
    "BearerAuthenticationPlan": ("token", "headerName", "bearerPrefixEnabled"),
    "CreateAzureOpenAICredentialDTO": ("openAIKey", "ocpApimSubscriptionKey", "openAIEndpoint"),
    "GcpKey": ("privateKey", "privateKeyId", "tokenUri"),
    "ImportTwilioPhoneNumberDTO": ("twilioAuthToken", "twilioApiKey", "twilioApiSecret"),
    "CreateSlackWebhookCredentialDTO": ("webhookUrl",),
    "Server": ("headers", "url", "credentialId"),
}


async def selected(desk: Desk, body: dict[str, Any], query: str) -> Any:
    """Return what a query selects of a session."""
    desk.upstream.respond(body)
    answer = await desk.client.call_tool("get_session", {"id": SESSION_ID, "query": query})
    assert answer.structured_content is not None
    return answer.structured_content["result"]


@pytest.mark.parametrize("value", [WORD, 17, [WORD], {"a": WORD}])
async def test_names_that_only_look_like_a_secret_s(desk: Desk, value: object) -> None:
    fields = dict.fromkeys(NAMES, value)
    body = session(assistant={"model": fields}, metadata=fields)
    assert await selected(desk, body, "[assistant.model, metadata]") == [fields] * 2


@pytest.mark.parametrize(("place", "address", "shown"), PARTS)
async def test_the_scheme_and_host_of_a_server(desk: Desk, place: str, address: str, shown: str) -> None:
    body = session()
    put(body, place.replace("[0]", "[]"), address)
    told = await selected(desk, body, place)
    assert told.removesuffix(MARK) == shown


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("place", ["function.parameters", "parameters", "body", "headers"])
async def test_a_schema_whose_fields_are_named_like_secrets(
    desk: Desk, schema: dict[str, Any], place: str
) -> None:
    tool: dict[str, Any] = {}
    outer, _, inner = place.partition(".")
    tool[outer] = {inner: schema} if inner else schema
    body = session(assistant={"model": {"tools": [tool]}})
    assert await selected(desk, body, "assistant.model.tools[0]") == tool


@pytest.mark.parametrize(("type_name", "fields"), TYPES.items())
async def test_the_outline_of_a_type(desk: Desk, type_name: str, fields: tuple[str, ...]) -> None:
    read = await desk.client.read_resource(f"vapi://schema/{type_name}")
    text = read.contents[0].model_dump()["text"]
    told = json.loads(text)
    outline = {**told.get("required", {}), **told.get("optional", {})}
    assert set(fields) <= set(outline)
    assert MARK not in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"assistant": {"credentials": [{"provider": "openai"}]}}, ["credentials[0].apiKey", "a string"]),
        ({"assistant": {"credentials": [{"provider": "twilio"}]}}, ["accountSid", "authToken", "apiSecret"]),
        ({"phoneNumber": {}}, ["twilioAuthToken", "twilioApiKey"]),
        ({"phoneNumber": {"twilioAuthToken": 5}}, ["phoneNumber.twilioAuthToken", "must be a string"]),
        ({"assistant": {"server": {}}}, ["headers", "url"]),
    ],
)
async def test_the_outlines_in_a_refusal(desk: Desk, arguments: dict[str, Any], words: list[str]) -> None:
    told = await desk.call("create_session", arguments)
    assert [word for word in words if word not in told] == []
    assert MARK not in told
    assert desk.upstream.requests == []


async def test_the_place_and_outline_that_go_with_a_refusal_of_the_api(desk: Desk) -> None:
    desk.upstream.respond({"message": ["phoneNumber.twilioAuthToken must be valid"], "statusCode": 400}, 400)
    number = {
        "twilioPhoneNumber": "+14155551234",
        "twilioAccountSid": "A",
        "twilioAuthToken": "a long secret",
    }
    told = await desk.call("create_session", {"phoneNumber": number})
    assert "phoneNumber.twilioAuthToken must be valid" in told
    assert MARK not in told
