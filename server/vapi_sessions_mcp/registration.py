"""The toolset registered with an MCP server: what is listed, and how a call's end is told."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.server.lowlevel.server import Server
from mcp.shared.exceptions import MCPError

from vapi_sessions_tools.engine.json_values import compact
from vapi_sessions_tools.errors import CallError, NetworkError, SettingsError
from vapi_sessions_tools.toolset import UnknownToolError
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcp.server.context import ServerRequestContext

    from vapi_sessions_tools.credential import Credential, MissingKey
    from vapi_sessions_tools.toolset import Tool, Toolset

SERVER_NAME = "vapi-sessions-mcp"
_logger = logging.getLogger(__name__)


def build_server(toolset: Toolset, credential: Credential | MissingKey) -> Server[Any]:
    """Return an MCP server that offers a toolset, in both protocol eras.

    Args:
        toolset: The tools.
        credential: Whose key they call with.
    """
    offered = {tool.name: tool for tool in toolset.tools}
    listed = types.ListToolsResult(tools=[_as_offered(tool) for tool in offered.values()])

    async def list_tools(
        _context: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        if params is not None and params.cursor is not None:
            raise MCPError(types.INVALID_PARAMS, "There is one page of tools; call without a cursor.")
        return listed

    async def call_tool(
        _context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        return await _call(toolset, credential, params.name, params.arguments or {})

    def schema_of(name: str) -> Mapping[str, Any] | None:
        return offered[name].input_schema if name in offered else None

    return Server(
        SERVER_NAME,
        version=__version__,
        title="Vapi Sessions",
        instructions=toolset.contract.instructions or None,
        get_tool_input_schema=schema_of,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


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


async def _call(
    toolset: Toolset, credential: Credential | MissingKey, name: str, arguments: dict[str, Any]
) -> types.CallToolResult:
    """Call a tool; whatever a model can act on is a result, whatever it cannot is a protocol error."""
    try:
        return as_result(await toolset.call(name, arguments, credential))
    except CallError as error:
        return as_result(toolset.told(error, credential), is_error=True)
    except SettingsError as error:
        unset = NetworkError(
            str(error), next_step="Ask the user to correct the setting and restart the server."
        )
        return as_result(toolset.told(unset, credential), is_error=True)
    except UnknownToolError:
        known = ", ".join(tool.name for tool in toolset.tools)
        unknown = toolset.without_key(name, credential)[:80]
        raise MCPError(types.INVALID_PARAMS, f"Unknown tool: {unknown}. The tools are {known}.") from None
    except Exception as error:  # noqa: BLE001  the last net: an exception's own text may hold what must not be told
        place = "".join(traceback.format_tb(error.__traceback__)[-3:])
        _logger.error("%s failed with %s at\n%s", name, type(error).__name__, place)  # noqa: TRY400  as above
        raise MCPError(
            types.INTERNAL_ERROR, f"{name} failed inside the server; its log tells where."
        ) from None


def as_result(result: dict[str, Any], *, is_error: bool = False) -> types.CallToolResult:
    """Return a result as MCP carries it: compact JSON text, and the same structured.

    Args:
        result: The tool's result, or its error.
        is_error: Which of the two it is.
    """
    text = compact(result)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=result, is_error=is_error
    )
