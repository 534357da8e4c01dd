"""Secrets go out of whatever leaves the tools, by the field they stand in and by their known value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapi_sessions_tools.contract.loading import load_contract
from vapi_sessions_tools.engine.placeholder import REDACTED
from vapi_sessions_tools.engine.redaction import Redactor
from vapi_sessions_tools.engine.secret_policy import SecretPolicy

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

SECRET = "s3cr3t-value-of-somebody"


@pytest.fixture
def redactor(contract: Contract) -> Redactor:
    return Redactor(contract.secrets)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "twilioAuthToken",
            "twilioApiKey",
            "twilioApiSecret",
            "apiKey",
            "apiSecret",
            "authToken",
            "openAIKey",
        ),
        *("ocpApimSubscriptionKey", "awsAccessKeyId", "awsSecretAccessKey", "authorizationId", "publicKey"),
        *("token", "clientSecret", "secretKey", "accessToken", "refreshToken", "privateKey", "privateKeyId"),
        *("hmacAccessKey", "hmacSecret", "accessKeyId", "secretAccessKey", "authUsername", "authPassword"),
        *("secret", "password", "Authorization", "set-cookie", "API_KEY", "api-key", "my_access_token"),
        *("webhookUrl", "serverUrlSecret", "credential"),
    ],
)
def test_a_field_that_holds_a_secret_is_redacted_at_any_depth(redactor: Redactor, name: str) -> None:
    assert redactor.redact({name: SECRET, "a": [{"b": {name: SECRET}}]}) == {
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
def test_a_field_that_only_looks_like_one_is_kept(redactor: Redactor, name: str) -> None:
    assert redactor.redact({name: "plain text"}) == {name: "plain text"}


@pytest.mark.parametrize("empty", [None, "", [], {}, True, False])
def test_where_there_is_nothing_there_is_no_secret(redactor: Redactor, empty: object) -> None:
    assert redactor.redact({"apiKey": empty}) == {"apiKey": empty}


@pytest.mark.parametrize("value", [0, 17, {"a": 1}, ["a"], 1.5])
def test_whatever_stands_in_a_secret_field_goes(redactor: Redactor, value: object) -> None:
    assert redactor.redact({"apiKey": value}) == {"apiKey": REDACTED}


@pytest.mark.parametrize("holder", ["headers", "Headers", "sipHeaders", "sip_headers"])
def test_every_value_of_a_holder_goes(redactor: Redactor, holder: str) -> None:
    value = {holder: {"X-Any": SECRET, "list": [SECRET]}}
    assert redactor.redact(value) == {holder: {"X-Any": REDACTED, "list": REDACTED}}
    assert redactor.redact({holder: [{"key": "a", "value": SECRET}]}) == {
        holder: [{"key": REDACTED, "value": REDACTED}]
    }


@pytest.mark.parametrize("name", ["environmentVariables", "parameters", "environment_variables"])
def test_values_of_named_pairs_go_and_their_names_stay(redactor: Redactor, name: str) -> None:
    assert redactor.redact({name: [{"name": "N", "value": SECRET}], "value": "kept"}) == {
        name: [{"name": "N", "value": REDACTED}],
        "value": "kept",
    }


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://x.example/hook?token=1", f"https://x.example/{REDACTED}"),
        ("https://user:pw@x.example:8443/", f"https://x.example:8443/{REDACTED}"),
        ("https://x.example/", "https://x.example/"),
        ("https://x.example", "https://x.example"),
        ("https://x.example?token=1", f"https://x.example/{REDACTED}"),
        ("no address", REDACTED),
        ("//x.example/a", REDACTED),
        ("https://[broken", REDACTED),
        ("https://x.example:port/", REDACTED),
    ],
)
def test_the_address_of_a_server_keeps_its_host(redactor: Redactor, url: str, shown: str) -> None:
    assert redactor.redact({"server": {"url": url}}) == {"server": {"url": shown}}


@pytest.mark.parametrize(
    "value",
    [
        {"artifact": {"recordingUrl": SECRET, "anyUrl": SECRET, "deeper": [{"otherUrl": SECRET}]}},
        {"recording": {"mono": {"combinedUrl": SECRET}, "stereo_url": SECRET}},
        {"presignedFullUrl": SECRET, "presigned_log_url": SECRET},
        {"logUrl": SECRET, "pcapUrl": SECRET, "stereoRecordingUrl": SECRET, "log_url": SECRET},
    ],
)
def test_links_to_recordings_go_unless_the_operator_shows_them(
    contract: Contract, redactor: Redactor, value: dict[str, Any]
) -> None:
    assert SECRET not in json.dumps(redactor.redact(value))
    assert Redactor(contract.secrets, reveal_links=True).redact(value) == value


def test_showing_links_shows_no_secret(contract: Contract) -> None:
    shown = Redactor(contract.secrets, reveal_links=True)
    assert shown.redact({"artifact": {"apiKey": SECRET, "webhookUrl": SECRET}}) == {
        "artifact": {"apiKey": REDACTED, "webhookUrl": REDACTED}
    }


def test_a_link_that_is_no_text_is_looked_into(redactor: Redactor) -> None:
    assert redactor.redact({"artifact": {"mapUrl": {"apiKey": SECRET, "a": 1}}}) == {
        "artifact": {"mapUrl": {"apiKey": REDACTED, "a": 1}}
    }


def test_known_secrets_go_from_every_text_and_name(redactor: Redactor) -> None:
    value = {"message": f"Invalid key {SECRET}!", SECRET: [SECRET], "url": f"https://{SECRET}.example"}
    assert redactor.redact(value, [SECRET]) == {
        "message": f"Invalid key {REDACTED}!",
        REDACTED: [REDACTED],
        "url": f"https://{REDACTED}.example",
    }
    assert redactor.text(f"a {SECRET} b", [SECRET]) == f"a {REDACTED} b"


def test_of_two_known_secrets_the_longer_goes_first(redactor: Redactor) -> None:
    assert redactor.text("abcdef-ghijkl", ["abcdef", "abcdef-ghijkl"]) == REDACTED


def test_a_value_too_short_to_be_told_from_words_stays(redactor: Redactor) -> None:
    assert redactor.text("a short word", ["short"]) == "a short word"


def test_half_of_a_surrogate_pair_is_shown_as_unreadable(redactor: Redactor) -> None:
    assert redactor.redact({"a": "x\ud800y", "b": "😀"}) == {"a": "x\ufffdy", "b": "😀"}


@pytest.mark.parametrize(
    "value",
    [
        {"headers": [["Authorization", SECRET]]},
        {"headers": [{"a": "b"}, f"X: {SECRET}"]},
        {"headers": f"X: {SECRET}"},
        {"environmentVariables": {"A": SECRET, "PORT": 80}},
        {"environmentVariables": {"A": {"B": SECRET}}},
        {"environmentVariables": [f"A={SECRET}"]},
        {"environmentVariables": f"A={SECRET}"},
        {"environmentVariables": {"type": "object", "A": SECRET}},
        {"server": {"url": [f"https://x.example/{SECRET}"]}},
        {"url": {"raw": f"https://x.example/{SECRET}", "path": [SECRET]}},
        {"recording": [f"https://x.example/{SECRET}"]},
        {"recording": {"urls": [f"https://x.example/{SECRET}"]}},
        {"artifact": {"logUrl": {"href": f"https://x.example/{SECRET}"}}},
        {"presignedUrl": {"href": f"https://x.example/{SECRET}"}},
        {"presigned": f"https://x.example/{SECRET}"},
        {"recordingUrls": [f"https://x.example/{SECRET}"]},
        {"properties": {"apiKey": {"x": SECRET}}},
        {"properties": {"password": {"type": "string", "default": SECRET}}},
        {"properties": {"password": {"type": "string", "enum": [SECRET]}}},
        {"headers": {"type": "object", "properties": {"Authorization": {"type": "string", "const": SECRET}}}},
        {"apiKeys": [SECRET]},
        {"secrets": {"a": SECRET}},
        {"cookies": SECRET},
        {"cookies": [{"name": "a", "value": SECRET}]},
        {"apiKeys": [SECRET, {"a": 1}]},
        {"recording": {"path": SECRET}},
        {"parameters": {"type": "object", "properties": {"apiKey": SECRET}}},
        {"content": f'{{"token": "{SECRET}", "n": 1e400}}'},
        {"content": f'[{{"password": "{SECRET}"}}, NaN]'},
        {"parameters": {"type": "object", "properties": {"apiKey": {"now": SECRET}}}},
        {"headers": {"type": "object", "properties": {"X": SECRET}}},
        {"parameters": {"properties": {"server": {"url": f"https://x.example/{SECRET}"}}}},
        {"url": f"https://x.example;{SECRET}"},
        {"url": f"https://x.example\\{SECRET}"},
        {"api key": SECRET, "X-Api.Key": SECRET},
    ],
)
def test_a_secret_goes_in_whatever_form_it_is_written(redactor: Redactor, value: dict[str, Any]) -> None:
    assert SECRET not in json.dumps(redactor.redact(value))
    assert SECRET in " ".join(redactor.secrets_in(value))


@pytest.mark.parametrize(
    "value",
    [
        {"parameters": {"type": "object"}},
        {"parameters": {"city": "Paris"}},
        {
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "definitions": {},
                "$id": "x",
            }
        },
        {
            "properties": {
                "secret": {"description": "what to keep"},
                "token": {"type": "string", "x-order": 1},
            }
        },
        {"content": '{"a": 1, "b": [1.50, 1e400]}'},
        {"parameters": {"type": "object", "description": "x", "properties": {"token": {"type": "string"}}}},
        {"properties": {"token": {"type": ["string", "null"]}, "secret": {"$ref": "#/x"}}},
        {"headers": {"type": "object", "properties": {"Authorization": {"type": "string"}}}},
        {"parameters": {"type": "object", "properties": {"colour": {"type": "string", "enum": ["red"]}}}},
        {"properties": {"headers": {"type": "object", "properties": {"secret": {"type": "string"}}}}},
        {"properties": {"headers": {"type": "array", "items": [{"type": "string"}, {"type": "null"}]}}},
        {"headers": {"type": "object", "additionalProperties": True, "required": ["a"]}},
        {"url": "https://[2001:db8::1]:8080"},
        {"url": "HTTPS://X.example/"},
        {"tokens": ["a", "b"], "totalTokens": 7},
        {"credentials": [{"provider": "openai"}]},
        {"url": 7},
    ],
)
def test_what_only_describes_secrets_stays_readable(redactor: Redactor, value: dict[str, Any]) -> None:
    assert redactor.redact(value) == value


def test_the_secrets_of_a_call_are_found(redactor: Redactor) -> None:
    arguments = {
        "phoneNumber": {"twilioAuthToken": "one", "twilioAccountSid": "kept"},
        "assistant": {"server": {"headers": {"X": "two"}}, "credentials": [{"apiKey": ["three", {"a": 4}]}]},
    }
    assert redactor.secrets_in(arguments) == ("one", "two", "three", "a")
    assert redactor.secrets_in({"apiKey": {"a": "deep", "b": ["er"]}}) == ("a", "deep", "b", "er")
    assert redactor.secrets_in({"apiKey": 1234567890123, "secret": 7}) == ("1234567890123",)
    assert redactor.secrets_in({"url": "https://x.example/a?b"}) == ("https://x.example/a?b",)
    assert redactor.secrets_in({"filter": '{"x": {"apiKey": "within"}}'}) == ("within",)
    assert redactor.secrets_in({"filter": '{"apiKey"'}) == ()


def test_without_a_policy_the_common_names_are_secret() -> None:
    assert Redactor(SecretPolicy()).redact({"apiKey": "a", "headers": {"b": "c"}, "token_count": "d"}) == {
        "apiKey": REDACTED,
        "headers": {"b": REDACTED},
        "token_count": "d",
    }


def test_a_policy_without_endings_and_links_finds_nothing() -> None:
    value = {"apiKey": "a", "recordingUrl": "b"}
    assert Redactor(SecretPolicy(endings=())).redact(value) == value


SHIPPED = Redactor(load_contract().secrets)
names = st.sampled_from(["a", "server", "assistant", "metadata", "messages", "x"])
places = st.lists(names | st.integers(0, 2), max_size=6)
secret_names = st.sampled_from(
    ["apiKey", "access_token", "X-API-KEY", "clientSecret", "password", "openAIKey"]
)


def planted(path: list[str | int], value: object) -> object:
    for part in reversed(path):
        value = {part: value, "beside": 1} if isinstance(part, str) else [0] * part + [value]
    return value


@given(places, secret_names)
def test_no_planted_secret_is_left_wherever_it_stands(path: list[str | int], name: str) -> None:
    clean = SHIPPED.redact(planted(path, {name: SECRET, "kept": "plain"}))
    assert clean == planted(path, {name: REDACTED, "kept": "plain"})


@given(st.text(), st.text(st.characters(codec="ascii"), min_size=6).filter(lambda text: text not in REDACTED))
def test_no_known_secret_is_left_in_any_text(around: str, secret: str) -> None:
    clean = SHIPPED.redact({"a": [around + secret + around]}, [secret])
    assert secret not in clean["a"][0].replace(REDACTED, "")


@given(places)
def test_what_is_clean_stays_as_it_is(path: list[str | int]) -> None:
    once = SHIPPED.redact(planted(path, {"apiKey": SECRET, "url": "https://x.example/a"}))
    assert SHIPPED.redact(once) == once


@pytest.mark.parametrize(
    ("path", "public"),
    [
        (["assistant", "metadata", "api_key", "x", 0], ["assistant", "metadata", "api_key"]),
        (["assistant", "server", "headers", "X-Any", "y"], ["assistant", "server", "headers", "X-Any"]),
        (["assistant", "name"], ["assistant", "name"]),
        ([], []),
    ],
)
def test_a_place_is_told_up_to_the_first_secret_field(
    redactor: Redactor, path: list[str | int], public: list[str | int]
) -> None:
    assert list(redactor.public_path(path)) == public


def test_of_two_fields_of_one_name_none_stays(redactor: Redactor) -> None:
    assert SECRET not in redactor.redact(f'{{"token": "{SECRET}", "token": null}}')


def test_a_password_in_an_address_of_a_call_goes_in_no_time(redactor: Redactor) -> None:
    assert redactor.redact({"sipUri": "sip:bob:s3cr3t@host"}) == {"sipUri": f"sip:bob:{REDACTED}@host"}
    assert redactor.redact("sip:a:" * 100_000 + " @")
