"""What a person is told beside a configuration: where it belongs, where the key is, what to do then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_mcp.clients.client_files import CLAUDE_CODE, CLAUDE_DESKTOP, CURSOR, VSCODE
from vapi_sessions_mcp.clients.entries import SERVER_NAME
from vapi_sessions_mcp.clients.secret_file import making_command
from vapi_sessions_mcp.clients.shells import shell_command
from vapi_sessions_tools.environment_key import KEY_FILE_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vapi_sessions_mcp.clients.entries import ClientEntry, KeySource
    from vapi_sessions_mcp.clients.writing import Written

THEN = {
    CLAUDE_DESKTOP: "Then quit Claude Desktop and start it again.",
    CLAUDE_CODE: "Then start a new session of Claude Code; /mcp shows the server.",
    CURSOR: "Then look at the MCP servers in Cursor's settings; the server is listed there.",
    VSCODE: "Then start it in VS Code: MCP: List Servers, in the command palette.",
}
"""What is left to do in each client."""

PACKAGES = {
    "openai-agents": "openai-agents",
    "langchain": "langchain-mcp-adapters",
    "pydantic-ai": "pydantic-ai-slim[mcp]",
}
"""What each framework's program needs to be installed."""

_NOT_INHERITED = ("HTTPS_PROXY", "SSL_CERT_FILE")


def key_steps(client: str, key: KeySource | None, environment: Mapping[str, str], platform: str) -> list[str]:
    """Return where a client takes the key from, and how to put it there.

    Args:
        client: Its name on the command line, or a framework's.
        key: Where the key is; None where none is needed.
        environment: The variables of this shell.
        platform: As `sys.platform` says it.
    """
    if key is None:
        return ["No key is needed: the built-in sandbox answers instead of the API."]
    if client == CLAUDE_DESKTOP:
        return _file_steps(key.file, platform)
    if client == VSCODE:
        return ["VS Code asks for the key when the server first starts, and keeps it among its secrets."]
    variable = f"the variable {key.variable}"
    place = f"the file that {variable} names" if key.variable == KEY_FILE_VARIABLE else variable
    absent = "" if environment.get(key.variable) else "; it is not set in this shell"
    where = " Cursor must be started where it is set." if client == CURSOR else ""
    return [f"The key is read from {place}{absent}.{where}"]


def _file_steps(file: Path, platform: str) -> list[str]:
    if file.is_file():
        return [f"The key is read from {file}."]
    where = "in PowerShell, this" if platform == "win32" else "this"
    return [
        f"The key is read from {file}, which is not there yet; {where} asks for the key and makes it:",
        f"  {making_command(file, platform)}",
    ]


def claude_code_command(entry: ClientEntry, platform: str) -> str:
    """Return the command with which Claude Code itself adds a server for all projects of the user."""
    server = entry.server
    variables = [
        word for name, value in server.get("env", {}).items() for word in ("--env", f"{name}={value}")
    ]
    words = ["claude", "mcp", "add", SERVER_NAME, "--scope", "user", *variables, "--"]
    return shell_command([*words, server["command"], *server["args"]], platform)


def inheritance_steps(environment: Mapping[str, str]) -> list[str]:
    """Return what to know of variables of this shell that a client may not have."""
    held = [name for name in _NOT_INHERITED if environment.get(name)]
    if not held:
        return []
    return [f"This shell sets {' and '.join(held)}; a client that does not inherit it needs it in env, too."]


def written_steps(path: Path, written: Written) -> list[str]:
    """Return what became of a client's file."""
    if not written.changed:
        return [f"{path} has it already; nothing was changed."]
    if written.backup is None:
        return [f"Made {path}."]
    steps = [f"Wrote {path}; as it was before, it is kept in {written.backup}."]
    if written.held_key:
        steps.append(
            "The entry held the key itself: remove the backup once the key is where it is read from."
        )
    if written.gone:
        gone = ", ".join(written.gone)
        steps.append(f"No longer in the entry: {gone}. What shall stay is given to `config` as a flag.")
    return steps
