"""What each MCP client's file says of this server; never the key, only where the client finds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vapi_sessions_mcp.clients.client_files import CLAUDE_CODE, CLAUDE_DESKTOP, CURSOR, VSCODE
from vapi_sessions_tools.environment_key import KEY_FILE_VARIABLE, KEY_VARIABLES, given

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vapi_sessions_mcp.clients.launch import Launch

SERVER_NAME = "vapi-sessions"
"""The name under which the server stands in a client's file."""

KEY_INPUT: dict[str, Any] = {
    "type": "promptString",
    "id": "vapi-api-key",
    "description": "Vapi private API key",
    "password": True,
}
"""What makes VS Code ask for the key once, and keep it among its secrets."""


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where a client can take the key from.

    Args:
        variable: The variable that holds it where the client is started from a shell.
        file: The file that holds it for a client without secrets of its own.
    """

    variable: str
    file: Path


@dataclass(frozen=True, slots=True)
class ClientEntry:
    """What a client's file has to hold.

    Args:
        server: The entry of the server.
        inputs: What the client asks the user for.
    """

    server: dict[str, Any]
    inputs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def document(self, servers_key: str) -> dict[str, Any]:
        """Return a file that holds nothing else."""
        inputs = {"inputs": self.inputs} if self.inputs else {}
        return {**inputs, servers_key: {SERVER_NAME: self.server}}


def key_variable(environment: Mapping[str, str]) -> str:
    """Return the variable in which the user has the key, or names its file; or the one that is read first."""
    names = (*KEY_VARIABLES, KEY_FILE_VARIABLE)
    held = (name for name in names if given(environment.get(name)) is not None)
    return next(held, KEY_VARIABLES[0])


def client_entry(client: str, launch: Launch, key: KeySource | None) -> ClientEntry:
    """Return what a client's file has to hold.

    Args:
        client: An MCP client's name on the command line.
        launch: What starts the server.
        key: Where the key is; None where none is needed.
    """
    server: dict[str, Any] = {} if client == CLAUDE_DESKTOP else {"type": "stdio"}
    server |= {"command": launch.command, "args": list(launch.arguments)}
    if key is not None:
        server["env"] = _reference(client, key)
    return ClientEntry(server, [KEY_INPUT] if client == VSCODE and key is not None else [])


def _reference(client: str, key: KeySource) -> dict[str, str]:
    return {
        CLAUDE_DESKTOP: {KEY_FILE_VARIABLE: str(key.file)},
        CLAUDE_CODE: {key.variable: f"${{{key.variable}}}"},
        CURSOR: {key.variable: f"${{env:{key.variable}}}"},
        VSCODE: {KEY_VARIABLES[0]: f"${{input:{KEY_INPUT['id']}}}"},
    }[client]
