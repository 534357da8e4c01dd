"""HTTP in order around invalid JSON, invalid messages and contradicting headers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from posted import MODERN
from security.wire import calling, head, initialize, modern, open_session, post
from server_process import PROTOCOL, request

if TYPE_CHECKING:
    from security.conftest import Victim

HANDSHAKE_VERSION = f"Mcp-Protocol-Version: {PROTOCOL}"
MODERN_VERSION = f"Mcp-Protocol-Version: {MODERN}"
PING = request("ping")
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
    "a number of too many digits": b'{"jsonrpc":"2.0","id":' + b"9" * 5_000 + b',"method":"ping"}',
    "two values": RAW_PING + RAW_PING,
}
INVALID_MESSAGES: dict[str, Any] = {
    "a batch": [PING],
    "an empty batch": [],
    "a number": 1,
    "null": None,
    "no method": {"jsonrpc": "2.0", "id": 1},
    "a method that is a number": {**PING, "method": 5},
    "another version": {**PING, "jsonrpc": "1.0"},
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
    "a meta that is a number": ("tools/call", {"name": "list_sessions", "_meta": 5}),
    "a token that is a list": ("tools/call", {"name": "list_sessions", "_meta": {"progressToken": []}}),
    "an empty initialize": ("initialize", {}),
    "a version that is a number": ("initialize", {"protocolVersion": 5}),
    "a file": ("resources/read", {"uri": "file:///etc/passwd"}),
    "completion of nothing": ("completion/complete", {}),
    "an unknown prompt": ("prompts/get", {"name": "__class__"}),
    "an unknown method": ("tools/destroy", {}),
    "a method of control characters": ("\x00\r\n\t", {}),
}
UNREQUESTED: list[dict[str, Any]] = [
    {"jsonrpc": "2.0", "id": 1, "result": {}},
    {"jsonrpc": "2.0", "id": "server-1", "result": {"action": "accept"}},
    {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "no"}},
    {"jsonrpc": "2.0", "id": 1, "result": {}, "error": {"code": 1, "message": "no"}},
    *(
        {"jsonrpc": "2.0", "method": method, "params": params}
        for method in (
            *("notifications/initialized", "notifications/cancelled", "notifications/progress"),
            *("notifications/roots/list_changed", "notifications/nothing", "tools/call", "initialize"),
        )
        for params in ({}, {"requestId": 99}, {"requestId": []}, {"name": "delete_session"})
    ),
]


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
    if era == HANDSHAKE_VERSION:
        assert name != "another version" or answer.json["id"] == 1
        assert ("one message at a time" in answer.json["error"]["message"]) is ("batch" in name)


@pytest.mark.parametrize("name", WRONG_REQUESTS)
def test_wrong_request_is_answered_with_an_error(victim: Victim, session: str, name: str) -> None:
    answer = victim.treat(post(request(*WRONG_REQUESTS[name]), session))
    assert answer.status in (200, 400)
    assert answer.json["error"]["code"] < 0


def test_unrequested_responses_and_notifications_are_dropped(victim: Victim, session: str) -> None:
    for sent in UNREQUESTED:
        answer = victim.treat(post(sent, session))
        assert (answer.status, answer.body) == (202, b""), sent


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
    call = request("tools/call", {"name": "list_sessions", "arguments": {"limit": "HERE"}})
    answer = victim.treat(post(json.dumps(call).replace('"HERE"', number).encode(), session))
    assert answer.json["result"]["isError"] is True


def body_of(sent: bytes) -> bytes:
    return sent.partition(b"\r\n\r\n")[2]


FORGED = (
    *("forged", "forged" + "a" * 10_000, "forged\xff\x80", "../../forged", "' OR forged=1", "forged%00"),
    *("0" * 32, "null"),
)
CALL = body_of(calling("list_sessions", {}))
OTHER_VERSION = body_of(modern("tools/list")).replace(MODERN.encode(), PROTOCOL.encode())
STATE = {"requestState": "forged", "inputResponses": {"forged": {"action": "accept"}}}
STREAM = "Accept: text/event-stream"
REFUSED: list[tuple[bytes, int, int | str | None]] = [
    *(
        (post(PING, era, path=path, kind="text/plain"), 415, "not_json")
        for path in ("/mcp", "/messages/")
        for era in (HANDSHAKE_VERSION, MODERN_VERSION)
    ),
    *(
        (post(initialize(), accept=accept), 406, None)
        for accept in ("text/html", "application/json;q=0", "text/event-stream", "", None)
    ),
    *(
        (post(PING, f"Mcp-Protocol-Version: {version}"), 400, None)
        for version in ("1999-01-01", "2099-01-01", "\xff\xfe", "a" * 10_000, "", f"{MODERN}, {MODERN}")
    ),
    *((post(PING, f"Mcp-Session-Id: {session}"), 404, None) for session in FORGED),
    *(
        (head(f"{method} /mcp HTTP/1.1", f"Mcp-Session-Id: {session}", STREAM), 404, None)
        for method in ("GET", "DELETE")
        for session in FORGED
    ),
    (head("GET /mcp HTTP/1.1", HANDSHAKE_VERSION, STREAM), 400, None),
    (head("DELETE /mcp HTTP/1.1", HANDSHAKE_VERSION, STREAM), 400, None),
    *((head(f"{method} /mcp HTTP/1.1", MODERN_VERSION), 405, None) for method in ("GET", "DELETE", "PUT")),
    *(
        (post(PING, path=f"/messages/{query}"), 400, "bad_request")
        for query in ("", "?session_id=", "?session_id=zz")
    ),
    (post(PING, path=f"/messages/?session_id={'0' * 32}"), 404, "not_found"),
    *(
        (post(CALL, MODERN_VERSION, *lines), 400, -32020)
        for lines in (
            [],
            ["Mcp-Method: tools/call"],
            ["Mcp-Method: tools/list", "Mcp-Name: list_sessions"],
            ["Mcp-Method: tools/call", "Mcp-Name: delete_session"],
            ["Mcp-Method: tools/call", "Mcp-Name: \xff\xfe"],
            ["Mcp-Method: tools/call", "Mcp-Name: =?base64?!!!?="],
            ["Mcp-Method: tools/call", "Mcp-Method: ping", "Mcp-Name: list_sessions"],
            ["Mcp-Method: tools/call", "Mcp-Name: list_sessions", "Mcp-Name: delete_session"],
        )
    ),
    (post(OTHER_VERSION, MODERN_VERSION, "Mcp-Method: tools/list"), 400, None),
    (modern("tools/call", {"name": "list_sessions", **STATE}), 400, None),
    *((modern(method), 404, -32601) for method in ("tools/destroy", "__class__", "subscriptions/destroy")),
]


@pytest.mark.parametrize(("sent", "status", "reason"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_wrong_headers_are_refused(
    victim: Victim, sent: bytes, status: int, reason: int | str | None
) -> None:
    answer = victim.treat(sent)
    assert answer.status == status
    error = answer.json["error"]
    assert reason in (None, error.get("kind"), error.get("code"))
    assert "kind" not in error or error["next"]


@pytest.mark.parametrize("accept", ["*/*", "text/event-stream, application/json;q=0.5"])
def test_client_may_accept_json_by_any_range(victim: Victim, accept: str) -> None:
    assert victim.treat(post(initialize(), accept=accept)).status == 200
