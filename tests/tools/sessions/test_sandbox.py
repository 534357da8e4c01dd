"""The emulator in this process: the tools work with no account and no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import ApiAnswerError, SettingsError
from vapi_sessions_tools.sessions.sandbox import open_sandbox
from vapi_sessions_tools.sessions.sandbox_key import SANDBOX_KEY, SANDBOX_URL
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from pathlib import Path

    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential(SANDBOX_KEY)


def sandbox(contract: Contract, database: Path | None = None) -> Toolset:
    return Toolset(contract, lambda: Client(SANDBOX_URL, transport=open_sandbox(database)))


async def test_a_session_lives_from_creation_to_deletion(contract: Contract) -> None:
    tools = sandbox(contract)
    created = await tools.call("create_session", {"messages": [{"role": "user", "content": "hi"}]}, KEY)
    one = {"id": created["id"]}
    assert (await tools.call("list_sessions", {"query": "results[].id"}, KEY))["result"] == [created["id"]]
    updated = await tools.call("update_session", {**one, "status": "completed", "name": "Done"}, KEY)
    assert (updated["status"], updated["messages"]) == ("completed", [{"role": "user", "content": "hi"}])
    assert await tools.call("get_session", one, KEY) == updated
    assert await tools.call("delete_session", one, KEY) == {**one, "deleted": True}
    with pytest.raises(ApiAnswerError, match="not found"):
        await tools.call("get_session", one, KEY)
    await tools.aclose()


async def test_following_next_lists_everything_once(contract: Contract) -> None:
    tools = sandbox(contract)
    made = [(await tools.call("create_session", {"name": f"n{n}"}, KEY))["id"] for n in range(7)]
    arguments, seen = {"limit": 3}, list[str]()
    while arguments is not None:
        page = await tools.call("list_sessions", arguments, KEY)
        seen += [entry["id"] for entry in page["results"]]
        arguments = page["next"]
    assert seen == made[::-1]
    await tools.aclose()


async def test_a_file_keeps_the_sessions(contract: Contract, tmp_path: Path) -> None:
    database = tmp_path / "sessions.sqlite"
    first = sandbox(contract, database)
    created = await first.call("create_session", {"name": "kept"}, KEY)
    await first.aclose()
    second = sandbox(contract, database)
    assert (await second.call("get_session", {"id": created["id"]}, KEY))["name"] == "kept"
    await second.aclose()


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="sandbox database"):
        open_sandbox(tmp_path / "no" / "such" / "folder" / "x.sqlite")
    (tmp_path / "text").write_text("this is no database, although it is long enough to be looked at" * 20)
    with pytest.raises(SettingsError, match="sandbox database"):
        open_sandbox(tmp_path / "text")
