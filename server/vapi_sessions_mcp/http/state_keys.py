"""The keys that seal what a client carries from a question to its answer; replicas share them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

SHORTEST = 32
"""Characters of a key."""

_SETTING = "state key file (--state-key-file, VAPI_HTTP_STATE_KEY_FILE)"


def read_state_keys(path: Path) -> tuple[bytes, ...]:
    """Read a file of keys, one a line: the first seals, all open, so that keys can be changed one by one.

    Raises:
        SettingsError: It cannot be read, holds no key, a key twice, or one that is too short.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise SettingsError(f"{_SETTING} names {path}, which cannot be read: {error.strerror}") from None
    keys = tuple(line.strip() for line in lines if line.strip() and not line.strip().startswith(b"#"))
    if not keys or min(map(len, keys)) < SHORTEST or len(set(keys)) < len(keys):
        raise SettingsError(
            f"{_SETTING} names {path}, which must hold keys one a line, each once and of {SHORTEST} or more "
            "characters, such as `openssl rand -hex 32` prints"
        )
    return keys
