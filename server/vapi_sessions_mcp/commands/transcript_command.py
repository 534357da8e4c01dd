"""`vapi-sessions-mcp transcript ID`: a session for a person to read."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import anyio

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_tools.engine.json_values import result_text
from vapi_sessions_tools.errors import CallError, SettingsError
from vapi_sessions_tools.sessions.reading import GET, SessionReader

if TYPE_CHECKING:
    from vapi_sessions_mcp.settings import Settings


def run(settings: Settings, identity: str) -> int:
    """Print a session as Markdown, one line a turn.

    Args:
        settings: What the server runs with.
        identity: The session's id.

    Returns:
        0, or 1 when it could not be read; the error is printed instead.

    Raises:
        SettingsError: Reading sessions is not offered.
    """
    text, status = anyio.run(partial(_read, settings, identity))
    print(text)
    return status


async def _read(settings: Settings, identity: str) -> tuple[str, int]:
    toolset = assemble(settings)
    reader = SessionReader(toolset)
    if not reader.offers(GET):
        raise SettingsError(f"a transcript is read with {GET}, which is not offered here, or asks first")
    try:
        return (await reader.transcript(identity, settings.credential)).rstrip("\n"), 0
    except CallError as error:
        return result_text(toolset.told(error, settings.credential)), 1
    finally:
        await toolset.aclose()
