"""Where each MCP client keeps the servers that all of a user's projects share.

Sources: the clients' documentation. Claude Desktop comes to Windows as a package too, and Windows gives a
package a folder of its own in place of the ordinary one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CLAUDE_DESKTOP, CLAUDE_CODE, CURSOR, VSCODE = "claude-desktop", "claude-code", "cursor", "vscode"

_PACKAGED_CLAUDE = ("Packages", "Claude_pzs8sxrjxfjjc", "LocalCache", "Roaming")
_DESKTOP_FILE = ("Claude", "claude_desktop_config.json")


@dataclass(frozen=True, slots=True)
class ClientFile:
    """A file in which a client keeps its servers.

    Args:
        client: The client's name on the command line.
        path: Where the file is, or would be.
        servers_key: The key of the object that holds the servers by name.
    """

    client: str
    path: Path
    servers_key: str


def client_files(platform: str, home: Path, environment: Mapping[str, str]) -> tuple[ClientFile, ...]:
    """Return where each client keeps its user-level configuration, the likelier place first.

    Args:
        platform: As `sys.platform` says it; what is neither darwin nor win32 counts as linux.
        home: The user's own folder.
        environment: The variables that move a client's folder.
    """
    own = Path(environment.get("CLAUDE_CONFIG_DIR") or home)
    return (
        *(ClientFile(CLAUDE_DESKTOP, path, "mcpServers") for path in _desktop(platform, home, environment)),
        ClientFile(CLAUDE_CODE, own / ".claude.json", "mcpServers"),
        ClientFile(CURSOR, home / ".cursor" / "mcp.json", "mcpServers"),
        *(
            ClientFile(
                VSCODE,
                application_data(platform, home, environment) / edition / "User" / "mcp.json",
                "servers",
            )
            for edition in ("Code", "Code - Insiders")
        ),
    )


def usual_file(client: str, files: Sequence[ClientFile]) -> ClientFile:
    """Return the file to write for a client: where it is installed, as far as its folder tells.

    Args:
        client: Its name on the command line.
        files: Where each client may keep its configuration.
    """
    own = [file for file in files if file.client == client]
    made = next((file for file in own if file.path.parent.is_dir()), None)
    # Nobody but Windows makes a package's folder: the last of Claude Desktop's is the ordinary one.
    return made or own[-1 if client == CLAUDE_DESKTOP else 0]


def application_data(platform: str, home: Path, environment: Mapping[str, str]) -> Path:
    """Return the folder in which a user's programs keep what they are told."""
    if platform == "darwin":
        return home / "Library" / "Application Support"
    if platform == "win32":
        return Path(environment.get("APPDATA") or home / "AppData" / "Roaming")
    named = Path(environment.get("XDG_CONFIG_HOME") or ".")
    return named if named.is_absolute() else home / ".config"  # the standard ignores a relative one


def _desktop(platform: str, home: Path, environment: Mapping[str, str]) -> tuple[Path, ...]:
    ordinary = application_data(platform, home, environment).joinpath(*_DESKTOP_FILE)
    if platform != "win32":
        return (ordinary,)
    local = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    return (local.joinpath(*_PACKAGED_CLAUDE, *_DESKTOP_FILE), ordinary)
