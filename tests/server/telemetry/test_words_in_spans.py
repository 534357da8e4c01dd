"""Nothing that a client or the API wrote is in a span, wherever it was written."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import pytest

from fake_upstream import SESSION_ID, FakeUpstream
from posted import MODERN, SESSION, letter
from server.telemetry.conftest import OWN_KEY
from server.telemetry.ways import WAYS, Caller, Parent, Way, connections

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.telemetry.collector import Collector

WORD = "a-customers-own-word"

SAID: list[tuple[str, dict[str, Any]]] = [
    ("tools/call", {"name": "?", "arguments": {}}),
    ("tools/call", {"name": "get_session", "arguments": {"id": "?"}}),
    ("tools/call", {"name": "list_sessions", "arguments": {"name": "?"}}),
    ("tools/call", {"name": "create_session", "arguments": {"name": "?", "?": 1}}),
    ("resources/read", {"uri": "vapi://sessions/?"}),
    ("prompts/get", {"name": "?"}),
    ("prompts/get", {"name": "summarise_session", "arguments": {"?": "?"}}),
    (
        "completion/complete",
        {"ref": {"type": "ref/prompt", "name": "?"}, "argument": {"name": "?", "value": "?"}},
    ),
    ("?", {"name": "?"}),
]


def saying(word: str, value: Any) -> Any:
    """Return what is said, with a word where there is a gap."""
    return json.loads(json.dumps(value).replace("?", word))


@pytest.mark.parametrize("way", WAYS)
async def test_no_word_of_a_message_is_in_one(
    traced: Callable[[Way], Caller], collector: Collector, upstream: FakeUpstream, way: Way
) -> None:
    caller, word = traced(way), OWN_KEY + WORD
    for method, params in SAID:
        upstream.respond({"message": f"Nothing is known of {word}."}, 404)
        await caller.ask(saying(word, method), saying(word, params))
        upstream.responses.clear()
    last = Parent()
    await caller.call("get_session", {"id": SESSION_ID}, headers={"traceparent": last.header})
    collector.trace(last.trace, 2)
    told = collector.bodies
    assert b"tools/call other" in told
    for hidden in (OWN_KEY, WORD, SESSION_ID, "authorization", "user-agent"):
        assert hidden.encode() not in told


async def test_no_id_of_a_message_or_of_a_protocol_session_is_in_one(
    traced: Callable[[Way], Caller], collector: Collector
) -> None:
    caller, word, last = traced("modern"), secrets.token_hex(), Parent()
    async with connections(caller.headers) as http:
        sent = letter("tools/list", {"_meta": {"progressToken": word}}, era=MODERN, request_id=word)
        headers = {**sent.headers, SESSION: word, "traceparent": last.header}
        await http.post(f"{caller.url}/mcp?key={word}", json=sent.json, headers=headers)
    collector.trace(last.trace, 1)
    assert word.encode() not in collector.bodies


async def test_the_names_of_spans_are_few(traced: Callable[[Way], Caller], collector: Collector) -> None:
    caller = traced("modern")
    for number in range(20):
        await caller.ask(f"method-{number}", {})
        await caller.call(f"tool_{number}", {})
    last = Parent()
    await caller.call("get_session", {"id": SESSION_ID}, headers={"traceparent": last.header})
    collector.trace(last.trace, 2)
    assert len({span.name for span in collector.spans}) < 30
