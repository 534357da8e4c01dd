"""The transcripts of several sessions as one material, within the size of a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_tools.engine.shrinking import LARGEST
from vapi_sessions_tools.sessions.transcript import transcript

if TYPE_CHECKING:
    from vapi_sessions_tools.sessions.reading import OfCustomer

_ROOM_FOR_HEAD = 500


def review(found: OfCustomer, limit: int, reader: str | None = None) -> str:
    """Return the transcripts of the newest sessions of a customer, each with its fair share of the room.

    Args:
        found: The customer's sessions, the newest first.
        limit: How many are shown at most.
        reader: The tool that reads what is left out, where it is offered.
    """
    shown = found.sessions[:limit]
    parts = [_head(found, len(shown))]
    room = LARGEST - _ROOM_FOR_HEAD
    for at, session in enumerate(shown):
        parts.append(transcript(session, largest=room // (len(shown) - at), reader=reader))
        room -= len(parts[-1].encode()) + 1
    return "\n".join(parts)


def _head(found: OfCustomer, shown: int) -> str:
    """Say what is shown, and what is not."""
    if not found.sessions:
        told = "No session that was looked at names this customer. Say so; list_sessions looks further."
    else:
        told = f"Sessions shown, the newest first: {shown}."
    left = len(found.sessions) - shown
    if left:
        told += f" Left out: {left} older ones; limit asks for more, list_sessions finds them all."
    if found.others:
        told += (
            f" Left out as well: {found.others} that the API listed although they do not name this customer."
        )
    if found.beyond:
        told += f" Not looked at: {found.beyond} older ones that the API has listed."
    return told + "\n"
