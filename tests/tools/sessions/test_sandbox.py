"""The tools over the emulator need neither an account nor a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.sessions.sandbox import open_sandbox

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("this is not a database, although it is long enough to be read" * 20)
    for path in (tmp_path / "no" / "such" / "folder" / "x.sqlite", tmp_path / "text"):
        with pytest.raises(SettingsError, match="sandbox database"):
            open_sandbox(path)
