"""What a client sees of the server before it calls anything, in both protocol eras."""

from __future__ import annotations

import json

import pytest
from mcp.shared.exceptions import MCPError

from real_client import ERAS, connected

HINTS = {
    # name: read-only, destructive, idempotent, open-world
    "create_session": (False, False, False, True),
    "list_sessions": (True, False, True, True),
    "get_session": (True, False, True, True),
    "update_session": (False, True, True, True),
    "delete_session": (False, True, True, True),
}


@pytest.mark.parametrize("era", [*ERAS, "auto"])
async def test_five_tools_say_what_they_do_beyond_answering(era: str) -> None:
    async with connected("--sandbox", mode=era) as api:
        tools = (await api.client.list_tools()).tools
        assert api.client.protocol_version == ("2025-11-25" if era == "legacy" else "2026-07-28")
    found = {}
    for tool in tools:
        hints = tool.annotations
        assert hints is not None
        assert hints.title == tool.title
        assert tool.title
        assert tool.description
        found[tool.name] = (
            hints.read_only_hint,
            hints.destructive_hint,
            hints.idempotent_hint,
            hints.open_world_hint,
        )
    assert found == HINTS
    offered = [
        {"name": tool.name, "description": tool.description, "inputSchema": tool.input_schema}
        for tool in tools
    ]
    assert len(json.dumps(offered, ensure_ascii=False, separators=(",", ":")).encode()) <= 9_000


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("flags", [("--read-only",), ("--tools", "list_sessions,get_session")])
async def test_tools_that_are_left_out_are_neither_listed_nor_called(
    era: str, flags: tuple[str, ...]
) -> None:
    async with connected("--sandbox", *flags, mode=era) as api:
        assert [tool.name for tool in (await api.client.list_tools()).tools] == [
            "list_sessions",
            "get_session",
        ]
        with pytest.raises(MCPError, match="Unknown tool: create_session"):
            await api.client.call_tool("create_session", {})
        assert (await api.call("list_sessions", {})).result["results"] == []


@pytest.mark.parametrize("era", ERAS)
async def test_a_session_lives_through_all_five(era: str) -> None:
    async with connected("--sandbox", mode=era) as api:
        said = {"messages": [{"role": "user", "content": "hi"}], "name": "n"}
        created = (await api.call("create_session", said)).result
        identity = {"id": created["id"]}
        assert created["messages"] == said["messages"]
        assert (await api.call("list_sessions", {"name": "n"})).result["results"][0]["id"] == created["id"]
        updated = await api.call("update_session", {**identity, "status": "completed"})
        assert updated.result["status"] == "completed"
        selected = await api.call("get_session", {**identity, "query": "status"})
        assert selected.result["result"] == "completed"
        assert (await api.call("delete_session", identity)).result == {**identity, "deleted": True}
        assert (await api.call("get_session", identity)).error["status"] == 404


async def test_a_client_that_asks_is_told_what_a_session_is() -> None:
    async with connected("--sandbox") as api:
        instructions = api.client.instructions or ""
        assert api.client.server_capabilities is not None
        assert api.client.server_capabilities.tools is not None
        assert api.client.server_capabilities.resources is not None
        assert api.client.server_capabilities.prompts is not None
        assert api.client.server_capabilities.completions is not None
    assert "session" in instructions
    assert "untrusted" in instructions
    assert len(instructions.encode()) <= 2_048
