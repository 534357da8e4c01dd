"""`vapi-sessions-mcp call TOOL JSON`: one call from the shell."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import anyio

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_tools import guidance
from vapi_sessions_tools.engine.json_values import is_object, result_text
from vapi_sessions_tools.errors import CallError, DeclinedError, SettingsError
from vapi_sessions_tools.sessions.subject import SubjectReader
from vapi_sessions_tools.toolset import UnknownToolError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vapi_sessions_mcp.settings import Settings
    from vapi_sessions_tools.preparation import Prepared
    from vapi_sessions_tools.toolset import Toolset


def run(settings: Settings, tool: str, text: str) -> int:
    """Make a call and print its result.

    Args:
        settings: What the server runs with.
        tool: The tool's name.
        text: Its arguments as a JSON object, or `-` for those on standard input.

    Returns:
        0, or 1 when the call ended in an error.

    Raises:
        SettingsError: The arguments are no JSON object, or there is no such tool.
    """
    arguments = _parsed(text)
    toolset = assemble(settings)
    try:
        result, status = _call(toolset, settings, tool, arguments), 0
    except CallError as error:
        result, status = toolset.told(error, settings.credential), 1
    except UnknownToolError:
        names = ", ".join(known.name for known in toolset.tools)
        raise SettingsError(f"there is no tool {tool!r}; there are {names}") from None
    print(result_text(result))
    return status


def _parsed(text: str) -> dict[str, Any]:
    if text == "-" and sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]  typeshed: never None
        raise SettingsError("standard input is closed; there are no arguments to read")
    try:
        value = json.loads(sys.stdin.read() if text == "-" else text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(
            f"the arguments are no JSON: {error}; expected an object such as '{{}}'"
        ) from error
    if not is_object(value):
        raise SettingsError("the arguments are no JSON object; expected one such as '{\"limit\": 5}'")
    return value


def _call(toolset: Toolset, settings: Settings, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    prepared = toolset.prepare(tool, arguments, settings.credential)
    if tool in settings.confirm:
        # Outside an event loop: in one, an interrupt would not end the waiting for a line.
        _check_terminal(tool)
        subject = anyio.run(_subject, settings, prepared)
        _obtain_consent(toolset.question(prepared, settings.credential, subject), tool)

    async def send(call: Prepared) -> dict[str, Any]:
        try:
            return await toolset.send(call, settings.credential)
        finally:
            await toolset.aclose()

    return anyio.run(send, prepared)


async def _subject(settings: Settings, prepared: Prepared) -> Mapping[str, Sequence[str]]:
    """Return what names the subject of a call, read with a toolset that belongs to this event loop alone."""
    toolset = assemble(settings)
    try:
        return await SubjectReader(toolset).describe(prepared, settings.credential)
    finally:
        await toolset.aclose()


def _check_terminal(tool: str) -> None:
    """Check that there is a terminal to ask at.

    Raises:
        DeclinedError: There is none.
    """
    if not _at_a_terminal():
        message = guidance.NOT_CALLED.format(tool=tool) + guidance.NO_TERMINAL
        raise DeclinedError(message, next_step=guidance.NO_TERMINAL_NEXT)


def _obtain_consent(question: str, tool: str) -> None:
    """Ask at the terminal whether a call shall be made.

    Raises:
        DeclinedError: The answer is not yes.
    """
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        message = guidance.NOT_CALLED.format(tool=tool) + guidance.DECLINED
        raise DeclinedError(message, next_step=guidance.DECLINED_NEXT)


def _at_a_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
