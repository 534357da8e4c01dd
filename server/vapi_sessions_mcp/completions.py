"""Completions as MCP serves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mcp_types as types

from vapi_sessions_mcp.faults import told_as_faults
from vapi_sessions_tools.completions import Completions

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

    from vapi_sessions_tools.credential import Credential, MissingKey
    from vapi_sessions_tools.toolset import Toolset


class CompletionHandlers:
    """Completes what is typed into an argument.

    Args:
        toolset: The tools, with which sessions are listed.
        credential: Whose sessions they are.
    """

    def __init__(self, toolset: Toolset, credential: Credential | MissingKey) -> None:
        self._toolset = toolset
        self._credential = credential
        self._completions = Completions(toolset)

    async def complete(
        self, _context: ServerRequestContext[Any], params: types.CompleteRequestParams
    ) -> types.CompleteResult:
        """Return what an argument may be going to be; nothing where that is not known.

        Raises:
            MCPError: The server is at fault.
        """
        reference = (
            params.ref.uri if isinstance(params.ref, types.ResourceTemplateReference) else params.ref.name
        )
        with told_as_faults(self._toolset, self._credential, "completing an argument"):
            found = await self._completions.complete(
                reference, params.argument.name, params.argument.value, self._credential
            )
        return types.CompleteResult(
            completion=types.Completion(values=list(found.values), total=found.total, has_more=found.has_more)
        )
