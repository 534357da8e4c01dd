"""`transcript`: a session for a person to read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.commands.call_command import run as call
from vapi_sessions_mcp.commands.transcript_command import run
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path


def test_it_prints_what_was_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = resolve(Flags(sandbox_db=str(tmp_path / "sessions.sqlite")), {})
    said = {"messages": [{"role": "user", "content": "Where is my order?"}]}
    assert call(settings, "create_session", json.dumps(said)) == 0
    identity = json.loads(capsys.readouterr().out)["id"]
    assert run(settings, identity) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"# Transcript of session {identity}\n")
    assert "> - **1 user**: Where is my order?\n" in out


def test_a_session_that_is_not_there_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(resolve(Flags(sandbox=True), {}), "0197f3c2-1111-4222-8333-444455556666") == 1
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "not_found"


def test_where_reading_is_not_offered_there_is_no_transcript() -> None:
    with pytest.raises(SettingsError, match="get_session, which is not offered"):
        run(resolve(Flags(sandbox=True, tools="list_sessions"), {}), "x")
