"""The file of the keys that replicas share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.http.state_keys import SHORTEST, read_state_keys
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

NEW, OLD = b"n" * SHORTEST, b"o" * (SHORTEST + 1)


def test_keys_are_read_in_order_without_comments(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_bytes(b"# since today\r\n" + NEW + b"\r\n\n  # before\n " + OLD + b" \n")
    assert read_state_keys(file) == (NEW, OLD)


@pytest.mark.parametrize("text", [b"", b"# none", NEW[:-1], NEW + b"\nshort", NEW + b"\n" + NEW])
def test_file_without_usable_keys_is_refused(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "keys"
    file.write_bytes(text)
    with pytest.raises(SettingsError, match="must hold keys one a line") as caught:
        read_state_keys(file)
    assert NEW.decode() not in str(caught.value)
