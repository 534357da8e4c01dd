"""Errors of resources and prompts, and what is offered of them without their tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from fake_upstream import SESSION_ID, FakeUpstream
from vapi_sessions_mcp.caller import only_caller
from vapi_sessions_mcp.registration import build_server
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server
    from mcp_types import ErrorData

    from vapi_sessions_tools.client import Client as ApiClient
    from vapi_sessions_tools.contract.loading import Contract

KEY = "a-private-key"
URI = f"vapi://sessions/{SESSION_ID}"


async def error_of_reading(server: Server[Any], uri: str, era: str = "auto") -> ErrorData:
    async with Client(server, mode=era) as client:
        with pytest.raises(MCPError) as raised:
            await client.read_resource(uri)
    return raised.value.error


async def error_of_prompt(server: Server[Any], name: str, arguments: dict[str, str]) -> ErrorData:
    async with Client(server) as client:
        with pytest.raises(MCPError) as raised:
            await client.get_prompt(name, arguments)
    return raised.value.error


@pytest.mark.parametrize(("era", "code"), [("legacy", -32002), ("auto", -32602)])
async def test_a_session_that_the_api_does_not_know_is_an_unknown_resource(
    server: Server[Any], upstream: FakeUpstream, era: str, code: int
) -> None:
    upstream.respond({"message": "Not Found", "statusCode": 404}, 404)
    error = await error_of_reading(server, URI, era)
    assert (error.code, error.message, error.data) == (code, "Resource not found", {"uri": URI})


async def test_an_unknown_uri_is_reported_without_the_key_and_cut(
    server: Server[Any], upstream: FakeUpstream
) -> None:
    error = await error_of_reading(server, f"vapi://{KEY}/" + "x" * 2_000)
    assert error.message == "Resource not found"
    assert KEY not in str(error.data)
    assert len(error.data["uri"]) < 1_100
    assert upstream.requests == []


async def test_a_failure_of_the_api_is_reported_without_the_key(
    server: Server[Any], upstream: FakeUpstream
) -> None:
    upstream.respond({"message": f"Invalid Key {KEY}", "statusCode": 401}, 401)
    error = await error_of_reading(server, URI)
    assert (error.code, error.data["kind"], error.data["untrusted"]) == (-32603, "unauthorized", ["message"])
    assert "Invalid Key" in error.message
    assert "private key" in error.data["next"]
    assert KEY not in error.model_dump_json()


async def test_an_unknown_prompt_is_reported_without_the_key(server: Server[Any]) -> None:
    error = await error_of_prompt(server, KEY, {})
    assert error.code == -32602
    assert "Unknown prompt" in error.message
    assert KEY not in error.message


async def test_a_prompt_about_an_unknown_session_says_where_to_look(
    server: Server[Any], upstream: FakeUpstream
) -> None:
    upstream.respond({"message": "Not Found", "statusCode": 404}, 404)
    error = await error_of_prompt(server, "pick_up_conversation", {"session_id": SESSION_ID})
    assert error.code == -32602
    assert "404" in error.message
    assert "list_sessions" in error.data["next"]


async def test_without_the_tools_there_are_no_sessions_and_no_prompts(contract: Contract) -> None:
    def unconnected() -> ApiClient:
        raise AssertionError("nothing is sent")

    few = Toolset(contract.offering(["create_session"], read_only=False), unconnected)
    server = build_server(few, only_caller(Credential(KEY)))
    async with Client(server) as client:
        templates = (await client.list_resource_templates()).resource_templates
        assert client.server_capabilities.prompts is None
    assert [one.uri_template for one in templates] == ["vapi://schema/{type}"]
    assert (await error_of_reading(server, URI)).message == "Resource not found"
