"""Prompts over the protocol, in both eras, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from fake_upstream import SESSION_ID, FakeUpstream, session

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server

ERAS = pytest.mark.parametrize("era", ["legacy", "2026-07-28"])


@ERAS
async def test_prompts_are_listed_with_their_arguments(server: Server[Any], era: str) -> None:
    async with Client(server, mode=era) as client:
        listed = (await client.list_prompts()).prompts
        with pytest.raises(MCPError, match="one page"):
            await client.list_prompts(cursor="2")
    arguments = {one.name: {a.name: a.required for a in one.arguments or ()} for one in listed}
    assert arguments == {
        "pick_up_conversation": {"session_id": True, "language": False},
        "summarise_for_handover": {"session_id": True, "audience": False, "language": False},
        "review_customer": {"customer": True, "limit": False, "language": False},
    }
    assert all(one.title and one.description for one in listed)


@ERAS
async def test_a_prompt_is_three_messages_of_text(
    server: Server[Any], upstream: FakeUpstream, era: str
) -> None:
    upstream.respond(session(messages=[{"role": "user", "content": "hi"}]))
    async with Client(server, mode=era) as client:
        made = await client.get_prompt("pick_up_conversation", {"session_id": SESSION_ID})
    assert [(message.role, message.content.type) for message in made.messages] == [("user", "text")] * 3
    assert "> - **1 user**: hi" in made.messages[1].content.model_dump()["text"]


@ERAS
async def test_a_wrong_request_is_a_protocol_error_that_names_what_is_right(
    server: Server[Any], era: str
) -> None:
    async with Client(server, mode=era) as client:
        for name, given, told in (
            ("nope", {}, "Unknown prompt: nope. The prompts are pick_up_conversation"),
            ("review_customer", {}, "customer is required"),
            ("pick_up_conversation", {"session_id": "x"}, "session_id must be a UUID"),
            ("a-private-key", {}, r"Unknown prompt: \*\*\*redacted\*\*\*"),
        ):
            with pytest.raises(MCPError, match=told) as raised:
                await client.get_prompt(name, given)
            assert raised.value.error.code == -32602


@ERAS
async def test_a_session_that_is_not_there_is_told(
    server: Server[Any], upstream: FakeUpstream, era: str
) -> None:
    upstream.respond({"message": "Not Found", "statusCode": 404}, 404)
    async with Client(server, mode=era) as client:
        with pytest.raises(MCPError, match="404") as raised:
            await client.get_prompt("pick_up_conversation", {"session_id": SESSION_ID})
    assert raised.value.error.code == -32602
    assert "list_sessions" in raised.value.error.data["next"]
