"""A tool call through the server, in both protocol eras: its result, its errors, and its waiting."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from vapi_sessions_mcp.caller import only_caller
from vapi_sessions_mcp.registration import build_server
from vapi_sessions_mcp.tool_calls import as_result
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server

    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.client import Client as ApiClient
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("a-private-key")
ERAS = pytest.mark.parametrize("era", ["legacy", "2026-07-28"])


def told(answer: Any) -> dict[str, Any]:
    """Return what a result's text says, which is what it says structured."""
    (block,) = answer.content
    said: dict[str, Any] = json.loads(block.text)
    assert said == answer.structured_content
    return said


@ERAS
async def test_a_call_is_answered_with_its_result(
    server: Server[Any], era: str, upstream: FakeUpstream
) -> None:
    async with Client(server, mode=era) as client:
        answer = await client.call_tool("list_sessions", {"limit": 1})
    assert not answer.is_error
    assert len(told(answer)["results"]) == 1
    assert "limit=1" in upstream.requests[0].query


@ERAS
async def test_a_call_that_fails_is_a_result_the_model_can_act_on(
    server: Server[Any], era: str, upstream: FakeUpstream
) -> None:
    async with Client(server, mode=era) as client:
        answer = await client.call_tool("get_session", {"id": "x"})
    assert answer.is_error
    assert told(answer)["error"]["problems"][0]["path"] == "id"
    assert upstream.requests == []


@ERAS
async def test_an_unknown_tool_is_a_protocol_error_that_names_the_known(
    server: Server[Any], era: str
) -> None:
    async with Client(server, mode=era) as client:
        with pytest.raises(MCPError, match=r"Unknown tool: nope.*create_session") as raised:
            await client.call_tool("nope", {})
    assert raised.value.error.code == -32602


@ERAS
async def test_without_a_key_a_call_says_how_to_set_one(toolset: Toolset, era: str) -> None:
    async with Client(build_server(toolset, only_caller(MissingKey("It is empty."))), mode=era) as client:
        answer = await client.call_tool("list_sessions", {})
    error = told(answer)["error"]
    assert error["kind"] == "no_key"
    assert "It is empty." in error["message"]
    assert "VAPI_API_KEY" in error["message"]
    assert "--sandbox" in error["next"]


@ERAS
async def test_a_fault_of_ours_is_told_without_its_text(
    contract: Contract, era: str, caplog: pytest.LogCaptureFixture
) -> None:
    text = "what must " + "not be told"

    def broken() -> ApiClient:
        raise RuntimeError(text)

    async with Client(build_server(Toolset(contract, broken), only_caller(KEY)), mode=era) as client:
        with pytest.raises(MCPError, match="list_sessions failed inside the server") as raised:
            await client.call_tool("list_sessions", {})
    assert raised.value.error.code == -32603
    assert "RuntimeError" in caplog.text
    assert "test_tool_calls.py" in caplog.text
    assert text not in caplog.text + str(raised.value)


@ERAS
async def test_a_setting_found_wrong_at_the_first_call_is_told_to_the_model(
    contract: Contract, era: str
) -> None:
    def unusable() -> ApiClient:
        raise SettingsError("SSL_CERT_FILE names no file")

    async with Client(build_server(Toolset(contract, unusable), only_caller(KEY)), mode=era) as client:
        answer = await client.call_tool("list_sessions", {})
    assert answer.is_error
    assert "SSL_CERT_FILE" in told(answer)["error"]["message"]
    assert "restart" in told(answer)["error"]["next"]


@ERAS
async def test_a_client_that_asked_for_progress_is_told_what_a_call_waits_for(
    server: Server[Any], era: str, upstream: FakeUpstream
) -> None:
    for _ in range(2):
        upstream.respond({"message": "slow down"}, 429, {"retry-after": "0.05"})
    told: list[tuple[float, str | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        assert total is None
        told.append((progress, message))

    async with Client(server, mode=era) as client:
        answer = await client.call_tool("list_sessions", {}, progress_callback=note)
    assert not answer.is_error
    assert told == [
        (1, "The API limits the rate: trying again in 1 s (attempt 2 of 3)"),
        (2, "The API limits the rate: trying again in 1 s (attempt 3 of 3)"),
    ]


@ERAS
async def test_a_client_that_did_not_is_told_nothing_and_has_its_result(
    server: Server[Any], era: str, upstream: FakeUpstream
) -> None:
    upstream.respond({"message": "slow down"}, 429, {"retry-after": "0.05"})
    async with Client(server, mode=era) as client:
        answer = await client.call_tool("list_sessions", {})
    assert not answer.is_error
    assert len(upstream.requests) == 2


def test_the_text_of_a_result_is_compact_json() -> None:
    result = as_result({"name": "Zoë", "n": [1, 2]})
    assert result.content[0].model_dump()["text"] == '{"name":"Zoë","n":[1,2]}'
    assert result.structured_content == {"name": "Zoë", "n": [1, 2]}
    assert not result.is_error
