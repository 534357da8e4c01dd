"""The toolset as an MCP server, in both protocol eras, in memory."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server

ERAS = pytest.mark.parametrize("era", ["legacy", "2026-07-28"])


@ERAS
async def test_every_tool_is_listed_with_its_schema_in_one_page(server: Server[Any], era: str) -> None:
    async with Client(server, mode=era) as client:
        page = await client.list_tools()
    assert page.next_cursor is None
    assert len(page.tools) == 5
    assert {tool.input_schema["type"] for tool in page.tools} == {"object"}
    assert all(tool.output_schema is None for tool in page.tools)


@ERAS
async def test_there_is_no_second_page(server: Server[Any], era: str) -> None:
    async with Client(server, mode=era) as client:
        with pytest.raises(MCPError, match="one page") as raised:
            await client.list_tools(cursor="2")
    assert raised.value.error.code == -32602


async def test_the_sdk_need_not_list_the_tools_for_each_call(
    server: Server[Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with Client(server, mode="2026-07-28") as client:
        await client.call_tool("get_session", {"id": "x"})
    assert "tools/list" not in caplog.text


@ERAS
async def test_the_instructions_say_what_a_session_is_and_whose_words_messages_are(
    server: Server[Any], era: str
) -> None:
    async with Client(server, mode=era if era == "legacy" else "auto") as client:
        instructions = client.instructions or ""
        assert client.server_info is not None
        assert client.server_info.name == "vapi-sessions-mcp"
        assert client.protocol_version == ("2025-11-25" if era == "legacy" else era)
    assert "session" in instructions
    assert "untrusted" in instructions
    assert len(instructions.encode()) < 2048
