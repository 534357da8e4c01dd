"""Prompts as MCP serves them: listed, and made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.shared.exceptions import MCPError

from vapi_sessions_mcp.faults import refuse_cursor, told_as_faults
from vapi_sessions_tools.offered import WrongPromptError
from vapi_sessions_tools.sessions.prompts import SessionPrompts

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

    from vapi_sessions_mcp.caller import Identify
    from vapi_sessions_tools.offered import Prompt
    from vapi_sessions_tools.toolset import Toolset


class PromptHandlers:
    """Answers what a client asks of prompts.

    Args:
        toolset: The tools, with which their material is read.
        identify: Tells whose key it is read with.
    """

    def __init__(self, toolset: Toolset, identify: Identify) -> None:
        self._toolset = toolset
        self._identify = identify
        self._prompts = SessionPrompts(toolset)

    @property
    def some(self) -> bool:
        """Whether there is any prompt to offer."""
        return bool(self._prompts.prompts)

    async def listed(
        self, _context: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListPromptsResult:
        """List the prompts."""
        refuse_cursor(params)
        return types.ListPromptsResult(prompts=[_as_offered(prompt) for prompt in self._prompts.prompts])

    async def get(
        self, context: ServerRequestContext[Any], params: types.GetPromptRequestParams
    ) -> types.GetPromptResult:
        """Make a prompt's messages.

        Raises:
            MCPError: There is no such prompt, it is asked for wrongly, or its material could not be read.
        """
        credential = self._identify(context).credential
        with told_as_faults(self._toolset, credential, "making a prompt"):
            try:
                texts = await self._prompts.get(params.name, params.arguments or {}, credential)
            except WrongPromptError as error:
                told = self._toolset.without_key(str(error), credential)
                raise MCPError(types.INVALID_PARAMS, told) from None
        return types.GetPromptResult(
            messages=[
                types.PromptMessage(role="user", content=types.TextContent(type="text", text=text))
                for text in texts
            ]
        )


def _as_offered(prompt: Prompt) -> types.Prompt:
    return types.Prompt(
        name=prompt.name,
        title=prompt.title,
        description=prompt.description,
        arguments=[
            types.PromptArgument(
                name=argument.name, description=argument.description, required=argument.required
            )
            for argument in prompt.arguments
        ],
    )
