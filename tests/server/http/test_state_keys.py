"""The keys that replicas share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.http.state_keys import SHORTEST, read_state_keys
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

NEW, OLD = b"n" * SHORTEST, b"o" * (SHORTEST + 1)


def test_the_first_seals_and_comments_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_bytes(b"# since today\r\n" + NEW + b"\r\n\n  # before\n " + OLD + b" \n")
    assert read_state_keys(file) == (NEW, OLD)


@pytest.mark.parametrize("text", [b"", b"# none", NEW[:-1], NEW + b"\nshort", NEW + b"\n" + NEW])
def test_what_holds_no_good_keys_is_refused(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "keys"
    file.write_bytes(text)
    with pytest.raises(SettingsError, match="must hold keys one a line"):
        read_state_keys(file)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="which cannot be read: Is a directory"):
        read_state_keys(tmp_path)
