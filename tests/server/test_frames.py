"""A line made a message or a refusal: every broken line is answered, under its id where it has one."""

from __future__ import annotations

import json
from typing import Any

import mcp_types as types
import pytest

from vapi_sessions_mcp.frames import Refusal, outer_id, parse


def refusal_of(line: bytes) -> tuple[int, Any, str]:
    """Return the code, id and message of the one refusal of a line."""
    found = parse(line)
    assert isinstance(found, list)
    (refusal,) = found
    return refusal.code, refusal.request_id, refusal.message


class TestMessages:
    def test_request_and_notification_are_read(self) -> None:
        message = parse(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
        assert isinstance(message, types.JSONRPCRequest)
        assert (message.id, message.method) == (1, "ping")
        notification = parse(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')
        assert isinstance(notification, types.JSONRPCNotification)

    def test_lone_surrogate_in_an_argument_is_left_to_the_tool(self) -> None:
        message = parse(b'{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":"\\ud800"}}')
        assert isinstance(message, types.JSONRPCRequest)
        assert message.params == {"a": "\ud800"}

    def test_nesting_that_the_fast_parser_refuses_is_read(self) -> None:
        line = b'{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":' + b"[" * 300 + b"]" * 300 + b"}}"
        assert isinstance(parse(line), types.JSONRPCRequest)


PARSE_ERRORS = [
    (b"hello", None, "Expecting value"),
    (b"\x00\x01\x02", None, "Expecting value"),
    (b'{"jsonrpc":"2.0","id":7,"method":', 7, "Expecting value"),
    (b'{"jsonrpc":"2.0","id":7,"method":"p\xffing"}', 7, "not UTF-8"),
    (b'{"jsonrpc":"2.0","id":7,"params":{"a":' + b"9" * 5000 + b"}}", 7, "too many digits"),
    (b'{"jsonrpc":"2.0","id":7,"params":{"a":"' + b"x" * 100_000, 7, "Unterminated string"),
    (b'{"jsonrpc":"2.0","id":7,"params":' + b"[" * 20_000, 7, "nested too deep"),
]
NO_ID = "id must be a string or an integer"
INVALID = [
    (b'{"id":7,"method":"ping"}', 7, "not a JSON-RPC 2.0"),
    (b'{"jsonrpc":"1.0","id":7,"method":"ping"}', 7, "not a JSON-RPC 2.0"),
    (b'{"jsonrpc":"2.0","id":"a"}', "a", "not a JSON-RPC 2.0"),
    (b'{"jsonrpc":"2.0","id":7,"method":7}', 7, "not a JSON-RPC 2.0"),
    (b'{"jsonrpc":"2.0","id":true,"params":[]}', None, "not a JSON-RPC 2.0"),
    (b'{"jsonrpc":"2.0","id":"\\ud800"}', "\ud800", "not a JSON-RPC 2.0"),
    (b"17", None, "not a JSON-RPC 2.0"),
    (b'"text"', None, "not a JSON-RPC 2.0"),
    (b"null", None, "not a JSON-RPC 2.0"),
    (b'{"jsonrpc":"2.0","id":5.5,"method":"ping"}', None, NO_ID),
    (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', None, NO_ID),
    (b'{"jsonrpc":"2.0","id":[1],"method":"ping"}', None, NO_ID),
    (b'{"jsonrpc":"2.0","id":null,"method":"ping","params":{"a":"\\ud800"}}', None, NO_ID),
    (b"[]", None, "batches are not supported"),
    (b"[1,2]", None, "batches are not supported"),
    (b'[{"method":"n"}]', None, "batches are not supported"),
]


@pytest.mark.parametrize(
    ("line", "request_id", "words", "code"),
    [*((*each, -32700) for each in PARSE_ERRORS), *((*each, -32600) for each in INVALID)],
    ids=range(len(PARSE_ERRORS) + len(INVALID)),
)
def test_broken_line_is_refused_under_its_id(line: bytes, request_id: object, words: str, code: int) -> None:
    found, named, message = refusal_of(line)
    assert (found, named) == (code, request_id)
    assert words in message


def test_each_request_of_a_batch_is_refused_under_its_id() -> None:
    found = parse(b'[{"id":1,"method":"a"},{"id":"b","method":"a"},{"method":"n"},3]')
    assert isinstance(found, list)
    assert [(refusal.request_id, refusal.code) for refusal in found] == [(1, -32600), ("b", -32600)]
    long = parse(json.dumps([{"id": number} for number in range(1000)]).encode())
    assert isinstance(long, list)
    assert len(long) == 100


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b'{"id": 7, "x"', 7),
        (b'{"id":-7,', -7),
        (b'{"id":"a\\"b",', 'a"b'),
        (b'{"params":{"id":1},"id":2,', 2),
        (b'{"params":[{"id":1}],"id" : "x"', "x"),
        (b'{"params":{"id":1}', None),
        (b'{"a":"\\"id\\":3","id":4,', 4),
        (b'{"a":"id","b":"id","id":4,', 4),
        (b'{"id":1.5,', None),
        (b'{"id":1e3,', None),
        (b'{"id":true,', None),
        (b'{"id":"\\x",', None),
        (b'{"id":' + b"9" * 40, None),
        (b'{"id"', None),
        (b"", None),
        (b'{"params":{"a":"' + b'\\"' * 500_000, None),
        (b'{"params":{"a":"' + b'\\"' * 500_000 + b"\n", None),
        (b'{"params":{"a":"' + b'\\"' * 500_000 + b"\\\n", None),
        (b'{"params":' + b"[]," * 1_000_000 + b'"id":7', None),
    ],
    ids=range(19),
)
def test_id_of_a_broken_line_is_the_one_on_the_outermost_level(line: bytes, found: str | int | None) -> None:
    assert outer_id(line) == found


def test_refusal_is_one_line_of_json_rpc() -> None:
    line = Refusal(-32600, "Invalid Request", "\ud800").line()
    assert (line[-1:], line.count(b"\n")) == (b"\n", 1)
    error = {"code": -32600, "message": "Invalid Request"}
    assert json.loads(line) == {"jsonrpc": "2.0", "id": "\ud800", "error": error}


LONG = "a" * 100_000
MANY = [{}] * 60_000


def called(arguments: object, **more: Any) -> dict[str, Any]:
    """Return the call of a tool."""
    params = {"name": "create_session", "arguments": arguments, **more}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


@pytest.mark.parametrize(
    ("message", "words", "request_id"),
    [
        (called({"a": MANY}), "more than 25,000 JSON values", 1),
        (
            {"method": "tools/call", "params": {"id": 1, "a": MANY}, "jsonrpc": "2.0", "id": "7"},
            "25,000",
            "7",
        ),
        ({"method": "tools/call", "params": {"a": MANY, "id": 7}}, "25,000", None),
        (MANY, "25,000", None),
        ({**called({}), "id": LONG}, "the id has more than 1,000 characters", None),
        ({"jsonrpc": "2.0", "id": LONG, "method": "ping"}, "the id has more than 1,000 characters", None),
        ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": LONG}}, "only the arguments", 1),
        ({"jsonrpc": "2.0", "method": "notifications/x", "params": {"a": LONG}}, "only the arguments", None),
        ({"jsonrpc": "2.0", "id": 1, "result": {"a": LONG}}, "only the arguments of a tool", 1),
        ({f"a{number}": 1 for number in range(10_000)}, "only the arguments of a tool", None),
        ([{"jsonrpc": "2.0", "id": 1, "method": "ping"}] * 2_000, "batches are not supported", None),
        (called({}, inputResponses={f"a{n}": {} for n in range(10_000)}), "only the arguments of a tool", 1),
    ],
    ids=range(12),
)
def test_large_message_that_is_not_an_ordinary_call_is_refused(
    message: object, words: str, request_id: object
) -> None:
    code, named, told = refusal_of(json.dumps(message).encode())
    assert (code, named) == (-32600, request_id)
    assert words in told


@pytest.mark.parametrize("arguments", [{"name": LONG}, {"a": "[," * 60_000}], ids=["long", "separators"])
def test_large_arguments_of_a_tool_are_read(arguments: dict[str, str]) -> None:
    text = json.dumps(called(arguments, _meta={"progressToken": 1}))
    assert isinstance(parse(text.encode()), types.JSONRPCRequest)
    assert parse(text.encode("utf-16")) == [Refusal(-32700, "Parse error: not UTF-8")]
