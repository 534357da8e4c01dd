"""A line made a message or a refusal: every broken line is answered, under its id where it has one."""

from __future__ import annotations

import json
import time
from typing import Any

import mcp_types as types
import pytest

from vapi_sessions_mcp.frames import Refusal, outer_id, parse


def refusals(line: bytes) -> list[Refusal]:
    """Return the refusals of a line, which must be refused."""
    found = parse(line)
    assert isinstance(found, list)
    return found


class TestMessages:
    def test_a_request_is_one(self) -> None:
        message = parse(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
        assert isinstance(message, types.JSONRPCRequest)
        assert (message.id, message.method) == (1, "ping")

    def test_a_notification_is_one(self) -> None:
        message = parse(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')
        assert isinstance(message, types.JSONRPCNotification)

    def test_half_a_surrogate_pair_in_an_argument_is_left_to_the_tool_to_refuse(self) -> None:
        message = parse(b'{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":"\\ud800"}}')
        assert isinstance(message, types.JSONRPCRequest)
        assert message.params == {"a": "\ud800"}

    def test_a_nesting_that_the_fast_parser_refuses_is_read_all_the_same(self) -> None:
        line = b'{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":' + b"[" * 300 + b"]" * 300 + b"}}"
        assert isinstance(parse(line), types.JSONRPCRequest)


class TestBrokenJson:
    @pytest.mark.parametrize(
        ("line", "words"),
        [
            (b'{"jsonrpc":"2.0","id":7,"method":', "Expecting value"),
            (b'{"jsonrpc":"2.0","id":7,"method":"p\xffing"}', "not UTF-8"),
            (b'{"jsonrpc":"2.0","id":7,"params":{"a":' + b"9" * 5000 + b"}}", "too many digits"),
            (b'{"jsonrpc":"2.0","id":7,"params":' + b"[" * 20_000, "nested too deep"),
        ],
    )
    def test_it_is_a_parse_error_under_its_id(self, line: bytes, words: str) -> None:
        (refusal,) = refusals(line)
        assert refusal.code == -32700
        assert words in refusal.message
        assert refusal.request_id == 7

    def test_without_an_id_it_is_answered_with_none(self) -> None:
        assert refusals(b"hello")[0].request_id is None


class TestInvalidRequests:
    @pytest.mark.parametrize(
        ("line", "found"),
        [
            (b'{"id":7,"method":"ping"}', 7),
            (b'{"jsonrpc":"2.0","id":"a"}', "a"),
            (b'{"jsonrpc":"2.0","id":true,"params":[]}', None),
            (b"17", None),
            (b'"text"', None),
            (b"null", None),
        ],
    )
    def test_json_that_is_no_message_is_refused_under_its_id(self, line: bytes, found: str | None) -> None:
        (refusal,) = refusals(line)
        assert refusal.code == -32600
        assert refusal.request_id == found

    @pytest.mark.parametrize("wrong", [b"5.5", b"null", b"true", b"[1]"])
    def test_a_request_whose_id_is_none_is_answered_not_taken_for_a_notification(self, wrong: bytes) -> None:
        (refusal,) = refusals(b'{"jsonrpc":"2.0","id":' + wrong + b',"method":"ping"}')
        assert refusal.code == -32600
        assert "id must be a string or an integer" in refusal.message

    def test_the_same_holds_where_the_fast_parser_gave_up(self) -> None:
        (refusal,) = refusals(b'{"jsonrpc":"2.0","id":null,"method":"ping","params":{"a":"\\ud800"}}')
        assert "id must be" in refusal.message


class TestBatches:
    def test_each_request_of_one_is_refused_under_its_id(self) -> None:
        found = refusals(b'[{"id":1,"method":"a"},{"id":"b","method":"a"},{"method":"n"},3]')
        assert [refusal.request_id for refusal in found] == [1, "b"]
        assert {refusal.code for refusal in found} == {-32600}
        assert "batches are not supported" in found[0].message

    @pytest.mark.parametrize("line", [b"[]", b"[1,2]", b'[{"method":"n"}]'])
    def test_one_without_ids_is_refused_once(self, line: bytes) -> None:
        assert [refusal.request_id for refusal in refusals(line)] == [None]

    def test_a_long_one_does_not_make_as_many_answers(self) -> None:
        assert len(refusals(json.dumps([{"id": number} for number in range(1000)]).encode())) == 100


class TestTheIdOfABrokenLine:
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
        ],
    )
    def test_it_is_the_one_on_the_outermost_level(self, line: bytes, found: str | int | None) -> None:
        assert outer_id(line) == found

    def test_a_long_string_without_an_end_is_looked_through_once(self) -> None:
        line = b'{"params":{"a":"' + b'\\"' * 500_000
        begun = time.monotonic()
        assert outer_id(line) is None
        assert outer_id(line + b"\n") is None
        assert outer_id(line + b"\\\n") is None
        assert time.monotonic() - begun < 5


class TestTheAnswer:
    def test_it_is_one_line_of_json_rpc(self) -> None:
        line = Refusal(-32600, "Invalid Request", "a").line()
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        assert json.loads(line) == {
            "jsonrpc": "2.0",
            "id": "a",
            "error": {"code": -32600, "message": "Invalid Request"},
        }

    def test_an_id_with_half_a_surrogate_pair_is_given_back_as_it_came(self) -> None:
        assert b'"id":"\\ud800"' in Refusal(-32600, "Invalid Request", "\ud800").line()


MANY = "[" + "{}," * 60_000 + "{}]"


@pytest.mark.parametrize(
    ("line", "request_id"),
    [
        (f'{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{"a":{MANY}}}}}', 7),
        (f'{{"method":"tools/call","params":{{"id":1,"a":{MANY}}},"jsonrpc":"2.0","id":"7"}}', "7"),
        (f'{{"method":"tools/call","params":{{"a":{MANY},"id":7}}}}', None),
        (MANY, None),
    ],
)
def test_a_message_of_too_many_values_is_refused_under_its_id_before_it_is_parsed(
    line: str, request_id: str | int | None
) -> None:
    refusal = Refusal(-32600, "Invalid Request: the message holds more than 25,000 JSON values", request_id)
    assert parse(line.encode()) == [refusal]


def test_separators_within_strings_do_not_count() -> None:
    text = json.dumps(
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": "a", "arguments": {"a": "[," * 60_000}},
        }
    )
    assert isinstance(parse(text.encode()), types.JSONRPCRequest)


def test_the_id_of_a_long_broken_message_is_looked_for_in_bounded_time() -> None:
    started = time.process_time()
    assert outer_id(b'{"params":' + b"[]," * 1_000_000) is None
    assert time.process_time() - started < 0.2


LONG = "a" * 100_000


LARGE_MESSAGES: list[tuple[Any, str, int | None]] = [
    ({"jsonrpc": "2.0", "id": LONG, "method": "ping"}, "the id has more than 1,000 characters", None),
    (
        {"jsonrpc": "2.0", "id": LONG, "method": "tools/call", "params": {"name": "a", "arguments": {}}},
        "the id has more than 1,000 characters",
        None,
    ),
    (
        {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": LONG}},
        "only the arguments of a tool",
        1,
    ),
    ({"jsonrpc": "2.0", "method": "notifications/x", "params": {"a": LONG}}, "only the arguments", None),
    ({"jsonrpc": "2.0", "id": 1, "result": {"a": LONG}}, "only the arguments of a tool", 1),
    ({f"a{number}": 1 for number in range(10_000)}, "only the arguments of a tool", None),
    ([{"jsonrpc": "2.0", "id": 1, "method": "ping"}] * 2_000, "batches are not supported", None),
    (
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {
                "name": "a",
                "arguments": {},
                "inputResponses": {f"a{n}": {} for n in range(10_000)},
            },
        },
        "only the arguments of a tool",
        1,
    ),
]


@pytest.mark.parametrize(("message", "words", "request_id"), LARGE_MESSAGES)
def test_a_large_message_that_is_not_the_call_of_a_tool_is_refused(
    message: object, words: str, request_id: int | None
) -> None:
    (refusal,) = refusals(json.dumps(message).encode())
    assert words in refusal.message
    assert (refusal.code, refusal.request_id) == (-32600, request_id)


def test_large_arguments_of_a_tool_are_passed_on() -> None:
    params = {"name": "create_session", "arguments": {"name": LONG}, "_meta": {"progressToken": 1}}
    text = json.dumps({"jsonrpc": "2.0", "id": "1", "method": "tools/call", "params": params})
    assert isinstance(parse(text.encode()), types.JSONRPCRequest)


def test_a_large_message_in_another_encoding_is_refused() -> None:
    params = {"name": "create_session", "arguments": {"name": LONG}}
    text = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    assert parse(text.encode("utf-16")) == [Refusal(-32700, "Parse error: not UTF-8")]
