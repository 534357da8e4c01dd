"""Access tokens: what lets a request in where the server calls with a key of its own.

Only digests are kept. A file may hold digests too, so that whoever reads it cannot call.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

SHORTEST = 16
"""Characters of a token; fewer could be guessed."""

_DIGEST = re.compile(r"\Asha256:([0-9a-f]{64})\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """The tokens that let a request in.

    Args:
        digests: The SHA-256 digest of each.
    """

    digests: tuple[bytes, ...]

    def admit(self, token: str) -> bool:
        """Whether a token is one of them; the time that takes tells nothing of how near it comes."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
        found = [hmac.compare_digest(digest, known) for known in self.digests]
        return any(found)


def read_access_tokens(path: Path) -> AccessTokens:
    """Read a file of tokens: one a line, itself or as `sha256:` and its digest in hexadecimal.

    Empty lines and those that begin with `#` are passed over.

    Raises:
        SettingsError: It cannot be read, holds no token, or one that is too short or has a space in it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SettingsError(f"{_SETTING} names {path}, which cannot be read: {reason}") from None
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    digests = tuple(_digest(line, number) for number, line in lines if line and not line.startswith("#"))
    if not digests:
        raise SettingsError(f"{_SETTING} names {path}, which holds no token; write one a line")
    return AccessTokens(digests)


_SETTING = "access token file (--access-token-file, VAPI_HTTP_ACCESS_TOKEN_FILE)"


def _digest(line: str, number: int) -> bytes:
    stated = _DIGEST.match(line)
    if stated:
        return bytes.fromhex(stated[1])
    if line.lower().startswith("sha256:"):
        raise SettingsError(f"line {number} of the {_SETTING} is no SHA-256 digest of 64 hexadecimal digits")
    if len(line) < SHORTEST or not line.isascii() or not line.isprintable() or " " in line:
        raise SettingsError(
            f"line {number} of the {_SETTING} is no token; expected {SHORTEST} or more ASCII characters "
            "without spaces, such as `openssl rand -hex 32` prints"
        )
    return hashlib.sha256(line.encode()).digest()
