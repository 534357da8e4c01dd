"""A toolset with its key: results for a program, answers for a model, and the key of each call."""

from __future__ import annotations

import asyncio
import json
import traceback
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from vapi_sessions_tools import CallError, SettingsError, UnknownToolError
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.sessions_toolset import SessionsToolset, ToolResult
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.contract.loading import Contract

KEY = "the-key-of-the-program"


@pytest.fixture
def keyed(toolset: Toolset) -> SessionsToolset:
    return SessionsToolset(toolset, Credential(KEY))


def sent_keys(upstream: FakeUpstream) -> list[str]:
    return [request.headers["authorization"] for request in upstream.requests]


class TestCall:
    async def test_a_call_uses_the_own_key_or_the_one_it_brings(
        self, keyed: SessionsToolset, upstream: FakeUpstream
    ) -> None:
        assert "id" in await keyed.call("create_session", {"name": "Order 1042"})
        await keyed.call("list_sessions", {}, key="the-key-of-a-user\n")
        await keyed.answer("list_sessions", {}, key="the-key-of-another")
        keys = (KEY, "the-key-of-a-user", "the-key-of-another")
        assert sent_keys(upstream) == [f"Bearer {key}" for key in keys]

    @pytest.mark.parametrize(
        ("key", "words"),
        [
            *((text, "key holds no API key") for text in ("", "two words", "nön-ascii")),
            (None, "key is None"),
            (5, "key is not a string"),
        ],
    )
    async def test_a_wrong_key_is_refused_and_not_replaced_by_the_own(
        self, keyed: SessionsToolset, upstream: FakeUpstream, key: Any, words: str
    ) -> None:
        with pytest.raises(CallError, match=words) as refused:
            await keyed.call("list_sessions", {}, key=key)
        assert refused.value.kind == "no_key"
        assert (await keyed.answer("list_sessions", {}, key=key)).content["error"]["kind"] == "no_key"
        assert upstream.requests == []

    @pytest.mark.parametrize(
        ("tool", "arguments"),
        [
            ("get_session", {"id": KEY}),
            ("create_session", {"assistant": {"model": {"provider": KEY, KEY: {KEY: 1}}, "voice": KEY}}),
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
        assert KEY not in "".join(traceback.format_exception(raised.value, limit=0))


@pytest.mark.parametrize("in_thread", [False, True])
def test_a_second_event_loop_is_refused(
    contract: Contract, upstream: FakeUpstream, *, in_thread: bool
) -> None:
    transport = httpx.ASGITransport(upstream)
    toolset = Toolset(contract, lambda: Client("http://localhost", transport=transport))
    keyed = SessionsToolset(toolset, Credential(KEY))

    async def use() -> ToolResult:
        return await keyed.answer("list_sessions", {})

    async def use_twice() -> ToolResult:
        await use()
        return await asyncio.to_thread(lambda: asyncio.run(use()))

    if not in_thread:
        assert not asyncio.run(use()).is_error
    refused = asyncio.run(use_twice() if in_thread else use())
    assert "belongs to another event loop" in refused.content["error"]["message"]


class TestAnswer:
    @pytest.mark.parametrize(
        ("name", "arguments", "words"),
        [
            ("get_session", {"id": "x"}, "id must be a UUID"),
            ("get_session", '{"id": "x"}', "id must be a UUID"),
            ("get_session", '{"id": ', "the arguments are no JSON"),
            ("get_session", "[" * 20_000, "the arguments are no JSON"),
            ("get_session", "[" * 1_000_000, "the arguments hold more than"),
            ("get_session", "7", "the arguments are no JSON object"),
            ("list_sessions", None, "arguments must be an object"),
            ("list_sessions", {"limit": object()}, "not a Python object of type object"),
            ("get_sesion", {}, "There is no tool 'get_sesion', nothing was sent; there are create_session,"),
            (None, {}, "There is no tool 'None'"),
            ([], {}, "There is no tool '[]'"),
            ("\ud800", {}, "There is no tool '\\ud800'"),
        ],
        ids=lambda value: str(value)[:20].encode("unicode_escape").decode(),
    )
    async def test_a_models_mistake_is_an_error_result_and_nothing_is_sent(
        self, keyed: SessionsToolset, upstream: FakeUpstream, name: Any, arguments: Any, words: str
    ) -> None:
        result = await keyed.answer(name, arguments)
        assert (result.is_error, result.content["error"]["kind"]) == (True, "invalid_arguments")
        assert words in result.content["error"]["message"]
        assert result.content["error"]["next"]
        assert json.loads(result.text) == result.content
        assert upstream.requests == []

    @pytest.mark.parametrize(
        ("tool", "kind"), [("list_sessions", "network"), ("create_session", "unknown_outcome")]
    )
    async def test_a_fault_of_the_library_is_reported_without_its_text(
        self,
        keyed: SessionsToolset,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        tool: str,
        kind: str,
    ) -> None:
        text = "what " + "nobody must see"

        async def fail(*_arguments: Any) -> None:
            raise RuntimeError(text)

        monkeypatch.setattr(Toolset, "call", fail)
        result = await keyed.answer(tool, {})
        assert (result.is_error, result.content["error"]["kind"]) == (True, kind)
        assert text not in result.text + caplog.text
        assert "RuntimeError" in caplog.text

    async def test_a_setting_that_cannot_be_used_is_reported(self, contract: Contract) -> None:
        def connect() -> Client:
            raise SettingsError("SSL_CERT_FILE names no file")

        toolset = SessionsToolset(Toolset(contract, connect), Credential(KEY))
        result = await toolset.answer("list_sessions", {})
        assert result.content["error"]["message"] == "SSL_CERT_FILE names no file"

    @pytest.mark.parametrize("arguments", ['{"name": "Order 1042"}', ""])
    async def test_a_result_is_compact_json(self, keyed: SessionsToolset, arguments: str) -> None:
        result = await keyed.answer("create_session", arguments)
        assert not result.is_error
        assert json.loads(result.text) == result.content
        assert '", "' not in result.text

    async def test_the_key_is_not_shown_when_the_model_wrote_it(self, keyed: SessionsToolset) -> None:
        result = await keyed.answer("get_session", {"id": KEY, KEY: 1})
        assert result.is_error
        assert KEY not in result.text


async def test_instructions_and_definitions_come_from_the_contract(keyed: SessionsToolset) -> None:
    assert "session" in keyed.instructions
    assert [defined["name"] for defined in keyed.definitions("openai")] == [tool.name for tool in keyed.tools]
