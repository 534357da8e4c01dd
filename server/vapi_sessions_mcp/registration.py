"""The toolset registered with an MCP server: what is listed, and what answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.server.lowlevel.server import Server

from vapi_sessions_mcp.completions import CompletionHandlers
from vapi_sessions_mcp.confirmation import Confirmation
from vapi_sessions_mcp.faults import refuse_cursor
from vapi_sessions_mcp.handshake import check_handshake
from vapi_sessions_mcp.prompts import PromptHandlers
from vapi_sessions_mcp.resources import ResourceHandlers
from vapi_sessions_mcp.tool_calls import ToolCalls
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcp.server.context import ServerRequestContext

    from vapi_sessions_mcp.caller import Identify
    from vapi_sessions_mcp.in_flight import InFlight
    from vapi_sessions_tools.toolset import Tool, Toolset

SERVER_NAME = "vapi-sessions-mcp"


def build_server(
    toolset: Toolset,
    identify: Identify,
    confirmation: Confirmation | None = None,
    in_flight: InFlight | None = None,
) -> Server[Any]:
    """Return an MCP server that offers a toolset, in both protocol eras.

    Args:
        toolset: The tools.
        identify: Tells whose key they call with.
        confirmation: Asks the user before some calls; nobody is asked when left out.
        in_flight: Ends the calls when the server stops; they are never ended when left out.
    """
    confirmation = confirmation or Confirmation()
    offered = {tool.name: tool for tool in toolset.tools}
    listed = types.ListToolsResult(tools=[_as_offered(tool) for tool in offered.values()])

    async def list_tools(
        _context: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        refuse_cursor(params)
        return listed

    def schema_of(name: str) -> Mapping[str, Any] | None:
        return offered[name].input_schema if name in offered else None

    resources, prompts = ResourceHandlers(toolset, identify), PromptHandlers(toolset, identify)
    server: Server[Any] = Server(
        SERVER_NAME,
        version=__version__,
        title="Vapi Sessions",
        instructions=toolset.contract.instructions or None,
        get_tool_input_schema=schema_of,
        on_list_tools=list_tools,
        on_call_tool=ToolCalls(toolset, identify, confirmation, in_flight).answer,
        on_list_resources=resources.listed,
        on_list_resource_templates=resources.templates,
        on_read_resource=resources.read,
        on_list_prompts=prompts.listed if prompts.some else None,
        on_get_prompt=prompts.get if prompts.some else None,
        on_completion=CompletionHandlers(toolset, identify).complete,
    )
    server.middleware.append(check_handshake)
    server.middleware.append(confirmation.boundary(SERVER_NAME, identify))
    return server


def _as_offered(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema,
        annotations=types.ToolAnnotations(
            title=tool.title,
            read_only_hint=tool.hints.read_only,
            destructive_hint=tool.hints.destructive,
            idempotent_hint=tool.hints.idempotent,
            open_world_hint=tool.hints.open_world,
        ),
    )
