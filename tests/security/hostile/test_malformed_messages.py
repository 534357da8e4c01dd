"""HTTP in order, and what is in it is not: JSON that is none, messages that are none, headers that lie."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from security.hostile.wire import (
    MODERN,
    PROTOCOL,
    Wire,
    calling,
    exchange,
    get,
    head,
    initialize,
    message,
    modern,
    post,
)

if TYPE_CHECKING:
    from security.hostile.conftest import Victim

SPEAKS = f"Mcp-Protocol-Version: {PROTOCOL}"
SPEAKS_MODERN = f"Mcp-Protocol-Version: {MODERN}"
PING = message("ping")
RAW_PING = json.dumps(PING).encode()
DEEP = 20_000

NO_JSON: dict[str, bytes] = {
    "cut off": b'{"jsonrpc": "2.0", "id": 1',
    "nothing": b"",
    "lists in lists": b"[" * DEEP + b"]" * DEEP,
    "objects in objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "parameters too deep": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":'
    + b'{"a":' * DEEP
    + b"1"
    + b"}" * DEEP
    + b"}",
    "half of a surrogate pair": b'{"jsonrpc":"2.0","id":1,"method":"\\ud800"}',
    "no UTF-8": b'{"jsonrpc":"2.0","id":1,"method":"\xff"}',
    "a byte order mark": b"\xef\xbb\xbf" + RAW_PING,
    "UTF-16": RAW_PING.decode().encode("utf-16"),
    "compressed": gzip.compress(RAW_PING),
    "a number of too many digits": b'{"jsonrpc":"2.0","id":' + b"9" * 5_000 + b',"method":"ping"}',
    "two values": RAW_PING + RAW_PING,
    "a form": b"method=ping&id=1",
}
NO_MESSAGE: dict[str, Any] = {
    "a batch": [PING],
    "a batch of nothing": [],
    "a number": 1,
    "a string": "ping",
    "null": None,
    "no method": {"jsonrpc": "2.0", "id": 1},
    "a method that is no string": {**PING, "method": 5},
    "another version": {**PING, "jsonrpc": "1.0"},
    "no version": {"id": 1, "method": "ping"},
    "parameters that are a list": {**PING, "params": []},
    "an answer that is no object": {"jsonrpc": "2.0", "id": 1, "result": 5},
    "an error that is none": {"jsonrpc": "2.0", "id": 1, "error": 5},
    "no id but null": {**PING, "id": None},
    "half an id": {**PING, "id": 1.5},
    "an id that is a list": {**PING, "id": []},
    "an id that is true": {**PING, "id": True},
}
WRONG_PARAMS: dict[str, tuple[str, Any]] = {
    "no tool": ("tools/call", {}),
    "a tool that is a number": ("tools/call", {"name": 5}),
    "a tool there is not": ("tools/call", {"name": "drop_tables", "arguments": {}}),
    "arguments that are a list": ("tools/call", {"name": "list_sessions", "arguments": []}),
    "arguments that are a string": ("tools/call", {"name": "list_sessions", "arguments": "{}"}),
    "a meta that is a number": ("tools/call", {"name": "list_sessions", "_meta": 5}),
    "a token that is a list": ("tools/call", {"name": "list_sessions", "_meta": {"progressToken": []}}),
    "an empty greeting": ("initialize", {}),
    "a version that is a number": ("initialize", {"protocolVersion": 5}),
    "a file": ("resources/read", {"uri": "file:///etc/passwd"}),
    "completion of nothing": ("completion/complete", {}),
    "no such prompt": ("prompts/get", {"name": "__class__"}),
    "no such method": ("tools/destroy", {}),
    "a method of Python's": ("__class__", {}),
    "a method of no letters": ("\x00\r\n\t", {}),
    "a very long method": ("a" * 100_000, {}),
}
_PARAMS: tuple[dict[str, Any], ...] = ({}, {"requestId": 99}, {"requestId": []}, {"name": "delete_session"})
UNASKED: dict[str, Any] = {
    "an answer": {"jsonrpc": "2.0", "id": 1, "result": {}},
    "an answer to a word": {"jsonrpc": "2.0", "id": "server-1", "result": {"action": "accept"}},
    "an error": {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "no"}},
    "both": {"jsonrpc": "2.0", "id": 1, "result": {}, "error": {"code": 1, "message": "no"}},
    **{
        f"{method} {params}": {"jsonrpc": "2.0", "method": method, "params": params}
        for method in (
            *("notifications/initialized", "notifications/cancelled", "notifications/progress"),
            *("notifications/roots/list_changed", "notifications/nothing", "tools/call", "initialize"),
        )
        for params in _PARAMS
    },
}


@pytest.fixture
def session(victim: Victim) -> str:
    """A protocol session of the handshake era, by the header that names it."""
    return victim.open_session()


class TestBodies:
    @pytest.mark.parametrize("name", NO_JSON)
    @pytest.mark.parametrize("era", [SPEAKS, SPEAKS_MODERN])
    def test_what_is_no_json_is_a_parse_error(self, victim: Victim, era: str, name: str) -> None:
        answer = victim.treat(post(NO_JSON[name], era, "Mcp-Method: ping"))
        assert answer.status == 400
        assert answer.json["error"]["code"] in (-32700, -32602)  # half a pair is a character to one parser

    @pytest.mark.parametrize("name", NO_MESSAGE)
    @pytest.mark.parametrize("era", [SPEAKS, SPEAKS_MODERN])
    def test_what_is_no_message_is_an_invalid_request(
        self, victim: Victim, session: str, era: str, name: str
    ) -> None:
        lines = [era, session] if era == SPEAKS else [era, "Mcp-Method: ping"]
        answer = victim.treat(post(json.dumps(NO_MESSAGE[name]).encode(), *lines))
        assert answer.status == 400
        assert answer.json["error"]["code"] in (-32600, -32602)

    def test_a_batch_is_told_what_to_do_instead(self, victim: Victim, session: str) -> None:
        answer = victim.treat(post(b"[" + RAW_PING + b"]", SPEAKS, session))
        assert "one message at a time" in answer.json["error"]["message"]

    def test_a_refusal_has_the_id_of_what_it_refuses(self, victim: Victim, session: str) -> None:
        answer = victim.treat(post({"jsonrpc": "1.0", "id": "seven", "method": "ping"}, SPEAKS, session))
        assert answer.json["id"] == "seven"

    @pytest.mark.parametrize("name", WRONG_PARAMS)
    def test_what_asks_for_something_odd_gets_an_error(self, victim: Victim, session: str, name: str) -> None:
        answer = victim.treat(post(message(*WRONG_PARAMS[name]), SPEAKS, session))
        assert answer.status in (200, 400)
        assert answer.json["error"]["code"] < 0

    @pytest.mark.parametrize("name", UNASKED)
    def test_what_nobody_asked_for_is_taken_and_dropped(
        self, victim: Victim, session: str, name: str
    ) -> None:
        answer = victim.treat(post(UNASKED[name], SPEAKS, session))
        assert answer.status == 202
        assert answer.body == b""

    @pytest.mark.parametrize(
        "request_id", [0, -1, 2**70, "", "a" * 1_000, "\r\nevent: x\r\ndata: {}", "\u202e\0"]
    )
    def test_any_id_that_is_one_comes_back(self, victim: Victim, session: str, request_id: int | str) -> None:
        answer = victim.treat(post({**PING, "id": request_id}, SPEAKS, session))
        assert answer.json == {"jsonrpc": "2.0", "id": request_id, "result": {}}

    def test_of_a_member_that_is_there_twice_the_last_counts(self, victim: Victim, session: str) -> None:
        twice = b'{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/list","method":"ping"}'
        assert victim.treat(post(twice, SPEAKS, session)).json == {"jsonrpc": "2.0", "id": 2, "result": {}}

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 4_000])
    def test_a_number_that_is_none_is_no_argument(self, victim: Victim, session: str, number: str) -> None:
        call = message("tools/call", {"name": "list_sessions", "arguments": {"limit": "HERE"}})
        answer = victim.treat(post(json.dumps(call).replace('"HERE"', number).encode(), SPEAKS, session))
        assert answer.json["result"]["isError"] is True


class TestHeaders:
    @pytest.mark.parametrize(
        "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", None]
    )
    @pytest.mark.parametrize("era", [SPEAKS, SPEAKS_MODERN])
    def test_a_body_must_say_that_it_is_json(self, victim: Victim, era: str, kind: str | None) -> None:
        answer = victim.treat(post(PING, era, kind=kind))
        assert (answer.status, answer.json["error"]["kind"]) == (415, "not_json")

    @pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "text/event-stream", "", None])
    def test_a_client_must_take_what_is_answered(self, victim: Victim, accept: str | None) -> None:
        assert victim.treat(post(initialize(), accept=accept)).status == 406

    @pytest.mark.parametrize("accept", ["*/*", "text/event-stream, application/json;q=0.5"])
    def test_a_client_may_take_anything(self, victim: Victim, accept: str) -> None:
        assert victim.treat(post(initialize(), accept=accept)).status == 200

    @pytest.mark.parametrize(
        "version",
        ["1999-01-01", "2099-01-01", "latest", "\xff\xfe", "a" * 10_000, "", "2025-11-25, 2026-07-28"],
    )
    def test_a_version_there_is_not_is_refused(self, victim: Victim, version: str) -> None:
        assert victim.treat(post(PING, f"Mcp-Protocol-Version: {version}")).status == 400

    @pytest.mark.parametrize(
        "forged",
        ["nobodys", "a" * 10_000, "\xff\x80", "0" * 32, "../../etc/passwd", "' OR 1=1", "%00", "null"],
    )
    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
    def test_a_forged_session_is_not_found(self, victim: Victim, method: str, forged: str) -> None:
        lines = (SPEAKS, f"Mcp-Session-Id: {forged}", "Accept: text/event-stream")
        sent = post(PING, *lines[:2]) if method == "POST" else head(f"{method} /mcp HTTP/1.1", *lines)
        answer = victim.treat(sent)
        assert answer.status == 404
        assert forged[:50] not in victim.served.log()

    @pytest.mark.parametrize("method", ["GET", "DELETE"])
    def test_without_a_session_there_is_nothing_to_hear_or_to_end(self, victim: Victim, method: str) -> None:
        sent = head(f"{method} /mcp HTTP/1.1", SPEAKS, "Accept: text/event-stream")
        assert victim.treat(sent).status == 400

    def test_a_stream_that_would_go_on_where_it_was_begins_anew(self, victim: Victim, session: str) -> None:
        with Wire(victim.url) as wire:
            wire.send(get("/mcp", SPEAKS, session, "Accept: text/event-stream", "Last-Event-ID: forged-7"))
            answer = wire.head()
            assert answer is not None
            assert answer.status == 200
            assert answer.headers["content-type"].startswith("text/event-stream")

    @pytest.mark.parametrize("query", ["", "?session_id=", "?session_id=zz", f"?session_id={'0' * 32}"])
    def test_a_post_beside_no_stream_is_refused(self, victim: Victim, query: str) -> None:
        assert victim.treat(post(PING, path=f"/messages/{query}")).status in (400, 404)


class TestTheModernEra:
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
    def test_headers_must_say_what_the_body_says(self, victim: Victim, lines: list[str]) -> None:
        body = calling("list_sessions", {}).partition(b"\r\n\r\n")[2]
        answer = victim.treat(post(body, SPEAKS_MODERN, *lines))
        assert answer.status == 400
        assert answer.json["error"]["code"] == -32020

    def test_the_version_must_be_the_same_in_both(self, victim: Victim) -> None:
        body = modern("tools/list").partition(b"\r\n\r\n")[2].replace(MODERN.encode(), PROTOCOL.encode())
        assert victim.treat(post(body, SPEAKS_MODERN, "Mcp-Method: tools/list")).status == 400

    def test_a_forged_state_is_refused(self, victim: Victim) -> None:
        named: dict[str, Any] = {"name": "list_sessions", "arguments": {}}
        forged = {**named, "requestState": "forged", "inputResponses": {"a": {"action": "accept"}}}
        answer = victim.treat(modern("tools/call", forged))
        assert answer.status == 400
        assert "forged" not in victim.served.log()

    @pytest.mark.parametrize("method", ["tools/destroy", "__class__", "subscriptions/destroy"])
    def test_a_method_there_is_not_is_not_found(self, victim: Victim, method: str) -> None:
        assert victim.treat(modern(method)).status == 404

    @pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
    def test_there_is_only_post(self, victim: Victim, method: str) -> None:
        assert victim.treat(head(f"{method} /mcp HTTP/1.1", SPEAKS_MODERN)).status == 405


def test_nothing_of_a_body_or_a_query_is_in_the_log(victim: Victim) -> None:
    secret = "a-secret-of-somebodys"
    for sent in (
        post({**PING, "params": {"password": secret}}),
        post(f'{{"{secret}'.encode()),
        get(f"/mcp?token={secret}"),
        get(f"/{secret}"),
        get("/mcp", f"Authorization: Bearer {secret}", f"X-Vapi-Key: {secret}", f"Cookie: {secret}"),
        calling("get_session", {"id": secret}),
    ):
        exchange(victim.url, sent)
    assert secret not in victim.served.log()
