"""No secret and no key comes out in a result, an error, a question or the log; harmless values do.

Here a sample of the combinations is tried; `extended/secrets/` runs the same tests with many more.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from starlette.responses import Response

from fake_upstream import SESSION_ID, FakeUpstream, page, raw_response, raw_server, serving, session
from in_process import run_main
from security.planted_secrets import (
    FORMS,
    HARMLESS,
    PLACES,
    SHAPES,
    WAYS,
    Desk,
    ask_for,
    desk_of,
    draw,
    filled,
    put,
    secret,
    shown_secrets,
    text_fields,
    traces,
)
from vapi_sessions_tools.engine.redaction import Redactor
from vapi_sessions_tools.errors import InvalidArgumentsError
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from vapi_sessions_tools.contract.loading import Contract

Json = dict[str, Any]

# Places of secrets in arguments that the contract accepts, and what it requires beside them.
CARRIERS: dict[str, Json] = {
    "phoneNumber.twilioAuthToken": {"phoneNumber": {"twilioPhoneNumber": "+1415", "twilioAccountSid": "AC0"}},
    "assistant.credentials[].apiKey": {"assistant": {"credentials": [{"provider": "openai"}]}},
    **{
        f"assistant.{name}": {} for name in ("server.headers.Authorization", "server.url", "metadata.api_key")
    },
    "messages[].metadata.apiKey": {"messages": [{"role": "user", "content": "Hi"}]},
}
WRONG: list[Json] = [
    *({"status": "asleep"}, {"nonsense": True}, {"name": "***redacted***"}, {"squad": {"members": 5}}),
    *({"phoneNumber": {"twilioAuthToken": shape}} for shape in SHAPES["text"]),
    *({"assistant": {"metadata": {"api_key": {"{}": "\ud800"}}}}, {"assistant": {"credentials": "{}"}}),
    *({"assistant": {"credentials": ["{}", {"apiKey": {"{}": "***redacted***"}}]}}, {"token": ["{}"]}),
    *({"assistant": f'{{"credentials": [{{"apiKey": {end}'} for end in ('"{}"', '["{}"]}]}')),
    *({"apiKey": {"{}": "{}"}, "query": "@["}, {"status": "{}", "name": "{}{}{}"}, {"messages": ["{}"]}),
]
QUERIES = [
    *[""] * 9,
    *("@", "*[]", "*[][].*[]", "values(@)", "to_string(@)", "reverse(to_string(@))", "merge(@, {{more: @}})"),
    *("sort_by(to_array(@), &to_string(@))", "join('', map(&to_string(@), values(@)))", "{{a: @}}"),
    *("{p}", "to_string({p})", "reverse(to_string({p}))", "values({p})", "keys({p})", "{p}.*", "{p}[0:9]"),
    *("[?{p}]", "starts_with({p}, 's') && {p}", "max_by(to_array(@), &to_string({p}))", "not_null({p}, @)"),
]
REQUESTS: list[tuple[Any, ...]] = [
    ("call_tool", "create_session", {"{}": 1, "phoneNumber": {"{}": 1}, "name": "{} ***redacted***"}),
    *(("call_tool", "get_session", {"id": "{}", "query": query}) for query in ("'{}'", "abs('{}')", '"{}')),
    ("call_tool", "list_sessions", {"name": "{}", "externalId": "{}", "query": "{\"{}\": '{}'}"}),
    *(("call_tool", "{}", {}), ("get_prompt", "{}", {})),
    ("get_prompt", "review_customer", {"customer": "{}", "language": "{}"}),
    ("get_prompt", "pick_up_conversation", {"session_id": "{}"}),
    *(("read_resource", f"{uri}{{}}") for uri in ("vapi://sessions/", "vapi://schema/", "other://")),
]
# Where texts are cut, a part of the key must not be left.
AROUND = ["", "x", "x" * 60, "x" * 66, "x" * 72, "x" * 92, "x" * 240, "x" * 290, "x" * 990]
WRITINGS = [str, repr, html.escape, lambda text: json.dumps(text)[1:-1], lambda text: quote(text, safe="")]
SENTENCES = ["Invalid Key. You sent {}", "{}", "x" * 980 + " {}", "assistant.apiKey must not be {} or {}"]
BODIES: list[Any] = [
    *({"message": "{}"}, {"message": ["{}", "name {}"], "error": "Bad"}, {"message": [{"{}": "{}"}]}),
    *({"message": {"given": "{}"}, "detail": "{}"}, ["wrong", "{}"], "<title>Bad</title><p>{}</p>"),
]
HEADERS = [{}, {"retry-after": "{}", "date": "{}", "set-cookie": "{}"}, {"location": "https://x.example/{}"}]
KEY, HIDDEN = secret("the key", "vk-{a}+'{b}"), secret("an argument", "tok.{a}.{b}='")
BOTH = f"{KEY} {HIDDEN}"
BROKEN: list[Any] = [
    *([BOTH], [f"500 {BOTH}"], ["200 OK", b"{}", BOTH], ["200 OK", b"{}", f"content-length: {BOTH}"]),
    *(["200 OK", BOTH.encode(), "content-encoding: gzip"], ["301 Moved", b"", f"location: //x/{BOTH}"]),
]
MARK = "***redacted***"
ADDRESS = "https://api.example:8443/"
FIELDS: dict[str, Any] = {
    "apiKey": {"type": "string", "description": "the key of the door"},
    "headers": {"type": "object", "properties": {"secret": {"type": "string", "pattern": "^[a-z]+$"}}},
}
SCHEMA = {"type": "object", "properties": FIELDS, "required": ["apiKey"]}


@pytest.fixture(scope="module")
def trials() -> int:
    return 60


@pytest.fixture(params=["vk-{a}-{b}", 'vk+{a}/"{b}\\=%&'], ids=["plain", "marked"])
async def desk(contract: Contract, request: pytest.FixtureRequest) -> AsyncGenerator[Desk]:
    """A desk whose key is of ordinary characters, and one whose key others write otherwise."""
    async with desk_of(contract, secret("the key", request.param)) as made:
        yield made


def call_of(place: str, text: Any, **beside: Any) -> tuple[Any, ...]:
    """Return the call that carries a text at a place."""
    tool, given = ("update_session", {"id": SESSION_ID}) if "messages" in place else ("create_session", {})
    return "call_tool", tool, {**given, **put(filled(CARRIERS[place], ""), place, text), **beside}


def test_no_place_shows_its_secret_in_any_shape(contract: Contract) -> None:
    assert shown_secrets(Redactor(contract.secrets), PLACES) == []


async def test_no_result_resource_prompt_or_query_shows_a_secret(desk: Desk, trials: int) -> None:
    axes = (list(WAYS), PLACES, PLACES, range(9), FORMS, QUERIES)
    for way, place, other, number, form, query in draw(2 * trials, *axes):
        body = session(createdAt="2099-07-28T09:00:00.000Z", messages=[{"role": "user", "content": "Hi"}])
        hidden = [secret("one", form), secret("other", form)]
        for at, one in zip((place, other), hidden, strict=True):
            put(body, at.path, filled(SHAPES[at.form][number % len(SHAPES[at.form])], one))
        put(body, "customer.number", "+14155551234")
        body |= {"name": f"is {desk.key}", "extra": {desk.key: [desk.key]}}
        path = "results[]." * (way == "list") + place.path
        said = await ask_for(desk, way, body, query.format(p=re.sub(r"[^.\[\]]+", r'"\g<0>"', path)))
        assert traces(said, desk.key, *hidden) == [], (way, place, other, number, form, query)


async def test_no_error_of_the_api_repeats_a_secret(desk: Desk, trials: int) -> None:
    statuses = [200, 302, 400, 401, 403, 404, 409, 422, 429, 500, 502]
    axes = (statuses, list(CARRIERS), FORMS, WRITINGS, SENTENCES, BODIES, HEADERS, list(WAYS))
    for status, place, form, write, sentence, body, headers, way in draw(trials, *axes):
        hidden = secret(place, form)
        sent = ("https://hooks.example:8443/" if place.endswith("url") else "") + hidden
        words = " ".join(filled(sentence, write(text)) for text in (sent, desk.key))
        raw = filled(body, words) if isinstance(body, str) else json.dumps(filled(body, words))
        for request, secrets in ((call_of(place, sent), [hidden]), (WAYS[way], [])):
            desk.respond(raw.encode(), status, filled(headers, quote(desk.key)))
            said = await desk.ask(*request)
            assert desk.upstream.requests
            assert traces(said, desk.key, *secrets) == [], (status, place, form, headers, raw)


@pytest.mark.parametrize("response", BROKEN, ids=map(str, range(len(BROKEN))))
async def test_no_broken_response_shows_a_secret(contract: Contract, response: list[Any]) -> None:
    async with raw_server(raw_response(*response)) as api, desk_of(contract, KEY, url=api.url) as desk:
        for place in CARRIERS:
            said = await desk.ask(*call_of(place, HIDDEN))
            assert '"error"' in said
            assert traces(said, KEY, HIDDEN) == []


def test_no_refusal_shows_a_secret(contract: Contract) -> None:
    offline = Toolset(contract, lambda: pytest.fail("a refused call was sent"))
    for place, wrong, form in draw(60, list(CARRIERS), WRONG, FORMS):
        hidden = secret(place, form)
        tool, arguments = call_of(place, hidden)[1:]
        with pytest.raises(InvalidArgumentsError) as refused:
            offline.prepare(tool, {**arguments, **filled(wrong, hidden)})
        assert traces(refused.value.as_result(), hidden) == [], (place, wrong)


async def test_no_question_shows_a_secret(contract: Contract) -> None:
    async with desk_of(contract, KEY, confirm=("create_session", "update_session")) as desk:
        for place, form in draw(24, list(CARRIERS), FORMS):
            hidden = secret(place, form)
            desk.respond(session(name=f"was {KEY}", customer={"name": KEY}))
            said = await desk.ask(*call_of(place, hidden, name=f"is {KEY}"))
            assert desk.user.asked
            assert traces(said, KEY, hidden) == [], place


async def test_no_response_repeats_a_key_that_the_request_contains(desk: Desk, trials: int) -> None:
    for request, before, after in draw(2 * trials, REQUESTS, AROUND, AROUND):
        desk.respond(page({"id": "one"}, total=9))
        said = await desk.ask(*filled(request, f"{before}{desk.key}{after}"))
        assert traces(said, desk.key) == [], request


def test_no_command_shows_a_secret() -> None:
    upstream = FakeUpstream(Response(json.dumps({"message": BOTH}), 400))
    arguments = json.dumps(call_of("phoneNumber.twilioAuthToken", HIDDEN)[2])
    with serving(upstream) as url:
        flags = ("create_session", "-", "--base-url", url, "--log-level", "debug")
        ran = run_main("call", *flags, stdin=arguments, VAPI_API_KEY=KEY)
    assert (ran.status, len(upstream.requests)) == (1, 1)
    assert traces(ran.out + ran.err, KEY, HIDDEN) == []


async def result_of(desk: Desk, tool: str, arguments: Json, body: Json) -> Json:
    desk.respond(body)
    return (await desk.client.call_tool(tool, arguments)).structured_content or {}


async def check_refused(desk: Desk, tool: str, arguments: Json, place: str) -> None:
    problems = (await result_of(desk, tool, arguments, {}))["error"]["problems"]
    assert [place.replace("[]", "[0]")] == [one["path"] for one in problems if "placeholder" in one["rule"]]
    assert desk.upstream.requests == []


@pytest.mark.parametrize("value", ["plain-word-17", 17, ["plain-word-17"], {"a": "plain-word-17"}])
async def test_harmless_values_schemas_and_hosts_stay_readable(desk: Desk, value: object) -> None:
    assert {path.removesuffix("[]").rpartition(".")[2] for path in text_fields()} >= HARMLESS
    fields = dict.fromkeys((*sorted(HARMLESS), "maxTokens", "tokenCount", "author"), value)
    tool = {"function": {"parameters": SCHEMA}, "headers": SCHEMA, "body": SCHEMA}
    assistant = {"model": {**fields, "tools": [tool]}, "server": {"url": f"{ADDRESS}hook?token=1"}}
    body = session(assistant=assistant, metadata=fields)
    arguments = {"id": SESSION_ID, "query": "[metadata, assistant.model, assistant.server.url]"}
    shown = [fields, {**fields, "tools": [tool]}, ADDRESS + MARK]
    assert (await result_of(desk, "get_session", arguments, body))["result"] == shown


@pytest.mark.parametrize("place", [*CARRIERS, "messages[].content", "messages[].metadata.a[].b"])
async def test_placeholder_is_refused_at_every_place(desk: Desk, place: str) -> None:
    _, tool, arguments = call_of(place if place in CARRIERS else "messages[].metadata.apiKey", "plain")
    top = re.split(r"\W", place)[0]
    for text in (MARK, f"Bearer {MARK}", f"https://hooks.example/{MARK}", "words…[+380 characters]"):
        put(arguments, place, text)
        await check_refused(desk, tool, arguments, place)
        await check_refused(desk, tool, {**arguments, top: json.dumps(arguments[top])}, place)


@pytest.mark.parametrize("place", CARRIERS)
async def test_redacted_value_is_refused_as_an_argument(desk: Desk, place: str) -> None:
    _, tool, stored = call_of(place, f"{ADDRESS}{secret('any')}")
    top = re.split(r"\W", place)[0]
    arguments = {"id": SESSION_ID, "query": top}
    shown = (await result_of(desk, "get_session", arguments, session(**stored)))["result"]
    assert MARK in json.dumps(shown)
    await check_refused(desk, tool, {**stored, top: shown}, place)
