"""Completions over the protocol, in both eras, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client
from mcp_types import PromptReference, ResourceTemplateReference

from fake_upstream import SESSION_ID

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server

ERAS = pytest.mark.parametrize("era", ["legacy", "2026-07-28"])


@ERAS
async def test_arguments_of_prompts_and_places_of_templates_are_completed(
    server: Server[Any], era: str
) -> None:
    of_prompt = PromptReference(name="pick_up_conversation")
    of_template = ResourceTemplateReference(uri="vapi://schema/{type}")
    async with Client(server, mode=era) as client:
        ids = (await client.complete(of_prompt, {"name": "session_id", "value": SESSION_ID[:4]})).completion
        types = (await client.complete(of_template, {"name": "type", "value": "Message"})).completion
    assert (ids.values, ids.total, ids.has_more) == ([SESSION_ID], 1, False)
    assert types.values[0].startswith("Message")
    assert types.total == len(types.values)


@ERAS
async def test_what_is_unknown_is_completed_with_nothing(server: Server[Any], era: str) -> None:
    async with Client(server, mode=era) as client:
        found = (await client.complete(PromptReference(name="nope"), {"name": "x", "value": ""})).completion
    assert (found.values, found.has_more) == ([], False)
