"""Commands written so that a person can paste them into a shell."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN = re.compile(r"\A[\w./\\:=+-]*[\w./\\:=+]\Z", re.ASCII)


def shell_command(words: Sequence[str], platform: str) -> str:
    """Return a command for the platform's shell: PowerShell on Windows, else any POSIX shell."""
    if platform != "win32":
        return shlex.join(words)
    command = " ".join(word if _PLAIN.match(word) else powershell_quoted(word) for word in words)
    return f"& {command}" if command.startswith("'") else command


def powershell_quoted(word: str) -> str:
    """Return a word that PowerShell takes as it stands: nothing is expanded, and -- is not swallowed."""
    return "'" + word.replace("'", "''") + "'"
