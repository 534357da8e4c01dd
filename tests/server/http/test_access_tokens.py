"""Access tokens: what a file of them may hold, and what is let in."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.http.access_tokens import read_access_tokens
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

TOKEN, OTHER = "0123456789abcdef", "fedcba9876543210-._~+/="
DIGEST = hashlib.sha256(TOKEN.encode()).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"{TOKEN}\n{OTHER}\n",
        f"# ours\r\n\r\n  {TOKEN}  \r\n",
        f"{TOKEN}\n{TOKEN}\n",
        f"sha256:{DIGEST}",
        f"SHA256:{DIGEST.upper()}\n",
        f"{OTHER}\nsha256:{DIGEST}\n",
    ],
)
def test_each_line_is_a_token_or_its_digest(tmp_path: Path, text: str) -> None:
    file = tmp_path / "tokens"
    file.write_bytes(text.encode())
    tokens = read_access_tokens(file)
    assert tokens.admit(TOKEN)
    assert tokens.admit(OTHER) is (OTHER in text)
    for wrong in (
        "",
        TOKEN[:-1],
        TOKEN + "0",
        TOKEN.upper(),
        DIGEST,
        f"sha256:{DIGEST}",
        "t\xf6ken",
        "\udcff",
    ):
        assert not tokens.admit(wrong)


def test_only_digests_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(TOKEN)
    assert TOKEN not in repr(read_access_tokens(file))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no-such-file, which cannot be read: No such file"):
        read_access_tokens(tmp_path / "no-such-file")
