"""Secrets planted wherever the contract has a place for one, and a desk that keeps all that the server says.

A text field whose name looks like a secret's, and is not known to be harmless, is a place of a secret.
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from math import ceil
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
from mcp import Client as McpClient
from mcp.shared.exceptions import MCPError
from mcp_types import PromptReference, ResourceTemplateReference

from answering_user import User
from fake_upstream import SESSION_ID, FakeUpstream, page
from security.conftest import recorded_log
from vapi_sessions_mcp.caller import only_caller
from vapi_sessions_mcp.confirmation import Confirmation
from vapi_sessions_mcp.registration import build_server
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.retry import RetryPolicy
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    import io
    from collections.abc import AsyncGenerator, Iterator, Sequence

    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.engine.redaction import Redactor

Json = dict[str, Any]

HARMLESS = {
    *("keywords", "keyterm", "keytermsPrompt", "credentialId", "credentialIds", "key", "headerName"),
    *("messageIdHeader", "signatureHeader", "timestampHeader", "sipDiversionHeader", "promptCacheKey"),
    *("signaturePrefix", "signatureEncoding", "presignedUrlsExpiresAt", "sipUri", "holdAudioUrl"),
    *("transferCompleteAudioUrl", "authUri", "tokenUri", "authProviderX509CertUrl", "clientX509CertUrl"),
}
"""Text fields whose names only look like a secret's: words, ids, names of headers, public addresses."""

_TELLING = re.compile(
    r"(?i)secret|token|passw|credential|cookie|authori[sz]ation|bearer|signature|private|cert|hmac|auth|key"
    r"|hash|ur[il]s?$|endpoint$|link|header|webhook|presigned"
)
_LINK = re.compile(r"(?i)\Aartifact\.|recordingUrl|logUrl|pcapUrl|presigned|webhookUrl")
_ADDRESS = re.compile(r"(?i)(url|endpoint)\Z")
_WORDS = (
    *("api key", "x api key", "auth token", "client secret", "refresh token", "db password", "token"),
    *("set cookie", "proxy authorization", "private key", "secret access key", "public key", "secret"),
)
_FREE_FORM = (
    *("", "metadata.", "artifact.variableValues.", "assistantOverrides.variableValues.", "costs[]."),
    *("messages[].toolCalls[].function.arguments.", "messages[].content.", "newField[].inner."),
    *("squad.members[].assistant.metadata.", "squad.membersOverrides.", "messages[].metadata."),
)
_DESCRIBED = "assistant.model.tools[].function.parameters.properties."
_URL = "https://hooks.example:8443/{}?signature={}#{}"
SHAPES: dict[str, list[Any]] = {
    "text": ["{}", ["{}"], {"value": "{}"}, ["plain", ["{}"]], [{"a": {"b": ["{}"]}}, 1], {"{}": True}],
    "address": [
        *(_URL, [_URL, "https://plain.example"], {"raw": _URL}, "//hooks.example/{}"),
        *("https://ada:{}@hooks.example", "https://hooks.example;{}", "https://hooks.example\\{}"),
    ],
    "several": [["{}"], {"a": "{}"}, ["plain", "{}"]],
    "schema": [
        *({"type": "string", "default": "{}"}, {"enum": ["plain", "{}"]}, {"example": {"a": "{}"}}),
        *({"type": "array", "items": {"examples": ["{}"]}}, {"now": "{}"}, "{}"),
    ],
    "link": [_URL, [_URL], "//hooks.example/{}", {"href": _URL, "expires": 3600}],
    "holder": ["{}", ["{}"], {"A": ["{}"], "b": 80}, [["A", "{}"]], [{"name": "A", "value": ["{}"]}]],
}
"""What may stand at a place, by its form; the secret in the place of `{}`."""

_PLAIN_FORMS = ("{a}{b}", "sk-{a}-{b}", "Bearer {a}{b}")
FORMS = (*_PLAIN_FORMS, "{a}.*+?({b}[$", "'{a}\\{b}\"", "é{a}\u200b密{b}😀", "{a}\n<{b}>&%20")
_LETTERS = "ghjkmnpqrstvwxyz"


def secret(name: str, form: str = _PLAIN_FORMS[0]) -> str:
    """Return the secret of a name, with two runs of letters that occur in no word, id or code."""
    digits = hashlib.blake2b(name.encode(), digest_size=14).hexdigest()
    letters = digits.translate(str.maketrans("0123456789abcdef", _LETTERS))
    return form.format(a=letters[:14], b=letters[14:])


def traces(said: Any, *secrets: str) -> list[str]:
    """Return the parts of secrets, of 8 letters, that stand in a text or in JSON, in either direction."""
    text = (said if isinstance(said, str) else json.dumps(said)).casefold()
    runs = [run for known in secrets for run in re.findall(f"[{_LETTERS}]{{14}}", known)]
    parts = [run[at : at + 8] for run in runs for at in range(7)]
    return [part for part in parts if part in text or part in text[::-1]]


class Place(NamedTuple):
    """Where a secret stands, and what stands there."""

    path: str
    form: str


def filled(template: Any, text: str) -> Any:
    """Return a JSON value with a text in the place of each `{}`."""
    if isinstance(template, dict):
        return {filled(name, text): filled(value, text) for name, value in template.items()}
    if isinstance(template, list | tuple):
        return [filled(value, text) for value in template]
    return template.replace("{}", text) if isinstance(template, str) else template


def put(body: Json, path: str, value: Any) -> Json:
    """Put a value at a path of a body; what leads there is made."""
    holder: Any = body
    *names, last = path.split(".")
    for name in names:
        key, empty = name.removesuffix("[]"), [{}] if name.endswith("[]") else {}
        held = holder.get(key)
        holder[key] = held if held and type(held) is type(empty) else empty
        holder = holder[key][-1] if isinstance(empty, list) else holder[key]
    holder[last] = value
    return body


def text_fields(document: Json | None = None) -> Iterator[str]:
    """Yield the place of each text and free-form field of a session in a document, by default the facts."""
    text = files("vapi_sessions_tools.contract").joinpath("facts.json").read_text(encoding="utf-8")
    schemas = (document or json.loads(text))["components"]["schemas"]
    waiting, seen = [("Session", "")], set[str]()
    while waiting:
        name, way = waiting.pop(0)
        parts = [(schemas[name], way)] if name not in seen else []
        seen.add(name)
        while parts:
            part, path = parts.pop(0)
            if "$ref" in part:
                waiting.append((part["$ref"].rsplit("/", 1)[-1], path))
            if part.get("type") in ("string", "object") and not part.get("properties"):
                yield path.lstrip(".")
            parts += [(one, path) for word in ("oneOf", "anyOf", "allOf") for one in part.get(word, ())]
            parts += [(one, f"{path}.{field}") for field, one in part.get("properties", {}).items()]
            parts += [(part["items"], f"{path}[]")] if "items" in part else []


def declared_places(document: Json | None = None) -> list[Place]:
    """Return the places of secrets that a document declares."""
    found: list[Place] = []
    for path in dict.fromkeys(text_fields(document)):
        name = path.removesuffix("[]").rpartition(".")[2]
        if name in ("headers", "sipHeaders"):
            found += [Place(path, "holder"), Place(f"{path}.X-Any", "text")]
        elif path.endswith(("environmentVariables[].value", "parameters[].value")):
            found.append(Place(path, "text"))
        elif _TELLING.search(name) and name not in HARMLESS:
            form = "link" if _LINK.search(path) else "address" if _ADDRESS.search(name) else "text"
            found.append(Place(path, form))
    return found


def _undeclared_places() -> list[Place]:
    """Return places that nobody declares: their names alone tell, in many spellings."""
    names = [
        *((name, "text") for words in _WORDS for name in _spellings(words)),
        *(("apiKeys", "several"), ("SECRETS", "several"), ("cookies", "several"), ("serverUrl", "address")),
        *(("environmentVariables", "holder"), ("presignedAnyUrl", "link")),
    ]
    found = [Place(holder + name, form) for holder in _FREE_FORM for name, form in names]
    return found + [Place(_DESCRIBED + name, "schema") for name in ("apiKey", "password", "token")]


def _spellings(words: str) -> tuple[str, ...]:
    snake, kebab, title = words.replace(" ", "_"), words.replace(" ", "-"), words.title().replace(" ", "")
    return title[0].lower() + title[1:], title, snake, snake.upper(), f"_{snake}", kebab, kebab.title(), words


def shown_secrets(redactor: Redactor, places: list[Place]) -> list[Any]:
    """Return the places, with the shape, of which a redactor shows the secret."""
    hidden, found = secret("any", "{a}.{b}"), []
    for place in places:
        for shape in SHAPES[place.form]:
            body = put({}, place.path, filled(shape, hidden))
            shown = redactor.redact([body, {"content": json.dumps(body)}])
            found += [(place, shape)] if traces(shown, hidden) else []
    return found


PLACES = [*declared_places(), *_undeclared_places()]


def draw(count: int, *axes: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return combinations that take the values of each axis equally often; the same ones every time."""
    random = Random(count)
    found = ([random.sample(axis, len(axis)) for _ in range(ceil(count / len(axis)))] for axis in axes)
    return list(zip(*([value for one in column for value in one][:count] for column in found), strict=True))


@dataclass
class Desk:
    """The server in this process, between a client and an API; keeps what the client, user and log get."""

    client: McpClient
    upstream: FakeUpstream
    user: User
    key: str
    log: io.StringIO

    async def ask(self, method: str, *arguments: Any) -> str:
        """Return all that comes of a request: result or protocol error, question, log."""
        try:
            reply = (await getattr(self.client, method)(*arguments)).model_dump_json()
        except MCPError as error:
            reply = f"{error} {error.error.model_dump_json()}"
        return "\n".join([reply, *(question.message for question in self.user.asked), self.log.getvalue()])

    def respond(self, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Prepare the only response, and drop what came of earlier requests."""
        self.upstream.reset()
        self.user.asked.clear()
        self.log.truncate(self.log.seek(0))
        self.upstream.respond(body, status, headers)


@asynccontextmanager
async def desk_of(
    contract: Contract, key: str, *, confirm: tuple[str, ...] = (), url: str | None = None
) -> AsyncGenerator[Desk]:
    """Set up a desk; its user declines, and its API is in this process unless a URL is given."""
    upstream, user, credential = FakeUpstream(), User("decline"), Credential(key)

    transport = None if url else httpx.ASGITransport(upstream)
    retry = RetryPolicy(attempts=1)
    toolset = Toolset(contract, lambda: Client(url or "http://localhost", transport=transport, retry=retry))
    server = build_server(toolset, only_caller(credential), Confirmation(confirm))
    with recorded_log("text", key) as log:
        async with McpClient(server, mode="legacy", elicitation_callback=user) as client:
            yield Desk(client, upstream, user, key, log)
    await toolset.aclose()


_URI, _ID = f"vapi://sessions/{SESSION_ID}", {"id": SESSION_ID}
_TEMPLATE = ResourceTemplateReference(uri="vapi://sessions/{id}")
_PROMPT = PromptReference(name="pick_up_conversation")
WAYS: dict[str, tuple[Any, ...]] = {
    "get": ("call_tool", "get_session", _ID),
    "create": ("call_tool", "create_session", {"name": "plain"}),
    "update": ("call_tool", "update_session", {**_ID, "name": "plain"}),
    "delete": ("call_tool", "delete_session", _ID),
    "list": ("call_tool", "list_sessions", {}),
    "lost creation": ("call_tool", "create_session", {"name": "plain"}),
    "resource": ("read_resource", _URI),
    "transcript": ("read_resource", f"{_URI}/transcript"),
    "pick up": ("get_prompt", "pick_up_conversation", {"session_id": SESSION_ID}),
    "review": ("get_prompt", "review_customer", {"customer": "+14155551234"}),
    "complete": ("complete", _TEMPLATE, {"name": "id", "value": ""}),
    "complete prompt": ("complete", _PROMPT, {"name": "session_id", "value": ""}),
}


async def ask_for(desk: Desk, way: str, body: Json, query: str = "") -> str:
    """Return all that comes of asking for a session in some way; what takes a query gets it."""
    is_page = way in ("list", "lost creation", "review", "complete", "complete prompt")
    desk.respond({**body, **page(body)} if is_page else body, 201 if way == "create" else 200)
    if way == "lost creation":
        desk.upstream.respond({"message": "Bad Gateway"}, 502)
        desk.upstream.responses.reverse()
    method, name, *given = WAYS[way]
    if query and method == "call_tool" and way != "delete":
        given = [{**given[0], "query": query}]
    return await desk.ask(method, name, *given)
