"""Completing what a person types: ids of recent sessions, and names of types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import anyio

from vapi_sessions_tools.errors import CallError
from vapi_sessions_tools.offered import Completion
from vapi_sessions_tools.schema_resources import SCHEMA_TYPE
from vapi_sessions_tools.sessions.prompts import SESSION_ID, SessionPrompts
from vapi_sessions_tools.sessions.reading import LIST, Recent, SessionReader
from vapi_sessions_tools.sessions.session_resources import SessionResources

if TYPE_CHECKING:
    from vapi_sessions_tools.credential import Credential, MissingKey
    from vapi_sessions_tools.toolset import Toolset

MOST = 100
"""Values of one completion; the protocol allows no more."""

_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""The form of a session's id; other text in its place is not offered."""

_PATIENCE = 10.0
"""Seconds until a person has typed on."""


class Completions:
    """Completes the arguments of prompts and resource templates; nothing is kept from one to the next.

    Args:
        toolset: The tools that sessions are listed with.
    """

    def __init__(self, toolset: Toolset) -> None:
        self._shapes = toolset.contract.shapes
        self._reader = SessionReader(toolset)
        templates = ((template.uri, "id") for template in SessionResources(self._reader).templates)
        prompts = (
            (prompt.name, argument.name)
            for prompt in SessionPrompts(toolset).prompts
            for argument in prompt.arguments
            if argument.name == SESSION_ID
        )
        self._of_sessions = frozenset((*templates, *prompts))

    async def complete(
        self, reference: str, argument: str, value: str, credential: Credential | MissingKey
    ) -> Completion:
        """Return what an argument may be going to be; nothing where that is not known.

        Args:
            reference: A prompt's name, or a resource template.
            argument: Of the prompt, or a place in the template.
            value: What has been typed of it.
            credential: Whose sessions to look among.
        """
        if (reference, argument) == (SCHEMA_TYPE, "type"):
            return completed_type(self._shapes.names, value)
        if (reference, argument) not in self._of_sessions or not self._reader.offers(LIST):
            return Completion()
        with anyio.move_on_after(_PATIENCE):
            try:
                return completed_session(await self._reader.recent(credential), value)
            except CallError:
                pass  # who types an id is not helped by an error
        return Completion()


def completed_type(names: tuple[str, ...], value: str) -> Completion:
    """Return the names that begin with a value, then those that have it elsewhere."""
    typed = value.casefold()
    having = [name for name in names if typed in name.casefold()]
    found = sorted(having, key=lambda name: not name.casefold().startswith(typed))
    return Completion(tuple(found[:MOST]), total=len(found), has_more=len(found) > MOST)


def completed_session(recent: Recent, value: str) -> Completion:
    """Return the ids of the sessions whose id or name begins with a value, the newest first."""
    typed = value.casefold()
    found = [
        identity
        for identity, name in recent.sessions
        if _UUID.fullmatch(identity)
        and (identity.casefold().startswith(typed) or name.casefold().startswith(typed))
    ]
    return Completion(
        tuple(found[:MOST]),
        total=None if recent.more else len(found),
        has_more=recent.more or len(found) > MOST,
    )
