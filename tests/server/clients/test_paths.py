"""Paths as a person writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from vapi_sessions_mcp.clients.paths import absolute
from vapi_sessions_tools.errors import SettingsError


def test_a_path_is_taken_from_where_the_person_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute("a b/c") == tmp_path / "a b" / "c"


def test_a_tilde_is_the_users_folder() -> None:
    assert absolute("~/c") == Path.home() / "c"


def test_a_user_that_nobody_knows_is_told() -> None:
    with pytest.raises(SettingsError, match="~no-such-user-here/c: the folder of that user is not known"):
        absolute("~no-such-user-here/c")
