"""The links behind the buttons: an editor reads from them what a client's file would say."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from vapi_sessions_mcp.clients.entries import KEY_INPUT, KeySource, client_entry
from vapi_sessions_mcp.clients.install_links import cursor_link, vscode_link
from vapi_sessions_mcp.clients.launch import Launch

LAUNCH = Launch("uvx", ("vapi-sessions-mcp", "--tools", "a,b & c"))
KEY = KeySource("VAPI_API_KEY", Path("/key"))


def fields(link: str) -> dict[str, str]:
    found = parse_qs(urlsplit(link).query, strict_parsing=True)
    return {name: value for name, (value,) in found.items()}


def test_vs_code_reads_the_entry_and_what_it_is_to_ask_for() -> None:
    entry = client_entry("vscode", LAUNCH, KEY)
    link = fields(vscode_link(entry))
    assert link["name"] == "vapi-sessions"
    assert json.loads(link["config"]) == entry.server
    assert json.loads(link["inputs"]) == [KEY_INPUT]


def test_vs_code_asks_for_nothing_in_the_sandbox() -> None:
    assert "inputs" not in fields(vscode_link(client_entry("vscode", LAUNCH, None)))


def test_cursor_reads_the_entry() -> None:
    entry = client_entry("cursor", LAUNCH, KEY)
    link = fields(cursor_link(entry))
    assert link["name"] == "vapi-sessions"
    assert json.loads(base64.b64decode(link["config"], validate=True)) == entry.server
