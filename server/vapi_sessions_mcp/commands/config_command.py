"""`vapi-sessions-mcp config`: what makes a client or an agent framework start this installation."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vapi_sessions_mcp.clients.client_files import CLAUDE_CODE, ClientFile, client_files, usual_file
from vapi_sessions_mcp.clients.editing import as_json
from vapi_sessions_mcp.clients.entries import KeySource, client_entry, key_variable
from vapi_sessions_mcp.clients.frameworks import FRAMEWORKS, framework_snippet
from vapi_sessions_mcp.clients.launch import this_installation
from vapi_sessions_mcp.clients.next_steps import (
    PACKAGES,
    THEN,
    claude_code_command,
    inheritance_steps,
    key_steps,
    written_steps,
)
from vapi_sessions_mcp.clients.paths import absolute
from vapi_sessions_mcp.clients.secret_file import key_file
from vapi_sessions_mcp.clients.server_flags import arguments_of, checked, with_restrictions
from vapi_sessions_mcp.clients.writing import write_entry
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vapi_sessions_mcp.clients.entries import ClientEntry
    from vapi_sessions_mcp.clients.launch import Launch
    from vapi_sessions_mcp.settings import Flags


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for: for whom, what starts the server, and where the key is, if one is needed."""

    client: str
    launch: Launch
    key: KeySource | None


def run(client: str, flags: Flags, *, write: bool, file: str | None) -> int:
    """Print the configuration on standard output, or write it; what to do with it is told on standard error.

    Args:
        client: The client's or framework's name on the command line.
        flags: The settings that the server is to be started with.
        write: Whether the configuration is merged into the client's file.
        file: That file, where it is not the user's usual one.

    Raises:
        SettingsError: A setting is wrong, or the file cannot be used; it is as it was.
    """
    home = absolute("~")
    flags = with_restrictions(flags, os.environ)
    settings = checked(flags)
    launch = this_installation(os.environ, executable=sys.executable, prefix=sys.prefix)
    key = KeySource(key_variable(os.environ), key_file(sys.platform, home, os.environ))
    wish = _Wish(client, launch.followed_by(*arguments_of(flags)), None if settings.sandbox else key)
    if client in FRAMEWORKS:
        _show_framework(wish, write=write, file=file)
    else:
        _give(wish, _target(client, home, file), write=write, usual=file is None)
    return 0


def _show_framework(wish: _Wish, *, write: bool, file: str | None) -> None:
    """Print a framework's program.

    Raises:
        SettingsError: It was to be written to a file.
    """
    if write or file is not None:
        flag = "--write" if write else "--file"
        raise SettingsError(
            f"{wish.client} keeps no configuration that {flag} could mean; without it the program is printed"
        )
    print(framework_snippet(wish.client, wish.launch, wish.key.variable if wish.key else None), end="")
    needs = f"It needs the package {PACKAGES[wish.client]}."
    _tell([needs, *_key_steps(wish), *inheritance_steps(os.environ)])


def _give(wish: _Wish, target: ClientFile, *, write: bool, usual: bool) -> None:
    """Print a client's configuration, or write it."""
    entry = client_entry(wish.client, wish.launch, wish.key)
    if write:
        steps = written_steps(target.path, write_entry(target, entry))
    else:
        print(as_json(entry.document(target.servers_key), 2))
        steps = [f"This belongs into {target.path}; --write puts it there.", *_or_command(entry, wish, usual)]
    _tell([*steps, *_key_steps(wish), *inheritance_steps(os.environ), THEN[wish.client]])


def _or_command(entry: ClientEntry, wish: _Wish, usual: bool) -> list[str]:
    if wish.client != CLAUDE_CODE or not usual:
        return []
    return ["Or let Claude Code put it there:", f"  {claude_code_command(entry, sys.platform)}"]


def _key_steps(wish: _Wish) -> list[str]:
    return key_steps(wish.client, wish.key, os.environ, sys.platform)


def _target(client: str, home: Path, file: str | None) -> ClientFile:
    found = usual_file(client, client_files(sys.platform, home, os.environ))
    if file is None:
        return found
    return ClientFile(client, absolute(file), found.servers_key)


def _tell(steps: Sequence[str]) -> None:
    sys.stdout.flush()  # on a terminal the two belong in this order
    sys.stderr.write("".join(f"{step}\n" for step in steps))
