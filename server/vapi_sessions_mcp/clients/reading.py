"""A client's file as it is, and the servers in it."""

from __future__ import annotations

import codecs
import stat
from typing import TYPE_CHECKING, Any

from vapi_sessions_mcp.clients.jsonc import Node, NotJsonError, parse
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vapi_sessions_mcp.clients.client_files import ClientFile

WAY_OUT = "correct it, or move it away to start anew"


def read_servers(file: ClientFile) -> Mapping[str, Any]:
    """Return the servers that a client's file holds, by name; none where there is no such file.

    Raises:
        SettingsError: The file cannot be read, or is not what a client can read; the message names the place.
    """
    content = read_content(file.path)
    if content is None:
        return {}
    text = text_of(content, file.path)
    servers: Mapping[str, Any] = {}
    if (document := parsed(text, file.path)) is not None and (held := servers_of(document, file, text)):
        servers = held.value
    return servers


def read_content(path: Path) -> bytes | None:
    """Return what a file holds, or None where there is none.

    Raises:
        SettingsError: It cannot be read.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SettingsError(f"{path} is a folder or the like; expected an ordinary file")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error


def text_of(content: bytes, path: Path) -> str:
    """Return a file's text, without the mark that some editors begin UTF-8 with.

    Raises:
        SettingsError: It is not UTF-8.
    """
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path}, line {line}: no UTF-8; {WAY_OUT}") from error


def parsed(text: str, path: Path) -> Node | None:
    """Return what a file says; None where it is empty.

    Raises:
        SettingsError: It is no JSON.
    """
    if not text.strip():
        return None
    try:
        return parse(text)
    except NotJsonError as error:
        raise SettingsError(f"{path} is no JSON, {error}; {WAY_OUT}") from error


def servers_of(document: Node, file: ClientFile, text: str) -> Node | None:
    """Return the object with the servers, or None where there is none yet.

    Raises:
        SettingsError: The document or its servers are no object.
    """
    if not isinstance(document.value, dict):
        raise SettingsError(f"{file.path}, line {_line(text, document)}: expected a JSON object; {WAY_OUT}")
    member = document.member(file.servers_key)
    if member is None:
        return None
    if not isinstance(member.node.value, dict):
        place = f"{file.path}, line {_line(text, member.node)}"
        raise SettingsError(f"{place}: {file.servers_key} is no JSON object; {WAY_OUT}")
    return member.node


def _line(text: str, node: Node) -> int:
    return text.count("\n", 0, node.start) + 1
