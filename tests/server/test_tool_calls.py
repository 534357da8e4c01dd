"""A tool call through the server: the errors that come of the server's own state, and its result."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from fake_upstream import SESSION_ID, HeldResponse
from vapi_sessions_mcp.caller import only_caller
from vapi_sessions_mcp.in_flight import InFlight
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


def error_of(answer: Any) -> dict[str, Any]:
    """Return the error of a call, which its text and its structured content contain."""
    assert answer.is_error
    (block,) = answer.content
    assert json.loads(block.text) == answer.structured_content
    error: dict[str, Any] = answer.structured_content["error"]
    return error


async def test_a_call_without_a_key_says_how_to_set_one(toolset: Toolset, upstream: FakeUpstream) -> None:
    async with Client(build_server(toolset, only_caller(MissingKey("It is empty.")))) as client:
        error = error_of(await client.call_tool("list_sessions", {}))
    assert error["kind"] == "no_key"
    assert "It is empty." in error["message"]
    assert "VAPI_API_KEY" in error["message"]
    assert "--sandbox" in error["next"]
    assert upstream.requests == []


async def test_an_unknown_tool_is_reported_without_the_key_and_cut(server: Server[Any]) -> None:
    async with Client(server) as client:
        with pytest.raises(MCPError, match=r"Unknown tool: .*create_session") as raised:
            await client.call_tool(KEY.reveal() + "x" * 200, {})
    assert raised.value.error.code == -32602
    assert KEY.reveal() not in raised.value.error.message
    assert "x" * 80 not in raised.value.error.message


async def test_an_exception_inside_the_server_is_reported_and_logged_without_its_text(
    contract: Contract, caplog: pytest.LogCaptureFixture
) -> None:
    text = "words that " + "stay inside"

    def broken() -> ApiClient:
        raise RuntimeError(text)

    async with Client(build_server(Toolset(contract, broken), only_caller(KEY))) as client:
        with pytest.raises(MCPError, match="list_sessions failed inside the server") as raised:
            await client.call_tool("list_sessions", {})
    assert raised.value.error.code == -32603
    assert "RuntimeError" in caplog.text
    assert "test_tool_calls.py" in caplog.text
    assert text not in caplog.text + str(raised.value)


async def test_a_setting_that_proves_wrong_at_the_first_call_is_an_error_the_user_can_correct(
    contract: Contract,
) -> None:
    def unusable() -> ApiClient:
        raise SettingsError("SSL_CERT_FILE names no file")

    async with Client(build_server(Toolset(contract, unusable), only_caller(KEY))) as client:
        error = error_of(await client.call_tool("list_sessions", {}))
    assert "SSL_CERT_FILE" in error["message"]
    assert "restart" in error["next"]


@pytest.mark.parametrize(
    ("tool", "arguments", "kind"),
    [("get_session", {}, "network"), ("update_session", {"name": "n"}, "unknown_outcome")],
)
async def test_a_call_that_the_stopping_server_ends_has_an_error(
    toolset: Toolset, upstream: FakeUpstream, tool: str, arguments: dict[str, Any], kind: str
) -> None:
    in_flight, held, ends = InFlight(), HeldResponse(), list[Any]()
    upstream.responses.append(held)

    async def call(client: Client) -> None:
        ends.append(await client.call_tool(tool, {"id": SESSION_ID, **arguments}))

    server = build_server(toolset, only_caller(KEY), in_flight=in_flight)
    async with Client(server) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(call, client)
        await anyio.to_thread.run_sync(held.wait_for_request)
        await in_flight.finish(0)
    held.release()
    error = error_of(ends[0])
    assert error["kind"] == kind
    assert "server" in error["message"]


async def test_the_sdk_finds_the_schema_of_a_tool_without_listing_the_tools(
    server: Server[Any], toolset: Toolset
) -> None:
    find = server.get_tool_input_schema
    assert find is not None
    assert all(find(tool.name) == tool.input_schema for tool in toolset.tools)
    assert find("nope") is None


def test_the_text_of_a_result_is_compact_json() -> None:
    result = as_result({"name": "Zoë", "n": [1, 2]})
    assert result.content[0].model_dump()["text"] == '{"name":"Zoë","n":[1,2]}'
    assert result.structured_content == {"name": "Zoë", "n": [1, 2]}
    assert not result.is_error
