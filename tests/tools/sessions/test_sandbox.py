"""The tools over the emulator need neither an account nor a network."""

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


async def test_a_session_exists_from_creation_to_deletion(contract: Contract) -> None:
    tools = Toolset(contract, lambda: Client(SANDBOX_URL, transport=open_sandbox(None)))
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


def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("this is not a database, although it is long enough to be read" * 20)
    for path in (tmp_path / "no" / "such" / "folder" / "x.sqlite", tmp_path / "text"):
        with pytest.raises(SettingsError, match="sandbox database"):
            open_sandbox(path)
