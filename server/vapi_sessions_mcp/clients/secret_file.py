"""The file that holds the key for a client without a place for secrets, and the command that makes it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from vapi_sessions_mcp.clients.client_files import application_data
from vapi_sessions_mcp.clients.paths import absolute
from vapi_sessions_mcp.clients.shells import powershell_quoted
from vapi_sessions_mcp.command_line import PROGRAM
from vapi_sessions_tools.environment_key import KEY_FILE_VARIABLE, given

if TYPE_CHECKING:
    from collections.abc import Mapping

_POSIX = (
    'umask 077 && mkdir -p "${1%/*}" && trap "stty echo; exit 1" INT && stty -echo && '
    'printf "Vapi private key: " && IFS= read -r key; stty echo; echo; '
    # Whoever could read the file before must not see what is written now.
    '[ -n "$key" ] && : >> "$1" && chmod 600 "$1" && printf "%s\\n" "$key" > "$1"'
)


def key_file(platform: str, home: Path, environment: Mapping[str, str]) -> Path:
    """Return the file that holds the key: the one that the environment names, else one of the user's."""
    if (named := given(environment.get(KEY_FILE_VARIABLE))) is not None:
        return absolute(named)
    folder = application_data(platform, home, environment)
    if platform == "win32":  # what lies there stays on this machine
        folder = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    return folder / PROGRAM / "api-key"


def making_command(path: Path, platform: str) -> str:
    """Return the command that asks for the key and writes the file for its owner alone.

    The key is typed, not part of the command: so it stands in no history.
    """
    if platform == "win32":
        file = powershell_quoted(str(path))
        return (
            f"$file = {file}; $key = Read-Host -AsSecureString 'Vapi private key'; "
            "New-Item -Force -ItemType Directory (Split-Path $file) | Out-Null; "
            "New-Item -Force -ItemType File $file | Out-Null; "
            'icacls $file /inheritance:r /grant:r "$(whoami):F" | Out-Null; '
            "[IO.File]::WriteAllText($file, [Net.NetworkCredential]::new('', $key).Password)"
        )
    return f"sh -c {shlex.quote(_POSIX)} sh {shlex.quote(str(path))}"
