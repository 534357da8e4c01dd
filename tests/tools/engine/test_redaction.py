"""Secrets are removed from whatever leaves the tools, by the name of their field and by their known value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.contract.loading import load_contract
from vapi_sessions_tools.engine.placeholder import REDACTED
from vapi_sessions_tools.engine.redaction import Redactor
from vapi_sessions_tools.engine.secret_policy import SecretPolicy

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

SECRET = "s3cr3t-value-of-somebody"
URL = f"https://x.example/{SECRET}"
SHIPPED = Redactor(load_contract().secrets)


def schema(**fields: object) -> dict[str, Any]:
    return {"type": "object", "properties": fields}


@pytest.mark.parametrize(
    "name",
    [
        *("twilioAuthToken", "twilioApiKey", "twilioApiSecret", "apiKey", "apiSecret", "openAIKey"),
        *("ocpApimSubscriptionKey", "awsAccessKeyId", "awsSecretAccessKey", "authorizationId", "publicKey"),
        *("token", "clientSecret", "secretKey", "accessToken", "refreshToken", "privateKey", "privateKeyId"),
        *("hmacAccessKey", "hmacSecret", "accessKeyId", "secretAccessKey", "authUsername", "authPassword"),
        *("secret", "password", "Authorization", "set-cookie", "API_KEY", "api-key", "my_access_token"),
        *("webhookUrl", "serverUrlSecret", "credential", "api key", "X-Api.Key"),
        "\uff54\uff4f\uff4b\uff45\uff4e",  # the same letters in full width
    ],
)
def test_a_field_named_like_a_secret_is_redacted_at_any_depth(name: str) -> None:
    assert SHIPPED.redact({name: SECRET, "a": [{"b": {name: SECRET}}]}) == {
        name: REDACTED,
        "a": [{"b": {name: REDACTED}}],
    }


@pytest.mark.parametrize(
    "name",
    [
        *("maxTokens", "promptTokens", "completionTokens", "keywords", "keyterm", "key", "promptCacheKey"),
        *("credentialId", "credentialIds", "secretHeaderName", "tokenHeaderName", "bearerPrefixEnabled"),
        *("twilioAccountSid", "name", "id", "content", "tokens"),
    ],
)
def test_a_field_named_only_similarly_is_kept(name: str) -> None:
    assert SHIPPED.redact({name: "plain text"}) == {name: "plain text"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *(({"apiKey": held}, {"apiKey": REDACTED}) for held in (0, 17, {"a": 1}, ["a"], 1.5)),
        *(({"apiKey": empty}, {"apiKey": empty}) for empty in (None, "", [], {}, True, False)),
        *(
            ({name: {"X-Any": SECRET, "list": [SECRET]}}, {name: {"X-Any": REDACTED, "list": REDACTED}})
            for name in ("headers", "Headers", "sipHeaders", "sip_headers")
        ),
        ({"headers": [{"key": "a", "value": SECRET}]}, {"headers": [{"key": REDACTED, "value": REDACTED}]}),
        *(
            (
                {name: [{"name": "N", "value": SECRET}], "value": "kept"},
                {name: [{"name": "N", "value": REDACTED}], "value": "kept"},
            )
            for name in ("environmentVariables", "parameters", "environment_variables")
        ),
        (
            {"artifact": {"mapUrl": {"apiKey": "s", "a": 1}}},
            {"artifact": {"mapUrl": {"apiKey": REDACTED, "a": 1}}},
        ),
        ({"sipUri": "sip:bob:s3cr3t@host"}, {"sipUri": f"sip:bob:{REDACTED}@host"}),
        ({"a": "x\ud800y", "b": "😀"}, {"a": "x\ufffdy", "b": "😀"}),
    ],
    ids=range(22),
)
def test_only_the_secret_part_of_a_value_is_redacted(value: object, shown: object) -> None:
    assert SHIPPED.redact(value) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://x.example/hook?token=1", f"https://x.example/{REDACTED}"),
        ("https://user:pw@x.example:8443/", f"https://x.example:8443/{REDACTED}"),
        ("HTTPS://X.example/", "HTTPS://X.example/"),
        ("https://[2001:db8::1]:8080", "https://[2001:db8::1]:8080"),
        ("https://x.example?token=1", f"https://x.example/{REDACTED}"),
        *((url, REDACTED) for url in ("no address", "//x.example/a", "https://[a", "https://x:port/")),
        *((url, REDACTED) for url in ("https://x.example;a", "https://x.example\\a")),
        (7, 7),
    ],
)
def test_only_scheme_and_host_of_a_server_address_are_kept(url: object, shown: object) -> None:
    assert SHIPPED.redact({"server": {"url": url}}) == {"server": {"url": shown}}


@pytest.mark.parametrize(
    "value",
    [
        {"artifact": {"recordingUrl": SECRET, "anyUrl": SECRET, "deeper": [{"otherUrl": SECRET}]}},
        {"recording": {"mono": {"combinedUrl": SECRET}, "stereo_url": SECRET}},
        {"presignedFullUrl": SECRET, "presigned_log_url": SECRET},
        {"logUrl": SECRET, "pcapUrl": SECRET, "stereoRecordingUrl": SECRET, "log_url": SECRET},
    ],
)
def test_links_to_recordings_are_redacted_unless_the_operator_reveals_them(
    contract: Contract, value: object
) -> None:
    assert SECRET not in json.dumps(SHIPPED.redact(value))
    revealing = Redactor(contract.secrets, reveal_links=True)
    assert revealing.redact(value) == value
    assert revealing.redact({"artifact": {"apiKey": SECRET, "webhookUrl": SECRET}}) == {
        "artifact": {"apiKey": REDACTED, "webhookUrl": REDACTED}
    }


def test_known_secrets_are_redacted_in_every_text_and_name_the_longest_first() -> None:
    value = {"message": f"Invalid key {SECRET}!", SECRET: [SECRET], "url": f"https://{SECRET}.example"}
    assert SHIPPED.redact(value, [SECRET[:8], SECRET]) == {
        "message": f"Invalid key {REDACTED}!",
        REDACTED: [REDACTED],
        "url": f"https://{REDACTED}.example",
    }
    assert SHIPPED.text(f"a {SECRET} b", [SECRET]) == f"a {REDACTED} b"


@pytest.mark.parametrize(
    "value",
    [
        {"environmentVariables": [f"A={SECRET}"]},
        {"environmentVariables": {"type": "object", "A": SECRET}},
        {"url": {"raw": URL, "path": [SECRET]}},
        {"recording": {"urls": [URL], "path": SECRET}},
        {"presignedUrl": {"href": URL}},
        {"presigned": URL},
        {"recordingUrls": [URL]},
        {"properties": {"apiKey": {"x": SECRET}}},
        {"headers": schema(Authorization={"type": "string", "const": SECRET})},
        {"headers": schema(X=SECRET)},
        {"parameters": schema(apiKey={"now": SECRET})},
        {"parameters": {"properties": {"server": {"url": URL}}}},
        {"apiKeys": [SECRET, {"a": 1}]},
        {"cookies": [{"name": "a", "value": SECRET}]},
        {"content": f'{{"token": "{SECRET}", "n": 1e400}}'},
    ],
)
def test_a_secret_is_redacted_and_found_in_any_form(value: dict[str, Any]) -> None:
    assert SECRET not in json.dumps(SHIPPED.redact(value))
    assert SECRET in " ".join(SHIPPED.secrets_in(value))


@pytest.mark.parametrize(
    "value",
    [
        {"parameters": {"type": "object"}},
        {"parameters": {"city": "Paris"}},
        {"parameters": {**schema(city={"type": "string"}), "definitions": {}, "$id": "x"}},
        {"parameters": schema(token={"type": "string"}, colour={"type": "string", "enum": ["red"]})},
        {"properties": {"secret": {"description": "to keep"}, "token": {"type": "string", "x-order": 1}}},
        {"properties": {"token": {"type": ["string", "null"]}, "secret": {"$ref": "#/x"}}},
        {"properties": {"headers": schema(secret={"type": "string"})}},
        {"properties": {"headers": {"type": "array", "items": [{"type": "string"}, {"type": "null"}]}}},
        {"headers": schema(Authorization={"type": "string"})},
        {"headers": {"type": "object", "additionalProperties": True, "required": ["a"]}},
        {"content": '{"a": 1, "b": [1.50, 1e400]}'},
        {"tokens": ["a", "b"], "totalTokens": 7},
        {"credentials": [{"provider": "openai"}]},
    ],
)
def test_a_description_of_secrets_is_kept(value: dict[str, Any]) -> None:
    assert SHIPPED.redact(value) == value


@pytest.mark.parametrize(
    ("arguments", "secrets"),
    [
        ({"phoneNumber": {"twilioAuthToken": "one", "twilioAccountSid": "kept"}}, ("one",)),
        (
            {"server": {"headers": {"X": "two"}}, "credentials": [{"apiKey": ["three", {"a": 4}]}]},
            ("two", "three", "a"),
        ),
        ({"apiKey": {"a": "deep", "b": ["er"]}}, ("a", "deep", "b", "er")),
        ({"apiKey": 1234567890123, "secret": 7}, ("1234567890123",)),
        ({"url": "https://x.example/a?b"}, ("https://x.example/a?b",)),
        ({"filter": '{"x": {"apiKey": "within"}}'}, ("within",)),
        ({"filter": '{"apiKey"'}, ()),
    ],
)
def test_the_secrets_among_the_arguments_are_found(arguments: object, secrets: tuple[str, ...]) -> None:
    assert SHIPPED.secrets_in(arguments) == secrets


def test_of_two_fields_of_one_name_in_json_text_neither_is_shown() -> None:
    assert SECRET not in SHIPPED.redact(f'{{"token": "{SECRET}", "token": null}}')


def test_a_policy_without_names_uses_the_common_endings() -> None:
    assert Redactor(SecretPolicy()).redact({"apiKey": "a", "headers": {"b": "c"}, "token_count": "d"}) == {
        "apiKey": REDACTED,
        "headers": {"b": REDACTED},
        "token_count": "d",
    }
    value = {"apiKey": "a", "recordingUrl": "b"}
    assert Redactor(SecretPolicy(endings=())).redact(value) == value


@pytest.mark.parametrize(
    ("path", "public"),
    [
        (["assistant", "metadata", "api_key", "x", 0], ["assistant", "metadata", "api_key"]),
        (["assistant", "server", "headers", "X-Any", "y"], ["assistant", "server", "headers", "X-Any"]),
        (["assistant", "name"], ["assistant", "name"]),
    ],
)
def test_a_path_is_shown_up_to_the_first_secret_field(path: list[str | int], public: list[str | int]) -> None:
    assert list(SHIPPED.public_path(path)) == public


@pytest.mark.timeout(60)  # a search that goes back over the text would take hours
def test_a_long_text_is_searched_for_passwords_once() -> None:
    assert SHIPPED.redact("sip:a:" * 100_000 + " @")
