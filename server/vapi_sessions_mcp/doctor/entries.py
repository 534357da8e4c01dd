"""The clients' files that are there, and what in them starts this server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vapi_sessions_mcp.clients.reading import read_servers
from vapi_sessions_mcp.doctor.finding import Finding
from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from vapi_sessions_mcp.clients.client_files import ClientFile

BACKSLASHES_NEXT = (
    "In JSON each backslash of a Windows path is written twice (C:\\\\Users\\\\...), or as a slash "
    "(C:/Users/...)."
)
_OURS = re.compile(r"vapi[-_]sessions[-_]mcp")
_UV = re.compile(r"(?:\A|[\\/])uvx?(?:\.exe)?\Z", re.IGNORECASE)
_SINGLE_BACKSLASH = re.compile(r'"[A-Za-z]:\\(?!\\)')


@dataclass(frozen=True, slots=True)
class Entry:
    """A server that a client is configured to start.

    Args:
        client: The client.
        name: What the server is called there.
        command: The program.
        arguments: What it is started with.
        variables: What is added to its environment.
        folder: Where it is started, or None.
    """

    client: str
    name: str
    command: str
    arguments: tuple[str, ...]
    variables: dict[str, str] = field(repr=False)
    folder: str | None = None

    @property
    def needs_uv(self) -> bool:
        """Whether it is started with uv."""
        return _UV.search(self.command) is not None


@dataclass(frozen=True, slots=True)
class Configured:
    """What is found in the clients' files.

    Args:
        entries: The servers that are this one.
        findings: What is told of the files.
    """

    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]


def configured(files: Sequence[ClientFile]) -> Configured:
    """Return what is found in the clients' files; what belongs to other servers is passed over.

    Args:
        files: Where the files may be.
    """
    entries: list[Entry] = []
    findings: list[Finding] = []
    for file in files:
        if not file.path.exists():
            continue
        try:
            found = list(_entries(file))
        except SettingsError as error:
            findings.append(_unusable(file, error))
            continue
        entries += (each for each in found if isinstance(each, Entry))
        findings += (each for each in found if isinstance(each, Finding))
        counted = f"{len(found) or 'no'} {'entry' if len(found) == 1 else 'entries'}"
        told = f"{file.path}, with {counted} of this server"
        findings.append(Finding("clients", file.client, "ok", told))
    if not findings:
        findings.append(Finding("clients", "files", "skipped", "no client's configuration is found"))
    return Configured(tuple(entries), tuple(findings))


def _entries(file: ClientFile) -> Iterator[Entry | Finding]:
    for name, raw in read_servers(file).items():
        if not is_object(raw):
            continue
        command, arguments = raw.get("command"), raw.get("args", [])
        words = [command, *(arguments if is_list(arguments) else [])]
        if any(isinstance(word, str) and _OURS.search(word) for word in words):
            yield _entry(file.client, name, raw)


def _entry(client: str, name: str, raw: dict[str, Any]) -> Entry | Finding:
    command, arguments = raw.get("command"), raw.get("args", [])
    variables: Any = raw.get("env", {})
    texts = isinstance(command, str) and is_list(arguments) and is_object(variables)
    if not texts or not all(isinstance(word, str) for word in arguments):
        found = "is malformed: command is a text, args a list of texts, env an object"
        way_out = f"Write it anew: vapi-sessions-mcp config {client} --write."
        return Finding("clients", f"{client}: {name}", "problem", found, way_out)
    if not str(command).isprintable() or not all(str(word).isprintable() for word in arguments):
        found = "its command or arguments hold a tab or line break, as a backslash in JSON makes them"
        return Finding("clients", f"{client}: {name}", "problem", found, BACKSLASHES_NEXT)
    folder = raw.get("cwd")
    return Entry(
        client,
        name,
        str(command),
        tuple(arguments),
        {key: str(value) for key, value in variables.items() if isinstance(value, str | int | float)},
        folder if isinstance(folder, str) else None,
    )


def _unusable(file: ClientFile, error: SettingsError) -> Finding:
    way_out = (
        BACKSLASHES_NEXT
        if _has_single_backslashes(file.path)
        else "Correct it: its client cannot read it either."
    )
    return Finding("clients", file.client, "problem", str(error), way_out)


def _has_single_backslashes(path: Path) -> bool:
    try:
        return _SINGLE_BACKSLASH.search(path.read_text("utf-8", "replace")) is not None
    except OSError:
        return False
