"""The README's sections and buttons of clients are what `config` prints; `make snapshots` refreshes them."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

from readme import assert_generated
from vapi_sessions_mcp.clients.client_files import ClientFile, client_files
from vapi_sessions_mcp.clients.editing import as_json
from vapi_sessions_mcp.clients.entries import KeySource, client_entry
from vapi_sessions_mcp.clients.frameworks import FRAMEWORKS, framework_snippet
from vapi_sessions_mcp.clients.install_links import cursor_link, vscode_link
from vapi_sessions_mcp.clients.launch import Launch
from vapi_sessions_mcp.clients.next_steps import PACKAGES, THEN
from vapi_sessions_mcp.command_line import CLIENTS, PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator


LAUNCH = Launch("uvx", (PROGRAM,))
KEY = KeySource("VAPI_API_KEY", Path("/home/you/.config/vapi-sessions-mcp/api-key"))
NAMES = {
    "claude-desktop": "Claude Desktop",
    "claude-code": "Claude Code",
    "cursor": "Cursor",
    "vscode": "VS Code",
    "openai-agents": "OpenAI Agents SDK",
    "langchain": "LangChain",
    "pydantic-ai": "Pydantic AI",
}
SYSTEMS = {"darwin": "macOS", "win32": "Windows", "linux": "Linux"}
WINDOWS = {"APPDATA": "%APPDATA%", "LOCALAPPDATA": "%LOCALAPPDATA%"}
KEYS = {
    "claude-desktop": "The key is read from the file named there; `config` prints the command that makes it.",
    "claude-code": "The key is read from the variable `VAPI_API_KEY` of the shell you start Claude Code in.",
    "cursor": "The key is read from the variable `VAPI_API_KEY` of the environment that Cursor starts in.",
    "vscode": "VS Code asks for the key when the server first starts, and keeps it among its secrets.",
}
BADGE = "https://img.shields.io/badge"


def test_buttons_are_up_to_date() -> None:
    assert_generated("buttons", "<!-- end of buttons -->", buttons())


def test_sections_of_clients_are_up_to_date() -> None:
    made = "\n".join(section(client) for client in CLIENTS)
    assert_generated("clients", "<!-- end of clients -->", made)


def buttons() -> str:
    links = {
        f"{BADGE}/VS_Code-Install-0098FF": ("VS Code", vscode_link(client_entry("vscode", LAUNCH, KEY))),
        f"{BADGE}/Cursor-Install-111111": ("Cursor", cursor_link(client_entry("cursor", LAUNCH, KEY))),
    }
    return "".join(f"[![Install in {name}]({image})]({link})\n" for image, (name, link) in links.items())


def section(client: str) -> str:
    return "\n".join(
        [f"### {NAMES[client]}", "", *(program(client) if client in FRAMEWORKS else entry(client))]
    )


def entry(client: str) -> Iterator[str]:
    files = [file for file in client_files("linux", Path("~"), {}) if file.client == client]
    document = client_entry(client, LAUNCH, KEY).document(files[0].servers_key)
    yield f"`uvx {PROGRAM} config {client} --write`, or by hand into {places(client)}:"
    yield from ["", "```json", as_json(document, 2), "```", ""]
    yield f"{KEYS[client]} {THEN[client]}\n"


def program(framework: str) -> Iterator[str]:
    yield f"`uvx {PROGRAM} config {framework}` prints a program that runs; it needs `{PACKAGES[framework]}`:"
    yield from ["", "```python", framework_snippet(framework, LAUNCH, KEY.variable).rstrip(), "```\n"]


def places(client: str) -> str:
    """Return where a client's file is: once where all systems have it at the same place."""
    held = {SYSTEMS[system]: place(client, system) for system in SYSTEMS}
    if len(set(held.values())) == 1 or client in ("claude-code", "cursor"):
        return held["Linux"]
    return "; ".join(f"{path} ({system})" for system, path in held.items())


def place(client: str, system: str) -> str:
    """Return the places of a client's file on a system, as its users write them."""
    files: tuple[ClientFile, ...] = client_files(system, Path("~"), WINDOWS if system == "win32" else {})
    own = [file.path for file in files if file.client == client]
    ordinary = own[-1 if client == "claude-desktop" else 0]
    if system != "win32":
        return f"`{ordinary}`"
    packaged = [f"`{PureWindowsPath(path)}`" for path in own[:-1] if client == "claude-desktop"]
    return ", or for the packaged app ".join([f"`{PureWindowsPath(ordinary)}`", *packaged])
