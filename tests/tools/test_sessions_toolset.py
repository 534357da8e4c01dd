"""A toolset with its key: one call, one answer for a model, and whose key it is made with."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections import OrderedDict
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest

from vapi_sessions_tools import CallError, SettingsError, UnknownToolError
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import InvalidArgumentsError, NoKeyError
from vapi_sessions_tools.sessions_toolset import SessionsToolset, ToolResult
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.contract.loading import Contract

KEY = "the-key-of-the-program"


class Plain(Enum):
    ONE = object()


class Number(IntEnum):
    ONE = 1


class Named(StrEnum):
    ONE = "one"


class Text(str):
    __slots__ = ()


class Real(float):
    __slots__ = ()


@pytest.fixture
def toolset_of_no_loop(contract: Contract, upstream: FakeUpstream) -> SessionsToolset:
    def connect() -> Client:
        return Client("http://localhost", transport=httpx.ASGITransport(upstream))

    return SessionsToolset(Toolset(contract, connect), Credential(KEY))


@pytest.fixture
def keyed(toolset: Toolset) -> SessionsToolset:
    return SessionsToolset(toolset, Credential(KEY))


def keys_seen(upstream: FakeUpstream) -> list[str]:
    return [request.headers["authorization"] for request in upstream.requests]


class TestCall:
    async def test_two_arguments_suffice(self, keyed: SessionsToolset, upstream: FakeUpstream) -> None:
        assert "id" in await keyed.call("create_session", {"name": "Order 1042"})
        assert keys_seen(upstream) == [f"Bearer {KEY}"]

    async def test_a_call_may_bring_its_own_key(self, keyed: SessionsToolset, upstream: FakeUpstream) -> None:
        await keyed.call("list_sessions", {}, key="the-key-of-a-user\n")
        await keyed.answer("list_sessions", {}, key="the-key-of-another")
        assert keys_seen(upstream) == ["Bearer the-key-of-a-user", "Bearer the-key-of-another"]

    async def test_a_failure_is_raised(self, keyed: SessionsToolset) -> None:
        with pytest.raises(CallError) as refused:
            await keyed.call("get_session", {"id": "x"})
        assert refused.value.as_result()["error"]["kind"] == "invalid_arguments"

    async def test_an_unknown_tool_is_the_programs_mistake(self, keyed: SessionsToolset) -> None:
        with pytest.raises(UnknownToolError):
            await keyed.call("find", {})

    @pytest.mark.parametrize("key", ["", "two words", "nön-ascii"])
    async def test_a_text_that_is_no_key_is_not_sent_and_not_replaced(
        self, keyed: SessionsToolset, upstream: FakeUpstream, key: str
    ) -> None:
        with pytest.raises(CallError, match="key holds no API key") as refused:
            await keyed.call("list_sessions", {}, key=key)
        assert (refused.value.kind, upstream.requests) == ("no_key", [])

    async def test_none_is_no_key_and_not_the_toolsets_own(
        self, keyed: SessionsToolset, upstream: FakeUpstream
    ) -> None:
        with pytest.raises(NoKeyError, match="key is None"):
            await keyed.call("list_sessions", {}, key=None)
        assert (await keyed.answer("list_sessions", {}, key=None)).content["error"]["kind"] == "no_key"
        assert upstream.requests == []

    @pytest.mark.parametrize(
        ("tool", "arguments"),
        [
            ("get_session", {"id": KEY}),
            ("get_session", {"id": "x", KEY: 1}),
            ("create_session", {"assistant": {"model": {"provider": KEY, KEY: {KEY: 1}}, "voice": KEY}}),
            ("list_sessions", {"query": f"{KEY}["}),
            ("list_sessions", {"query": f"sum('{KEY}')"}),
            (KEY, {}),
        ],
    )
    async def test_the_key_is_in_no_error_and_no_traceback(
        self, keyed: SessionsToolset, tool: str, arguments: dict[str, Any]
    ) -> None:
        with pytest.raises((CallError, UnknownToolError)) as raised:
            await keyed.call(tool, arguments)
        assert KEY not in str(raised.value)
        assert KEY not in json.dumps(getattr(raised.value, "as_result", dict)())
        shown = "".join(traceback.format_exception(raised.value, limit=0))
        assert KEY not in shown

    async def test_the_key_is_in_no_error_of_the_api(
        self, keyed: SessionsToolset, upstream: FakeUpstream
    ) -> None:
        upstream.respond({"message": [f"name must not be {KEY}"], "statusCode": 400}, 400)
        with pytest.raises(CallError) as raised:
            await keyed.call("create_session", {"name": KEY})
        assert KEY not in "".join(traceback.format_exception(raised.value, limit=0))

    @pytest.mark.parametrize(
        ("value", "problem"),
        [
            (UUID(int=1), ("a.b", "must be a JSON value, not a Python object of type UUID")),
            (
                datetime(2026, 1, 31, tzinfo=UTC),
                ("a.b", "must be a JSON value, not a Python object of type datetime"),
            ),
            (Decimal(1), ("a.b", "must be a JSON value, not a Python object of type Decimal")),
            (Plain.ONE, ("a.b", "must be a JSON value, not a Python object of type Plain")),
            (b"x", ("a.b", "must be a JSON value, not a Python object of type bytes")),
            ({1}, ("a.b", "must be a JSON value, not a Python object of type set")),
            pytest.param(10**5_000, ("a.b", "must have at most 4,000 digits"), id="a huge number"),
            (
                {"c": {None: 1}},
                ("a.b.c", "must have names that are strings; one is of the Python type NoneType"),
            ),
            ([{1: 1}], ("a.b[0]", "must have names that are strings; one is of the Python type int")),
        ],
    )
    async def test_what_json_cannot_carry_is_refused_with_its_path(
        self, keyed: SessionsToolset, upstream: FakeUpstream, value: object, problem: tuple[str, str]
    ) -> None:
        path, rule = problem
        metadata = {"assistant": {"metadata": {"a": {"b": value}}}}
        with pytest.raises(InvalidArgumentsError) as refused:
            await keyed.call("create_session", metadata)
        (found,) = refused.value.problems
        assert (found.path, found.rule) == (path.replace("a.b", "assistant.metadata.a.b"), rule)
        assert upstream.requests == []

    async def test_subclasses_of_jsons_types_are_sent_as_json_writes_them(
        self, keyed: SessionsToolset, upstream: FakeUpstream
    ) -> None:
        values: dict[str, Any] = {
            "a": Text("x"),
            Text("b"): (Number.ONE, Named.ONE),
            "c": OrderedDict(d=Real(1.5)),
        }
        await keyed.call("create_session", {"assistant": {"metadata": values}})
        sent = upstream.requests[0].json["assistant"]["metadata"]
        assert sent == {"a": "x", "b": [1, "one"], "c": {"d": 1.5}}

    @pytest.mark.parametrize("arguments", [[], None, 5, "text", b"{}", object()])
    async def test_arguments_that_are_no_object_are_refused(
        self, keyed: SessionsToolset, arguments: Any
    ) -> None:
        with pytest.raises(InvalidArgumentsError, match="arguments must be an object"):
            await keyed.call("list_sessions", arguments)

    async def test_a_value_that_holds_itself_is_refused(self, keyed: SessionsToolset) -> None:
        endless: list[Any] = []
        endless += [endless, endless]
        with pytest.raises(InvalidArgumentsError):
            await keyed.call("create_session", {"assistant": {"metadata": {"a": endless}}})


class TestOneEventLoop:
    def test_a_second_event_loop_is_refused_at_once(self, toolset_of_no_loop: SessionsToolset) -> None:
        async def use() -> ToolResult:
            return await toolset_of_no_loop.answer("list_sessions", {})

        assert not asyncio.run(use()).is_error
        refused = asyncio.run(use())
        assert "belongs to another event loop" in refused.content["error"]["message"]

    def test_so_is_another_thread(self, toolset_of_no_loop: SessionsToolset) -> None:
        async def use() -> ToolResult:
            async def elsewhere() -> ToolResult:
                return await toolset_of_no_loop.answer("list_sessions", {})

            await toolset_of_no_loop.call("list_sessions", {})
            return await asyncio.to_thread(asyncio.run, elsewhere())

        assert "belongs to another event loop" in asyncio.run(use()).content["error"]["message"]


class TestAnswer:
    @pytest.mark.parametrize(
        ("name", "arguments", "key"),
        [
            (None, {}, KEY),
            ([], {}, KEY),
            ("list_sessions", None, KEY),
            ("list_sessions", 5, KEY),
            ("list_sessions", {"limit": object()}, KEY),
            ("list_sessions", {}, 5),
            ("list_sessions", {}, ""),
            ("list_sessions", "\ud800", KEY),
            ("list_sessions", "[" * 1_000_000, KEY),
        ],
    )
    async def test_nothing_is_raised(
        self, keyed: SessionsToolset, name: Any, arguments: Any, key: Any
    ) -> None:
        answered = await keyed.answer(name, arguments, key=key)
        assert answered.is_error
        assert answered.content["error"]["kind"] in ("invalid_arguments", "no_key")
        assert json.loads(answered.text)

    async def test_a_fault_of_the_library_is_answered_without_its_text(
        self, keyed: SessionsToolset, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        text = "what " + "nobody must see"

        async def fail(*_arguments: Any) -> None:
            raise RuntimeError(text)

        monkeypatch.setattr(Toolset, "call", fail)
        answered = await keyed.answer("list_sessions", {})
        assert answered.is_error
        assert text not in answered.text + caplog.text
        assert "RuntimeError" in caplog.text

    async def test_a_setting_that_cannot_be_used_is_answered(self, contract: Contract) -> None:
        def connect() -> Client:
            raise SettingsError("SSL_CERT_FILE names no file")

        toolset = SessionsToolset(Toolset(contract, connect), Credential(KEY))
        answered = await toolset.answer("list_sessions", {})
        assert answered.content["error"]["message"] == "SSL_CERT_FILE names no file"

    async def test_a_result_is_told_as_compact_json(self, keyed: SessionsToolset) -> None:
        told = await keyed.answer("create_session", '{"name": "Order 1042"}')
        assert not told.is_error
        assert json.loads(told.text) == told.content
        assert '", "' not in told.text

    @pytest.mark.parametrize(
        ("name", "arguments", "words"),
        [
            ("get_session", {"id": "x"}, "id must be a UUID"),
            ("get_session", '{"id": "x"}', "id must be a UUID"),
            ("get_session", '{"id": ', "the arguments are no JSON"),
            ("get_session", "[" * 20_000, "the arguments are no JSON"),
            ("get_session", "7", "the arguments are no JSON object"),
            ("get_sesion", {}, "There is no tool 'get_sesion', nothing was sent; there are create_session,"),
        ],
    )
    async def test_what_a_model_writes_wrong_is_answered_and_not_sent(
        self,
        keyed: SessionsToolset,
        upstream: FakeUpstream,
        name: str,
        arguments: dict[str, Any] | str,
        words: str,
    ) -> None:
        told = await keyed.answer(name, arguments)
        assert told.is_error
        assert told.content["error"]["kind"] == "invalid_arguments"
        assert words in told.content["error"]["message"]
        assert told.content["error"]["next"]
        assert upstream.requests == []

    async def test_no_text_at_all_stands_for_no_arguments(self, keyed: SessionsToolset) -> None:
        assert not (await keyed.answer("list_sessions", "")).is_error

    async def test_a_refusal_of_the_api_is_told(self, keyed: SessionsToolset, upstream: FakeUpstream) -> None:
        upstream.respond({"message": "Invalid Key."}, 401)
        told = await keyed.answer("list_sessions", {})
        assert (told.is_error, told.content["error"]["kind"]) == (True, "unauthorized")

    async def test_the_key_is_not_told_when_the_model_wrote_it(self, keyed: SessionsToolset) -> None:
        told = await keyed.answer("get_session", {"id": KEY, KEY: 1})
        assert told.is_error
        assert KEY not in told.text


async def test_what_a_model_is_told_beforehand_comes_from_the_contract(keyed: SessionsToolset) -> None:
    assert keyed.instructions.startswith("A Vapi session is the memory of a conversation")
    assert [defined["name"] for defined in keyed.definitions("openai")] == [tool.name for tool in keyed.tools]
