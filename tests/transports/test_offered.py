"""Listings and server information are the same over every transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from mcp.shared.exceptions import MCPError

from transports.connect import HANDSHAKE, MODERN, in_memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp import Client
    from pydantic import BaseModel

    from real_client import Connected
    from transports.connect import Servers, Transport

VERSIONS = {HANDSHAKE: "2025-11-25", MODERN: "2026-07-28"}
LISTS = ("tools", "resources", "resource_templates", "prompts")


async def items(client: Client, kind: str) -> list[dict[str, Any]]:
    """Return the items of a list, without the fields that an era adds to the list itself."""
    found: Sequence[BaseModel] = getattr(await getattr(client, f"list_{kind}")(), kind)
    return [one.model_dump(by_alias=True) for one in found]


@pytest.mark.parametrize("kind", LISTS)
async def test_a_list_is_the_same_and_has_one_page(api: Connected, reference: Connected, kind: str) -> None:
    here, there = [await getattr(one.client, f"list_{kind}")() for one in (api, reference)]
    assert getattr(here, kind)
    assert here.next_cursor is None
    assert here.model_dump_json(by_alias=True) == there.model_dump_json(by_alias=True)
    with pytest.raises(MCPError, match="There is one page") as refused:
        await getattr(api.client, f"list_{kind}")(cursor="2")
    assert refused.value.error.code == -32602


async def test_the_server_describes_itself_the_same(
    api: Connected, reference: Connected, transport: Transport
) -> None:
    here, there = api.client, reference.client
    assert here.protocol_version == there.protocol_version == VERSIONS[transport.era]
    assert here.instructions == there.instructions
    assert here.server_info == there.server_info
    assert here.server_capabilities == there.server_capabilities


async def test_both_eras_offer_the_same_completely_described_items(servers: Servers) -> None:
    async with in_memory(servers, HANDSHAKE) as older, in_memory(servers, MODERN) as api:
        client = api.client
        tools, resources, templates, prompts = found = [await items(client, kind) for kind in LISTS]
        assert found == [await items(older.client, kind) for kind in LISTS]
        assert client.server_info is not None
        assert (client.server_info.name, client.server_info.title) == ("vapi-sessions-mcp", "Vapi Sessions")
        offered = client.server_capabilities.model_dump(exclude_none=True)
        instructions = client.instructions or ""
    assert offered.keys() >= {"tools", "resources", "prompts", "completions"}
    assert len(instructions.encode()) < 2048
    assert "session" in instructions
    assert "untrusted" in instructions
    assert all(one["title"] and one["description"] for one in (*tools, *resources, *templates, *prompts))
    hints = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
    assert {tool["name"]: tuple(tool["annotations"][hint] for hint in hints) for tool in tools} == {
        "create_session": (False, False, False, True),
        "list_sessions": (True, False, True, True),
        "get_session": (True, False, True, True),
        "update_session": (False, True, True, True),
        "delete_session": (False, True, True, True),
    }
    assert all(tool["inputSchema"]["type"] == "object" and not tool["outputSchema"] for tool in tools)
    assert [(one["uri"], one["mimeType"]) for one in resources] == [("vapi://schema", "application/json")]
    assert [(one["uriTemplate"], one["mimeType"]) for one in templates] == [
        ("vapi://sessions/{id}", "application/json"),
        ("vapi://sessions/{id}/transcript", "text/markdown"),
        ("vapi://schema/{type}", "application/json"),
    ]
    assert {one["name"]: {a["name"]: a["required"] for a in one["arguments"]} for one in prompts} == {
        "pick_up_conversation": {"session_id": True, "language": False},
        "summarise_for_handover": {"session_id": True, "audience": False, "language": False},
        "review_customer": {"customer": True, "limit": False, "language": False},
    }
