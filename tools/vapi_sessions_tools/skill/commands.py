"""The commands that the skill shows, each true: a test carries all of them out."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SESSION = "SESSION_ID"
"""Stands in a command for the id of a session."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """How the skill's commands start the program and find the skill's files, in any folder.

    Args:
        launch: The program, and the arguments that start it.
        options: Settings that every command has.
        folder: The skill's own folder as an absolute path; commands work there alone when left out.
    """

    launch: tuple[str, ...]
    options: tuple[str, ...] = ()
    folder: Path | None = None

    def prefix(self, command: str) -> str:
        """Return a command up to its arguments, as a shell takes it."""
        return shlex.join((*self.launch, command, *self.options))

    def file(self, place: str) -> str:
        """Return the path of one of the skill's files, as a shell takes it."""
        return shlex.quote(place if self.folder is None else str(self.folder / place))


@dataclass(frozen=True, slots=True)
class Command:
    """A command that is shown.

    Args:
        tool: The tool that it needs.
        words: What it is for.
        line: What is typed after the program's name, but for the settings.
        status: What it exits with.
    """

    tool: str
    words: str
    line: str
    status: int = 0

    def block(self, invocation: Invocation) -> str:
        """Return the command as Markdown, with the status where it is one of failure."""
        ending = f"\n# exit status {self.status}" if self.status else ""
        command, _, arguments = self.line.partition(" ")
        return f"{self.words}\n\n```sh\n{invocation.prefix(command)} {arguments}{ending}\n```\n"


def code(text: str) -> str:
    """Return a text as Markdown code within a line, whatever is in it."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}" if longest else f"`{text}`"


def _piped(tool: str, arguments: str) -> str:
    return f"call {tool} - <<'JSON'\n{arguments}\nJSON"


USUAL = (
    Command(
        "create_session",
        "Start a session with what was said so far. Long arguments are read from standard input with `-`:",
        _piped(
            "create_session",
            '{"name": "Order 1042", "customer": {"number": "+14155551234", "name": "Ada"},\n'
            ' "messages": [{"role": "user", "content": "Where is my order?"}]}',
        ),
    ),
    Command(
        "list_sessions",
        "Find a customer's sessions, newest first:",
        'call list_sessions \'{"number": "+14155551234", "limit": 5}\'',
    ),
    Command(
        "list_sessions",
        "Select from the page with `query`, which is JMESPath over the full answer:",
        _piped("list_sessions", """{"limit": 50, "query": "results[?status=='active'].[id, name]"}"""),
    ),
    Command(
        "get_session",
        f"Read one, where `{SESSION}` is its id:",
        f'call get_session \'{{"id": "{SESSION}"}}\'',
    ),
    Command(
        "get_session",
        "Only its last message:",
        f'call get_session \'{{"id": "{SESSION}", "query": "messages[-1]"}}\'',
    ),
    Command(
        "get_session",
        "Read it as a transcript in Markdown, to summarise or to quote from:",
        f"transcript {SESSION}",
    ),
    Command(
        "update_session",
        "Complete it. `messages` would replace the whole list: send the old ones with the new.",
        f'call update_session \'{{"id": "{SESSION}", "status": "completed"}}\'',
    ),
    Command(
        "delete_session",
        "Delete it, and only after the user has agreed to the deletion of this very session:",
        f'call delete_session \'{{"id": "{SESSION}"}}\'',
    ),
)
"""What is done every day."""

REFUSED = (
    Command(
        "create_session",
        "Ask what an argument takes by giving it almost empty; nothing is sent:",
        'call create_session \'{"assistant": {"voice": {"provider": "lmnt"}}}\'',
        status=1,
    ),
    Command(
        "get_session",
        "The id must be a UUID:",
        'call get_session \'{"id": "the first one"}\'',
        status=1,
    ),
    Command(
        "list_sessions",
        "These arguments are no JSON, so the command line is wrong, and told of on standard error:",
        "call list_sessions limit=5",
        status=2,
    ),
)
"""What is refused, and teaches."""

TRIALS = tuple(
    Command(
        tool,
        "Any of these can be tried in the sandbox first, such as:",
        f"call {tool} '{arguments}' --sandbox-db trial.sqlite",
        status,
    )
    for tool, arguments, status in (
        ("create_session", '{"name": "A trial"}', 0),
        ("list_sessions", "{}", 0),
        ("get_session", f'{{"id": "{SESSION}"}}', 1),
        ("update_session", f'{{"id": "{SESSION}", "name": "A trial"}}', 1),
        ("delete_session", f'{{"id": "{SESSION}"}}', 1),
    )
)
"""What can be tried without an account, on a new file; the first whose tool is there is shown."""
