"""What a client puts in the place of `${...}` before it starts a server, as its documentation says.

Claude Desktop puts nothing in; Claude Code knows `${NAME}` and `${NAME:-default}`; Cursor and VS Code know
`${env:NAME}`, `${userHome}` and others, and VS Code asks its user for `${input:NAME}`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from vapi_sessions_mcp.clients.client_files import CLAUDE_CODE, CURSOR, VSCODE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_mcp.doctor.entries import Entry

_PLACEHOLDER = re.compile(r"\$\{(?:(?P<kind>env|input):)?(?P<name>[^}:]+)(?::-(?P<default>[^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """An entry as its client would start it.

    Args:
        entry: The entry, without the variables whose value is not known here.
        asked: The variables whose value the client asks its user for.
        missing: What is not in the environment and has to be.
        startable: Whether command and arguments are known.
    """

    entry: Entry
    asked: tuple[str, ...]
    missing: tuple[str, ...]
    startable: bool


def fill(entry: Entry, environment: Mapping[str, str]) -> Filled:
    """Return an entry with values in the place of its placeholders.

    Args:
        entry: As it stands in the client's file.
        environment: The variables that the client would have.
    """
    missing: list[str] = []

    def filled(text: str) -> str | None:
        """Return a text with its values, or None where one is not known here."""
        values = [_value(match, entry.client, environment, missing) for match in _PLACEHOLDER.finditer(text)]
        if None in values:
            return None
        rest = iter(values)
        return _PLACEHOLDER.sub(lambda _: next(rest) or "", text)

    words = [filled(word) for word in (entry.command, *entry.arguments)]
    variables = {name: filled(value) for name, value in entry.variables.items()}
    known = [word for word in words if word is not None]
    startable = len(known) == len(words)
    made = replace(
        entry,
        command=known[0] if startable else entry.command,
        arguments=tuple(known[1:]) if startable else entry.arguments,
        variables={name: value for name, value in variables.items() if value is not None},
        folder=filled(entry.folder) if entry.folder is not None else None,
    )
    asked = tuple(name for name, value in variables.items() if value is None)
    return Filled(made, asked, tuple(dict.fromkeys(missing)), startable)


def _value(
    match: re.Match[str], client: str, environment: Mapping[str, str], missing: list[str]
) -> str | None:
    """Return what a client puts in the place of one placeholder; None where that is not known here."""
    kind, name = match["kind"], match["name"]
    if client == CLAUDE_CODE and kind is None:
        if name not in environment and match["default"] is None:
            missing.append(name)
        return environment.get(name) or match["default"] or ""
    if client in (CURSOR, VSCODE):
        if kind == "env":
            return environment.get(name, "")
        if kind == "input" and client == VSCODE:
            return None
        if name == "userHome":
            return str(Path.home())
        if name.startswith("workspaceFolder"):
            return None
    return match[0]
