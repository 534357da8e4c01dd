"""Links that a page offers as buttons: each opens an editor, which asks before it adds the server.

Sources: the editors' documentation of their install links; VS Code takes JSON, Cursor base64 of JSON.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vapi_sessions_mcp.clients.entries import SERVER_NAME

if TYPE_CHECKING:
    from vapi_sessions_mcp.clients.entries import ClientEntry

_VSCODE = "https://insiders.vscode.dev/redirect/mcp/install"
_CURSOR = "https://cursor.com/en/install-mcp"


def vscode_link(entry: ClientEntry) -> str:
    """Return the link that adds a server to VS Code, with what it asks the user for."""
    inputs = f"&inputs={_quoted(entry.inputs)}" if entry.inputs else ""
    return f"{_VSCODE}?name={SERVER_NAME}{inputs}&config={_quoted(entry.server)}"


def cursor_link(entry: ClientEntry) -> str:
    """Return the link that adds a server to Cursor."""
    config = base64.b64encode(_compact(entry.server).encode("utf-8")).decode("ascii")
    return f"{_CURSOR}?name={SERVER_NAME}&config={quote(config, safe='')}"


def _quoted(value: Any) -> str:
    return quote(_compact(value), safe="")


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
