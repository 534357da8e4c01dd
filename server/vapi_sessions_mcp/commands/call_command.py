"""`vapi-sessions-mcp call TOOL JSON`: one call from the shell."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_tools.engine.json_values import compact, is_object
from vapi_sessions_tools.errors import CallError, SettingsError
from vapi_sessions_tools.toolset import UnknownToolError

if TYPE_CHECKING:
    from vapi_sessions_mcp.settings import Settings


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
    result, status = anyio.run(partial(_call, settings, tool, arguments))
    print(compact(result))
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


async def _call(settings: Settings, tool: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], int]:
    toolset = assemble(settings)
    try:
        return await toolset.call(tool, arguments, settings.credential), 0
    except CallError as error:
        return toolset.told(error, settings.credential), 1
    except UnknownToolError:
        names = ", ".join(known.name for known in toolset.tools)
        raise SettingsError(f"there is no tool {tool!r}; there are {names}") from None
    finally:
        await toolset.aclose()
