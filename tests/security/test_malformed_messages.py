"""HTTP in order around invalid JSON, invalid messages and contradicting headers."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from security.wire import (
    MODERN,
    Wire,
    calling,
    exchange,
    get,
    head,
    initialize,
    message,
    modern,
    open_session,
    post,
)
from server_process import PROTOCOL

if TYPE_CHECKING:
    from security.conftest import Victim

HANDSHAKE_VERSION = f"Mcp-Protocol-Version: {PROTOCOL}"
MODERN_VERSION = f"Mcp-Protocol-Version: {MODERN}"
PING = message("ping")
RAW_PING = json.dumps(PING).encode()
DEEP = 20_000

INVALID_JSON: dict[str, bytes] = {
    "cut off": b'{"jsonrpc": "2.0", "id": 1',
    "nothing": b"",
    "nested lists": b"[" * DEEP + b"]" * DEEP,
    "nested objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "nested parameters": RAW_PING[:-3] + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
    "half of a surrogate pair": b'{"jsonrpc":"2.0","id":1,"method":"\\ud800"}',
    "not UTF-8": b'{"jsonrpc":"2.0","id":1,"method":"\xff"}',
    "a byte order mark": b"\xef\xbb\xbf" + RAW_PING,
    "UTF-16": RAW_PING.decode().encode("utf-16"),
    "compressed": gzip.compress(RAW_PING, mtime=0),
    "a number of too many digits": b'{"jsonrpc":"2.0","id":' + b"9" * 5_000 + b',"method":"ping"}',
    "two values": RAW_PING + RAW_PING,
    "a form": b"method=ping&id=1",
}
INVALID_MESSAGES: dict[str, Any] = {
    "a batch": [PING],
    "an empty batch": [],
    "a number": 1,
    "a string": "ping",
    "null": None,
    "no method": {"jsonrpc": "2.0", "id": 1},
    "a method that is a number": {**PING, "method": 5},
    "another version": {**PING, "jsonrpc": "1.0"},
    "no version": {"id": 1, "method": "ping"},
    "parameters that are a list": {**PING, "params": []},
    "a result that is a number": {"jsonrpc": "2.0", "id": 1, "result": 5},
    "an error that is a number": {"jsonrpc": "2.0", "id": 1, "error": 5},
    "an id that is null": {**PING, "id": None},
    "an id that is a fraction": {**PING, "id": 1.5},
    "an id that is a list": {**PING, "id": []},
    "an id that is true": {**PING, "id": True},
}
WRONG_REQUESTS: dict[str, tuple[str, Any]] = {
    "no tool": ("tools/call", {}),
    "a tool that is a number": ("tools/call", {"name": 5}),
    "an unknown tool": ("tools/call", {"name": "drop_tables", "arguments": {}}),
    "arguments that are a list": ("tools/call", {"name": "list_sessions", "arguments": []}),
    "arguments that are a string": ("tools/call", {"name": "list_sessions", "arguments": "{}"}),
    "a meta that is a number": ("tools/call", {"name": "list_sessions", "_meta": 5}),
    "a token that is a list": ("tools/call", {"name": "list_sessions", "_meta": {"progressToken": []}}),
    "an empty initialize": ("initialize", {}),
    "a version that is a number": ("initialize", {"protocolVersion": 5}),
    "a file": ("resources/read", {"uri": "file:///etc/passwd"}),
    "completion of nothing": ("completion/complete", {}),
    "an unknown prompt": ("prompts/get", {"name": "__class__"}),
    "an unknown method": ("tools/destroy", {}),
    "a Python attribute": ("__class__", {}),
    "a method of control characters": ("\x00\r\n\t", {}),
    "a very long method": ("a" * 100_000, {}),
}
PARAMS: tuple[dict[str, Any], ...] = ({}, {"requestId": 99}, {"requestId": []}, {"name": "delete_session"})
UNREQUESTED: dict[str, Any] = {
    "a result": {"jsonrpc": "2.0", "id": 1, "result": {}},
    "a result for another id": {"jsonrpc": "2.0", "id": "server-1", "result": {"action": "accept"}},
    "an error": {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "no"}},
    "both": {"jsonrpc": "2.0", "id": 1, "result": {}, "error": {"code": 1, "message": "no"}},
    **{
        f"{method} {params}": {"jsonrpc": "2.0", "method": method, "params": params}
        for method in (
            *("notifications/initialized", "notifications/cancelled", "notifications/progress"),
            *("notifications/roots/list_changed", "notifications/nothing", "tools/call", "initialize"),
        )
        for params in PARAMS
    },
}


@pytest.fixture
def session(victim: Victim) -> str:
    return open_session(victim.url)


@pytest.mark.parametrize("era", [HANDSHAKE_VERSION, MODERN_VERSION])
@pytest.mark.parametrize("name", INVALID_JSON)
def test_invalid_json_is_a_parse_error(victim: Victim, era: str, name: str) -> None:
    answer = victim.treat(post(INVALID_JSON[name], era, "Mcp-Method: ping"))
    assert answer.status == 400
    assert answer.json["error"]["code"] in (-32700, -32602)  # one parser takes half a pair for a character


@pytest.mark.parametrize("era", [HANDSHAKE_VERSION, MODERN_VERSION])
@pytest.mark.parametrize("name", INVALID_MESSAGES)
def test_invalid_message_is_an_invalid_request(victim: Victim, session: str, era: str, name: str) -> None:
    lines = [era, session] if era == HANDSHAKE_VERSION else [era, "Mcp-Method: ping"]
    answer = victim.treat(post(json.dumps(INVALID_MESSAGES[name]).encode(), *lines))
    assert answer.status == 400
    assert answer.json["error"]["code"] in (-32600, -32602)
    if "batch" in name and era == HANDSHAKE_VERSION:
        assert "one message at a time" in answer.json["error"]["message"]


def test_refusal_has_the_id_of_the_request(victim: Victim, session: str) -> None:
    answer = victim.treat(post({"jsonrpc": "1.0", "id": "seven", "method": "ping"}, session))
    assert answer.json["id"] == "seven"


@pytest.mark.parametrize("name", WRONG_REQUESTS)
def test_wrong_request_is_answered_with_an_error(victim: Victim, session: str, name: str) -> None:
    answer = victim.treat(post(message(*WRONG_REQUESTS[name]), session))
    assert answer.status in (200, 400)
    assert answer.json["error"]["code"] < 0


def test_unrequested_responses_and_notifications_are_dropped(victim: Victim, session: str) -> None:
    for name, sent in UNREQUESTED.items():
        answer = victim.treat(post(sent, session))
        assert (answer.status, answer.body) == (202, b""), name


@pytest.mark.parametrize(
    "request_id", [0, -1, 2**70, "", "a" * 1_000, "\r\nevent: x\r\ndata: {}", "\u202e\0"], ids=ascii
)
def test_every_valid_id_comes_back(victim: Victim, session: str, request_id: int | str) -> None:
    answer = victim.treat(post({**PING, "id": request_id}, session))
    assert answer.json == {"jsonrpc": "2.0", "id": request_id, "result": {}}


def test_last_of_duplicate_members_counts(victim: Victim, session: str) -> None:
    twice = b'{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/list","method":"ping"}'
    assert victim.treat(post(twice, session)).json == {"jsonrpc": "2.0", "id": 2, "result": {}}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 4_000])
def test_number_outside_json_is_an_invalid_argument(victim: Victim, session: str, number: str) -> None:
    call = message("tools/call", {"name": "list_sessions", "arguments": {"limit": "HERE"}})
    answer = victim.treat(post(json.dumps(call).replace('"HERE"', number).encode(), session))
    assert answer.json["result"]["isError"] is True


@pytest.mark.parametrize("path", ["/mcp", "/messages/"])
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", None]
)
def test_body_without_json_content_type_is_refused(victim: Victim, path: str, kind: str | None) -> None:
    for era in (HANDSHAKE_VERSION, MODERN_VERSION):
        answer = victim.treat(post(PING, era, path=path, kind=kind))
        assert (answer.status, answer.json["error"]["kind"]) == (415, "not_json")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        *(("text/html", 406), ("application/json;q=0", 406), ("text/event-stream", 406)),
        *(("", 406), (None, 406), ("*/*", 200), ("text/event-stream, application/json;q=0.5", 200)),
    ],
)
def test_client_must_accept_json(victim: Victim, accept: str | None, status: int) -> None:
    assert victim.treat(post(initialize(), accept=accept)).status == status


@pytest.mark.parametrize(
    "version",
    ["1999-01-01", "2099-01-01", "latest", "\xff\xfe", "a" * 10_000, "", "2025-11-25, 2026-07-28"],
    ids=ascii,
)
def test_unknown_protocol_version_is_refused(victim: Victim, version: str) -> None:
    assert victim.treat(post(PING, f"Mcp-Protocol-Version: {version}")).status == 400


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    "forged",
    ["nobodys", "a" * 10_000, "\xff\x80", "0" * 32, "../../etc/passwd", "' OR 1=1", "%00", "null"],
    ids=ascii,
)
def test_forged_session_is_not_found(victim: Victim, method: str, forged: str) -> None:
    lines = (HANDSHAKE_VERSION, f"Mcp-Session-Id: {forged}", "Accept: text/event-stream")
    sent = post(PING, *lines[:2]) if method == "POST" else head(f"{method} /mcp HTTP/1.1", *lines)
    assert victim.treat(sent).status == 404
    assert forged[:50] not in victim.log.getvalue()


@pytest.mark.parametrize(
    ("version", "method", "status"),
    [
        *((HANDSHAKE_VERSION, "GET", 400), (HANDSHAKE_VERSION, "DELETE", 400)),
        *((MODERN_VERSION, "GET", 405), (MODERN_VERSION, "DELETE", 405), (MODERN_VERSION, "PUT", 405)),
    ],
)
def test_without_a_session_only_post_is_served(
    victim: Victim, version: str, method: str, status: int
) -> None:
    sent = head(f"{method} /mcp HTTP/1.1", version, "Accept: text/event-stream")
    assert victim.treat(sent).status == status


def test_stream_does_not_resume_at_a_forged_event(victim: Victim, session: str) -> None:
    with Wire(victim.url) as wire:
        wire.send(get("/mcp", session, "Accept: text/event-stream", "Last-Event-ID: forged-7"))
        answer = wire.head()
        assert answer is not None
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize("query", ["", "?session_id=", "?session_id=zz", f"?session_id={'0' * 32}"])
def test_message_without_its_stream_is_refused(victim: Victim, query: str) -> None:
    answer = victim.treat(post(PING, path=f"/messages/{query}"))
    assert answer.status in (400, 404)
    assert answer.json["error"]["next"]


def test_session_serves_nothing_after_a_failed_initialize(victim: Victim) -> None:
    opened = victim.treat(post({**initialize(), "params": {}}))
    assert "error" in opened.json
    session = f"Mcp-Session-Id: {opened.headers['mcp-session-id']}"
    assert victim.treat(post(UNREQUESTED["notifications/initialized {}"], session)).status == 202
    assert "error" in victim.treat(post(message("tools/list"), session)).json


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["Mcp-Method: tools/call"],
        ["Mcp-Method: tools/list", "Mcp-Name: list_sessions"],
        ["Mcp-Method: tools/call", "Mcp-Name: delete_session"],
        ["Mcp-Method: tools/call", "Mcp-Name: \xff\xfe"],
        ["Mcp-Method: tools/call", "Mcp-Name: =?base64?!!!?="],
        ["Mcp-Method: tools/call", "Mcp-Method: ping", "Mcp-Name: list_sessions"],
        ["Mcp-Method: tools/call", "Mcp-Name: list_sessions", "Mcp-Name: delete_session"],
    ],
)
def test_headers_of_the_modern_era_must_match_the_body(victim: Victim, lines: list[str]) -> None:
    body = calling("list_sessions", {}).partition(b"\r\n\r\n")[2]
    answer = victim.treat(post(body, MODERN_VERSION, *lines))
    assert (answer.status, answer.json["error"]["code"]) == (400, -32020)


def test_version_of_header_and_body_must_match(victim: Victim) -> None:
    body = modern("tools/list").partition(b"\r\n\r\n")[2].replace(MODERN.encode(), PROTOCOL.encode())
    assert victim.treat(post(body, MODERN_VERSION, "Mcp-Method: tools/list")).status == 400


def test_forged_request_state_is_refused(victim: Victim) -> None:
    forged: dict[str, Any] = {"requestState": "forged", "inputResponses": {"a": {"action": "accept"}}}
    answer = victim.treat(modern("tools/call", {"name": "list_sessions", "arguments": {}, **forged}))
    assert answer.status == 400
    assert "forged" not in victim.log.getvalue()


@pytest.mark.parametrize("method", ["tools/destroy", "__class__", "subscriptions/destroy"])
def test_unknown_method_of_the_modern_era_is_not_found(victim: Victim, method: str) -> None:
    assert victim.treat(modern(method)).status == 404


def test_log_contains_nothing_of_a_body_a_query_or_a_header(victim: Victim) -> None:
    secret = "a-secret-of-a-client"
    for sent in (
        post({**PING, "params": {"password": secret}}),
        post(f'{{"{secret}'.encode()),
        get(f"/mcp?token={secret}"),
        get(f"/{secret}"),
        get("/mcp", f"Authorization: Bearer {secret}", f"X-Vapi-Key: {secret}", f"Cookie: {secret}"),
        calling("get_session", {"id": secret}),
    ):
        exchange(victim.url, sent)
    exchange(victim.url, get("/healthz"))  # by then the lines of those before are written
    assert victim.log.getvalue().count('"request"') >= 6
    assert secret not in victim.log.getvalue()
