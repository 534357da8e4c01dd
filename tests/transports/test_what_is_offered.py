"""What a client sees before it calls anything is the same over every transport, byte for byte."""

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


async def listed(client: Client, what: str) -> Any:
    """Return a list as the server answers it."""
    return await getattr(client, f"list_{what}")()


def written(one: BaseModel) -> str:
    """Return a result as it is written."""
    return one.model_dump_json(by_alias=True)


@pytest.mark.parametrize("what", LISTS)
async def test_each_list_is_written_alike(api: Connected, reference: Connected, what: str) -> None:
    found = await listed(api.client, what)
    assert getattr(found, what)
    assert written(found) == written(await listed(reference.client, what))


async def test_each_list_holds_the_same_in_both_eras(
    api: Connected, transport: Transport, servers: Servers
) -> None:
    other = MODERN if transport.era == HANDSHAKE else HANDSHAKE
    async with in_memory(servers, other) as there:
        for what in LISTS:
            here = items(await listed(api.client, what), what)
            assert here == items(await listed(there.client, what), what)


def items(found: Any, what: str) -> list[dict[str, Any]]:
    """Return what is in a list, without what an era adds to the list itself."""
    some: Sequence[BaseModel] = getattr(found, what)
    return [one.model_dump(by_alias=True) for one in some]


@pytest.mark.parametrize("what", LISTS)
async def test_a_list_has_one_page(api: Connected, what: str) -> None:
    with pytest.raises(MCPError, match="There is one page") as refused:
        await getattr(api.client, f"list_{what}")(cursor="2")
    assert refused.value.error.code == -32602


async def test_the_server_says_the_same_of_itself(api: Connected) -> None:
    client = api.client
    assert client.server_info is not None
    assert (client.server_info.name, client.server_info.title) == ("vapi-sessions-mcp", "Vapi Sessions")
    assert "session" in (client.instructions or "")
    capabilities = client.server_capabilities
    assert capabilities is not None
    assert {name for name, value in capabilities if value is not None} >= {
        "tools",
        "resources",
        "prompts",
        "completions",
    }


async def test_the_instructions_are_the_same(api: Connected, reference: Connected) -> None:
    here, there = api.client, reference.client
    assert here.protocol_version == there.protocol_version
    assert here.instructions == there.instructions
    assert here.server_info == there.server_info
    assert here.server_capabilities == there.server_capabilities


async def test_the_era_is_the_one_that_the_client_speaks(api: Connected, transport: Transport) -> None:
    assert api.client.protocol_version == VERSIONS[transport.era]
