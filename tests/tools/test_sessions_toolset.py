"""A toolset with its key: one call, one answer for a model, and whose key it is made with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools import CallError, UnknownToolError
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.sessions_toolset import SessionsToolset

if TYPE_CHECKING:
    from recording_upstream import RecordingUpstream
    from vapi_sessions_tools.toolset import Toolset

KEY = "the-key-of-the-program"


@pytest.fixture
def keyed(toolset: Toolset) -> SessionsToolset:
    return SessionsToolset(toolset, Credential(KEY))


def keys_seen(upstream: RecordingUpstream) -> list[str]:
    return [request.headers["authorization"] for request in upstream.requests]


class TestCall:
    async def test_two_arguments_suffice(self, keyed: SessionsToolset, upstream: RecordingUpstream) -> None:
        assert "id" in await keyed.call("create_session", {"name": "Order 1042"})
        assert keys_seen(upstream) == [f"Bearer {KEY}"]

    async def test_a_call_may_bring_its_own_key(
        self, keyed: SessionsToolset, upstream: RecordingUpstream
    ) -> None:
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
        self, keyed: SessionsToolset, upstream: RecordingUpstream, key: str
    ) -> None:
        with pytest.raises(CallError, match="key holds no API key") as refused:
            await keyed.call("list_sessions", {}, key=key)
        assert (refused.value.kind, upstream.requests) == ("no_key", [])


class TestAnswer:
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
            ("get_session", "[" * 30_000, "the arguments are no JSON"),
            ("get_session", "7", "the arguments are no JSON object"),
            ("get_sesion", {}, "There is no tool 'get_sesion', nothing was sent; there are create_session,"),
        ],
    )
    async def test_what_a_model_writes_wrong_is_answered_and_not_sent(
        self,
        keyed: SessionsToolset,
        upstream: RecordingUpstream,
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

    async def test_a_refusal_of_the_api_is_told(
        self, keyed: SessionsToolset, upstream: RecordingUpstream
    ) -> None:
        upstream.answer({"message": "Invalid Key."}, 401)
        told = await keyed.answer("list_sessions", {})
        assert (told.is_error, told.content["error"]["kind"]) == (True, "unauthorized")

    async def test_the_key_is_not_told_when_the_model_wrote_it(self, keyed: SessionsToolset) -> None:
        told = await keyed.answer("get_session", {"id": KEY, KEY: 1})
        assert told.is_error
        assert KEY not in told.text


async def test_what_a_model_is_told_beforehand_comes_from_the_contract(keyed: SessionsToolset) -> None:
    assert keyed.instructions.startswith("A Vapi session is the memory of a conversation")
    assert [defined["name"] for defined in keyed.definitions("openai")] == [tool.name for tool in keyed.tools]
