"""Bad input on the pipe: each line gets a clear error under its id, and the server goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from server_process import ServerProcess, call

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.fixture(scope="module")
def shared_server() -> Generator[ServerProcess]:
    """One server on the sandbox for every bad line of this module: it has to outlive them all."""
    with ServerProcess("--sandbox") as process:
        process.open()
        yield process
        process.end_input()
        assert process.status() == 0


@pytest.fixture
def server(shared_server: ServerProcess) -> Generator[ServerProcess]:
    """The same, which must serve after each test as before."""
    yield shared_server
    assert shared_server.serves()


def protocol_error(server: ServerProcess, line: bytes) -> tuple[Any, int, str]:
    """Write a line and return the id, code and message of the error that answers it."""
    server.write(line + b"\n")
    answer = server.answer()
    assert "result" not in answer
    return answer["id"], answer["error"]["code"], answer["error"]["message"]


def tool_error(server: ServerProcess, line: bytes) -> dict[str, Any]:
    """Write a line and return the error result that answers it."""
    server.write(line + b"\n")
    result = server.answer()["result"]
    assert result["isError"] is True
    error: dict[str, Any] = json.loads(result["content"][0]["text"])["error"]
    assert error["kind"] == "invalid_arguments"
    assert error["next"]
    return error


def creating(arguments: bytes, request_id: bytes = b"5") -> bytes:
    """Return the line of a call to create a session, its arguments as they are."""
    return (
        b'{"jsonrpc":"2.0","id":' + request_id + b',"method":"tools/call","params":'
        b'{"name":"create_session","arguments":' + arguments + b"}}"
    )


def nested(levels: int) -> bytes:
    """Return objects nested in each other."""
    return b'{"a":' * levels + b"1" + b"}" * levels


class TestLinesThatAreNoMessages:
    @pytest.mark.parametrize(
        ("line", "request_id", "code"),
        [
            (b"hello", None, -32700),
            (b'{"jsonrpc":"2.0","id":71,"method":"tools/call","params":{', 71, -32700),
            (b'{"params":{"id":1,"x":"}"},"id":"seventy","method":', "seventy", -32700),
            (b'{"jsonrpc":"2.0","id":72,"method":"pi\xff\xfeng"}', 72, -32700),
            (b"\x00\x01\x02", None, -32700),
            (b"17", None, -32600),
            (b'{"jsonrpc":"1.0","id":73,"method":"ping"}', 73, -32600),
            (b'{"jsonrpc":"2.0","id":74}', 74, -32600),
            (b'{"jsonrpc":"2.0","id":75,"method":7}', 75, -32600),
            (b'{"jsonrpc":"2.0","id":76,"method":"ping","params":[1]}', 76, -32600),
            (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', None, -32600),
            (b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}', None, -32600),
        ],
    )
    def test_one_is_refused_under_its_id(
        self, server: ServerProcess, line: bytes, request_id: object, code: int
    ) -> None:
        found, told, message = protocol_error(server, line)
        assert (found, told) == (request_id, code)
        assert message.startswith("Parse error: " if code == -32700 else "Invalid Request: ")

    def test_a_batch_is_refused_under_each_of_its_ids(self, server: ServerProcess) -> None:
        server.write(
            b'[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":"b","method":"ping"}]\n'
        )
        answers = [server.answer(), server.answer()]
        assert [answer["id"] for answer in answers] == [1, "b"]
        assert {answer["error"]["code"] for answer in answers} == {-32600}
        assert "one message a line" in answers[0]["error"]["message"]

    def test_a_line_of_70_mb_is_refused_without_being_kept(self, server: ServerProcess) -> None:
        line = b'{"jsonrpc":"2.0","id":9,"method":"ping","params":{"x":"' + b"x" * 70_000_000 + b'"}}'
        assert protocol_error(server, line) == (None, -32600, "Invalid Request: the message is too long")

    def test_a_cut_off_line_full_of_escaped_quotes_does_not_stop_the_server(
        self, server: ServerProcess
    ) -> None:
        line = b'{"jsonrpc":"2.0","method":"tools/call","params":{"a":"' + b'\\"' * 200_000
        assert protocol_error(server, line)[1] == -32700

    @pytest.mark.parametrize("levels", [1_000, 20_000])
    def test_a_frame_nested_too_deep_is_refused_under_its_id(
        self, server: ServerProcess, levels: int
    ) -> None:
        line = creating(b'{"assistant":' + nested(levels) + b"}", b"77")
        assert protocol_error(server, line) == (77, -32700, "Parse error: nested too deep")

    @pytest.mark.parametrize("line", [b"", b"   ", b"\t\r"])
    def test_a_blank_line_is_nothing(self, server: ServerProcess, line: bytes) -> None:
        server.write(line + b"\n")

    @pytest.mark.parametrize(
        "line",
        [
            b'{"jsonrpc":"2.0","id":5,"result":{}}',
            b'{"jsonrpc":"2.0","method":"notifications/cancelled"}',
            b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":[1]}}',
            b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{"a":1}}}',
            b'{"jsonrpc":"2.0","method":"notifications/of-next-year","params":{"x":1}}',
        ],
    )
    def test_a_stray_message_is_no_fault(self, server: ServerProcess, line: bytes) -> None:
        server.write(line + b"\n")


class TestRequestsThatMakeNoSense:
    @pytest.mark.parametrize(
        ("method", "params"),
        [
            ("tools/call", b'{"name":7,"arguments":{}}'),
            ("tools/call", b'{"name":"list_sessions","arguments":[1]}'),
            ("tools/call", b'{"name":"list_sessions","arguments":"x"}'),
            ("tools/call", b'{"arguments":{}}'),
            ("tools/call", b'{"name":"nope"}'),
            ("tools/list", b'{"cursor":"2"}'),
            ("tools/list", b'{"cursor":7}'),
        ],
    )
    def test_wrong_types_are_invalid_params(self, server: ServerProcess, method: str, params: bytes) -> None:
        line = b'{"jsonrpc":"2.0","id":8,"method":"' + method.encode() + b'","params":' + params + b"}"
        found, code, message = protocol_error(server, line)
        assert (found, code) == (8, -32602)
        assert message

    def test_an_unknown_method_is_told_so(self, server: ServerProcess) -> None:
        assert protocol_error(server, b'{"jsonrpc":"2.0","id":8,"method":"x"}')[:2] == (8, -32601)

    @pytest.mark.parametrize(
        "line",
        [
            b'{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}',
            b'{"jsonrpc":"2.0","id":"\\ud800"}',
            b'[{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}]',
            b'{"jsonrpc":"2.0","id":"\\ud800","method":',
        ],
    )
    def test_half_a_surrogate_pair_as_id_is_given_back(self, server: ServerProcess, line: bytes) -> None:
        assert protocol_error(server, line)[0] == "\ud800"

    @pytest.mark.parametrize(
        "place", [b'"method":"\\ud800"', b'"method":"tools/call","params":{"name":"\\ud800"}']
    )
    def test_half_a_surrogate_pair_as_a_name_is_an_error(self, server: ServerProcess, place: bytes) -> None:
        assert protocol_error(server, b'{"jsonrpc":"2.0","id":8,' + place + b"}")[0] == 8


class TestArgumentsThatCannotBe:
    @pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
    def test_a_number_that_json_has_not(self, server: ServerProcess, number: bytes) -> None:
        error = tool_error(server, creating(b'{"expirationSeconds":' + number + b"}"))
        assert error["problems"][0]["path"] == "expirationSeconds"
        assert "finite" in error["message"]

    def test_half_a_surrogate_pair(self, server: ServerProcess) -> None:
        error = tool_error(server, creating(b'{"messages":[{"role":"user","content":"\\udc00"}]}'))
        assert error["problems"][0]["path"] == "messages[0].content"
        assert "Unicode" in error["message"]

    def test_10_mb_in_one_argument(self, server: ServerProcess) -> None:
        error = tool_error(server, creating(b'{"name":"' + b"x" * 10_000_000 + b'"}'))
        assert error["problems"][0]["path"] == "name"
        assert "10,000,000" in error["message"]
        assert len(json.dumps(error)) < 2_000

    def test_10_mb_where_anything_is_allowed(self, server: ServerProcess) -> None:
        overrides = b'{"assistantOverrides":{"variableValues":{"x":"' + b"x" * 10_000_000 + b'"}}}'
        error = tool_error(server, creating(overrides))
        assert "at most 5,000,000 bytes" in str(error)

    def test_nesting_that_a_frame_may_have_and_an_argument_may_not(self, server: ServerProcess) -> None:
        error = tool_error(server, creating(b'{"assistant":' + nested(150) + b"}"))
        assert error["problems"][0]["path"] == "assistant"
        assert "nested deeper" in error["message"]

    @pytest.mark.parametrize("levels", [150, 1_000, 20_000])
    def test_the_same_as_json_in_a_text(self, server: ServerProcess, levels: int) -> None:
        text = nested(levels).decode()
        error = tool_error(server, json.dumps(call("create_session", {"assistant": text})).encode())
        assert error["problems"][0]["path"] == "assistant"
        assert len(json.dumps(error)) < 2_000

    @pytest.mark.parametrize(
        "arguments",
        [b'{"name":7}', b'{"messages":{}}', b'{"assistant":[]}', b'{"customer":"Ada"}', b'{"":1}'],
    )
    def test_wrong_types(self, server: ServerProcess, arguments: bytes) -> None:
        (name,) = json.loads(arguments)
        assert tool_error(server, creating(arguments))["problems"][0]["path"] == name or not name
