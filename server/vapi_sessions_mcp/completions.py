"""Completions as MCP serves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mcp_types as types

from vapi_sessions_mcp.faults import told_as_faults
from vapi_sessions_tools.completions import Completions

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

    from vapi_sessions_mcp.caller import Identify
    from vapi_sessions_tools.toolset import Toolset


class CompletionHandlers:
    """Completes what is typed into an argument.

    Args:
        toolset: The tools, with which sessions are listed.
        identify: Tells whose sessions they are.
    """

    def __init__(self, toolset: Toolset, identify: Identify) -> None:
        self._toolset = toolset
        self._identify = identify
        self._completions = Completions(toolset)

    async def complete(
        self, context: ServerRequestContext[Any], params: types.CompleteRequestParams
    ) -> types.CompleteResult:
        """Return what an argument may be going to be; nothing where that is not known.

        Raises:
            MCPError: The server is at fault.
        """
        reference = (
            params.ref.uri if isinstance(params.ref, types.ResourceTemplateReference) else params.ref.name
        )
        credential = self._identify(context).credential
        with told_as_faults(self._toolset, credential, "completing an argument"):
            found = await self._completions.complete(
                reference, params.argument.name, params.argument.value, credential
            )
        return types.CompleteResult(
            completion=types.Completion(values=list(found.values), total=found.total, has_more=found.has_more)
        )
