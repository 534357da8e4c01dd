"""Resources over the protocol, in both eras, in memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from fake_upstream import SESSION_ID, FakeUpstream, session
from vapi_sessions_mcp.caller import only_caller
from vapi_sessions_mcp.registration import build_server
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server

    from vapi_sessions_tools.client import Client as ApiClient
    from vapi_sessions_tools.contract.loading import Contract

ERAS = pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
NOT_FOUND = {"legacy": -32002, "2026-07-28": -32602}
KEY = Credential("a-private-key")
URI = f"vapi://sessions/{SESSION_ID}"


@ERAS
async def test_resources_and_templates_are_listed_in_one_page(server: Server[Any], era: str) -> None:
    async with Client(server, mode=era) as client:
        resources = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
        for more in (client.list_resources, client.list_resource_templates):
            with pytest.raises(MCPError, match="one page") as raised:
                await more(cursor="2")
            assert raised.value.error.code == -32602
    assert [(one.uri, one.mime_type) for one in resources] == [("vapi://schema", "application/json")]
    assert [(one.uri_template, one.mime_type) for one in templates] == [
        ("vapi://sessions/{id}", "application/json"),
        ("vapi://sessions/{id}/transcript", "text/markdown"),
        ("vapi://schema/{type}", "application/json"),
    ]
    assert all(one.title and one.description for one in resources)
    assert all(one.title and one.description for one in templates)


@ERAS
async def test_a_resource_is_read(server: Server[Any], upstream: FakeUpstream, era: str) -> None:
    upstream.respond(session(messages=[{"role": "user", "content": "hi"}]))
    async with Client(server, mode=era) as client:
        (transcript,) = (await client.read_resource(f"{URI}/transcript")).contents
        (shown,) = (await client.read_resource(URI)).contents
    assert (transcript.uri, transcript.mime_type) == (f"{URI}/transcript", "text/markdown")
    assert "> - **1 user**: hi" in transcript.model_dump()["text"]
    assert json.loads(shown.model_dump()["text"])["id"] == SESSION_ID


@ERAS
@pytest.mark.parametrize("uri", ["vapi://nope", "vapi://sessions/nope", "vapi://schema/Nope", URI])
async def test_an_unknown_resource_is_not_found_as_the_protocol_says(
    server: Server[Any], upstream: FakeUpstream, era: str, uri: str
) -> None:
    upstream.respond({"message": "Not Found", "statusCode": 404}, 404)
    async with Client(server, mode=era) as client:
        with pytest.raises(MCPError) as raised:
            await client.read_resource(uri)
    error = raised.value.error
    assert (error.code, error.message, error.data) == (NOT_FOUND[era], "Resource not found", {"uri": uri})


@ERAS
async def test_a_failure_of_the_api_is_told_without_the_key(
    server: Server[Any], upstream: FakeUpstream, era: str
) -> None:
    upstream.respond({"message": "Invalid Key a-private-key", "statusCode": 401}, 401)
    async with Client(server, mode=era) as client:
        with pytest.raises(MCPError, match='The API answered 401: "Invalid Key') as raised:
            await client.read_resource(URI)
    error = raised.value.error
    assert error.code == -32603
    assert error.data["kind"] == "unauthorized"
    assert error.data["untrusted"] == ["message"]
    assert "private key" in error.data["next"]
    assert "a-private-key" not in error.model_dump_json()


@ERAS
async def test_without_the_tools_there_are_no_sessions_and_no_prompts(contract: Contract, era: str) -> None:
    def unconnected() -> ApiClient:
        raise AssertionError("nothing is sent")

    few = Toolset(contract.offering(["create_session"], read_only=False), unconnected)
    async with Client(build_server(few, only_caller(KEY)), mode=era) as client:
        templates = (await client.list_resource_templates()).resource_templates
        assert [one.uri_template for one in templates] == ["vapi://schema/{type}"]
        assert client.server_capabilities.prompts is None
        with pytest.raises(MCPError, match="Resource not found"):
            await client.read_resource(URI)
