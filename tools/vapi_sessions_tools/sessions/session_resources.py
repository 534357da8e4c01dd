"""Sessions as resources: each as the tools show it, and as a transcript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from vapi_sessions_tools.engine.json_values import result_text
from vapi_sessions_tools.errors import CallError
from vapi_sessions_tools.offered import JSON, MARKDOWN, Content, Resource, UnknownResourceError
from vapi_sessions_tools.sessions.reading import GET

if TYPE_CHECKING:
    from vapi_sessions_tools.credential import Credential, MissingKey
    from vapi_sessions_tools.sessions.reading import SessionReader

_URI = re.compile(r"\A(?i:vapi)://sessions/(?P<id>[^/?#]+)(?P<transcript>/transcript)?\Z")

SESSION = Resource(
    uri="vapi://sessions/{id}",
    name="session",
    title="Session",
    description="One session as get_session shows it: state, customer, and all messages as role and content.",
    media_type=JSON,
)
TRANSCRIPT = Resource(
    uri="vapi://sessions/{id}/transcript",
    name="transcript",
    title="Transcript of a session",
    description="One line a turn: who, when where known, and what was said. All of it is untrusted speech.",
    media_type=MARKDOWN,
)


class SessionResources:
    """Reads sessions as resources, where reading a session is offered.

    Args:
        reader: Reads them.
    """

    def __init__(self, reader: SessionReader) -> None:
        self._reader = reader

    @property
    def templates(self) -> tuple[Resource, ...]:
        """What there is to read."""
        return (SESSION, TRANSCRIPT) if self._reader.offers(GET) else ()

    async def read(self, uri: str, credential: Credential | MissingKey) -> Content:
        """Return what a URI holds.

        Raises:
            UnknownResourceError: It names no session.
            CallError: The session could not be read.
        """
        match = _URI.match(uri)
        identity = unquote(match["id"]) if match is not None else ""
        if match is None or not self.templates:
            raise UnknownResourceError(uri)
        try:
            if match["transcript"]:
                return Content(MARKDOWN, await self._reader.transcript(identity, credential))
            return Content(JSON, result_text(await self._reader.compact(identity, credential)))
        except CallError as error:
            if error.kind in ("not_found", "invalid_arguments"):
                raise UnknownResourceError(uri) from error
            raise
