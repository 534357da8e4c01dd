"""Resources as MCP serves them: listed, and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.shared.exceptions import MCPError
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from vapi_sessions_mcp.faults import refuse_cursor, told_as_faults
from vapi_sessions_tools.offered import UnknownResourceError
from vapi_sessions_tools.resources import Resources

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

    from vapi_sessions_mcp.caller import Identify
    from vapi_sessions_tools.toolset import Toolset

RESOURCE_NOT_FOUND = -32002
"""The code of the handshake era; from 2026-07-28 on it is that of invalid parameters (SEP-2164)."""


_LONGEST_URI = 1_000


class ResourceHandlers:
    """Answers what a client asks of resources.

    Args:
        toolset: The tools, with which sessions are read.
        identify: Tells whose key they are read with.
    """

    def __init__(self, toolset: Toolset, identify: Identify) -> None:
        self._toolset = toolset
        self._identify = identify
        self._resources = Resources(toolset)

    async def listed(
        self, _context: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        """List the resources that are always there."""
        refuse_cursor(params)
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=one.uri,
                    name=one.name,
                    title=one.title,
                    description=one.description,
                    mime_type=one.media_type,
                )
                for one in self._resources.resources
            ]
        )

    async def templates(
        self, _context: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        """List the resources that have a place to fill in."""
        refuse_cursor(params)
        return types.ListResourceTemplatesResult(
            resource_templates=[
                types.ResourceTemplate(
                    uri_template=one.uri,
                    name=one.name,
                    title=one.title,
                    description=one.description,
                    mime_type=one.media_type,
                )
                for one in self._resources.templates
            ]
        )

    async def read(
        self, context: ServerRequestContext[Any], params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """Read a resource.

        Raises:
            MCPError: There is none of that URI, or it could not be read.
        """
        credential = self._identify(context).credential
        with told_as_faults(self._toolset, credential, "reading a resource"):
            try:
                if len(params.uri) > _LONGEST_URI:
                    raise self._not_found(context, f"{params.uri[:_LONGEST_URI]}...")
                content = await self._resources.read(params.uri, credential)
            except UnknownResourceError:
                raise self._not_found(context, params.uri) from None
        text = types.TextResourceContents(uri=params.uri, mime_type=content.media_type, text=content.text)
        return types.ReadResourceResult(contents=[text])

    def _not_found(self, context: ServerRequestContext[Any], uri: str) -> MCPError:
        handshake = context.protocol_version in HANDSHAKE_PROTOCOL_VERSIONS
        code = RESOURCE_NOT_FOUND if handshake else types.INVALID_PARAMS
        told = self._toolset.without_key(uri, self._identify(context).credential)
        return MCPError(code, "Resource not found", data={"uri": told})
