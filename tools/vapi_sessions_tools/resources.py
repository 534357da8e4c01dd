"""All resources of a toolset: what can be read, and reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_tools.schema_resources import INDEX, TYPE, SchemaResources
from vapi_sessions_tools.sessions.reading import SessionReader
from vapi_sessions_tools.sessions.session_resources import SessionResources

if TYPE_CHECKING:
    from vapi_sessions_tools.credential import Credential, MissingKey
    from vapi_sessions_tools.offered import Content, Resource
    from vapi_sessions_tools.toolset import Toolset


class Resources:
    """The resources that go with a toolset.

    Args:
        toolset: The tools; a session that they do not read is no resource either.
    """

    def __init__(self, toolset: Toolset) -> None:
        self._schema = SchemaResources(toolset.contract.shapes)
        self._sessions = SessionResources(SessionReader(toolset))

    @property
    def resources(self) -> tuple[Resource, ...]:
        """Those that are always there."""
        return (INDEX,)

    @property
    def templates(self) -> tuple[Resource, ...]:
        """Those that have a place to fill in."""
        return (*self._sessions.templates, TYPE)

    async def read(self, uri: str, credential: Credential | MissingKey) -> Content:
        """Return what a resource holds.

        Args:
            uri: Of the resource.
            credential: Whose key to call with, where the API is asked.

        Raises:
            UnknownResourceError: There is no such resource, or no longer.
            CallError: It could not be read.
        """
        if self._schema.reads(uri):
            return self._schema.read(uri)
        return await self._sessions.read(uri, credential)
