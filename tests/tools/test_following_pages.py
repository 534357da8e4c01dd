"""Whoever follows `next` meets every session that was there, each once, whatever is created meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fake_upstream import FakeUpstream, session
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import InvalidArgumentsError
from vapi_sessions_tools.sessions.sandbox import open_sandbox
from vapi_sessions_tools.sessions.sandbox_key import SANDBOX_KEY, SANDBOX_URL
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential(SANDBOX_KEY)


@pytest.fixture
async def sandbox(contract: Contract) -> AsyncGenerator[Toolset]:
    """The tools over the emulator."""
    toolset = Toolset(contract, lambda: Client(SANDBOX_URL, transport=open_sandbox(None)))
    yield toolset
    await toolset.aclose()


async def create(toolset: Toolset, count: int) -> list[str]:
    return [(await toolset.call("create_session", {}, KEY))["id"] for _ in range(count)]


@pytest.mark.parametrize("start", [{}, {"sortOrder": "ASC"}, {"sortBy": "createdAt", "page": 1}])
async def test_sessions_that_appear_meanwhile_shift_no_page(sandbox: Toolset, start: dict[str, Any]) -> None:
    there = await create(sandbox, 23)
    arguments: dict[str, Any] | None = {**start, "limit": 5}
    seen: list[str] = []
    while arguments is not None:
        shown = await sandbox.call("list_sessions", arguments, KEY)
        seen += [entry["id"] for entry in shown["results"]]
        arguments = shown["next"] if len(seen) < 100 else None
        if len(seen) < 20:
            await create(sandbox, 3)
    assert [identity for identity in seen if identity in there] == (
        there if start.get("sortOrder") == "ASC" else there[::-1]
    )
    assert len(set(seen)) == len(seen)


async def test_a_cursor_of_the_api_is_followed(toolset: Toolset, upstream: FakeUpstream) -> None:
    for cursor in ("c2", "c3", None):
        upstream.respond({"results": [session()], "metadata": {"totalItems": 3, "nextCursor": cursor}})
    arguments: dict[str, Any] | None = {"limit": 1}
    while arguments is not None:
        arguments = (await toolset.call("list_sessions", arguments, KEY))["next"]
    assert [request.query for request in upstream.requests] == [
        "limit=1",
        "limit=1&cursor=c2",
        "limit=1&cursor=c3",
    ]


async def test_a_page_beyond_the_limit_of_the_api_is_explained(toolset: Toolset) -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        toolset.prepare("list_sessions", {"limit": 1_001})
    (problem,) = caught.value.problems
    assert problem.rule == "must be at most 1000"
    assert "next holds the arguments that give the rest" in problem.allowed
