"""How a tool call goes through the server, and how its end is told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.shared.exceptions import MCPError

from vapi_sessions_mcp.faults import inside, unusable
from vapi_sessions_mcp.in_flight import InFlight, StoppedError
from vapi_sessions_mcp.progress import Progress
from vapi_sessions_tools.engine.json_values import result_text
from vapi_sessions_tools.errors import CallError, SettingsError
from vapi_sessions_tools.sessions.subject import SubjectReader
from vapi_sessions_tools.toolset import UnknownToolError

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

    from vapi_sessions_mcp.caller import Identify
    from vapi_sessions_mcp.confirmation import Confirmation
    from vapi_sessions_tools.credential import Credential, MissingKey
    from vapi_sessions_tools.preparation import Prepared
    from vapi_sessions_tools.toolset import Toolset


class ToolCalls:
    """Answers the calls of a toolset.

    Args:
        toolset: The tools.
        identify: Tells whose key they call with.
        confirmation: Asks the user first, where the operator wants it.
        in_flight: Ends the calls when the server stops.
    """

    def __init__(
        self,
        toolset: Toolset,
        identify: Identify,
        confirmation: Confirmation,
        in_flight: InFlight | None = None,
    ) -> None:
        self._toolset = toolset
        self._identify = identify
        self._confirmation = confirmation
        self._subjects = SubjectReader(toolset)
        self._in_flight = InFlight() if in_flight is None else in_flight

    async def answer(
        self, context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        """Call a tool; whatever a model can act on is a result, whatever it cannot is a protocol error.

        Raises:
            MCPError: There is no such tool, or the server is at fault.
        """
        name, toolset, credential = params.name, self._toolset, self._identify(context).credential
        try:
            return await self._outcome(context, params, credential)
        except CallError as error:
            return as_result(toolset.told(error, credential), is_error=True)
        except SettingsError as error:
            return as_result(toolset.told(unusable(error), credential), is_error=True)
        except UnknownToolError:
            known = ", ".join(tool.name for tool in toolset.tools)
            unknown = toolset.without_key(name, credential)[:80]
            raise MCPError(types.INVALID_PARAMS, f"Unknown tool: {unknown}. The tools are {known}.") from None
        except Exception as error:  # noqa: BLE001  the last net
            raise inside(name, error) from None

    async def _outcome(
        self,
        context: ServerRequestContext[Any],
        params: types.CallToolRequestParams,
        credential: Credential | MissingKey,
    ) -> types.CallToolResult | types.InputRequiredResult:
        toolset = self._toolset
        prepared = await toolset.aprepare(params.name, params.arguments or {}, credential)
        sent = False
        try:
            with self._in_flight.call():
                if self._confirmation.is_wanted(params.name):
                    question = partial(self._question, prepared, credential)
                    asked = await self._confirmation.obtain(question, context, params)
                    if asked is not None:
                        return asked
                progress = Progress(context.session.report_progress)
                sent = True
                return as_result(await toolset.send(prepared, credential, on_pause=progress))
        except StoppedError:
            raise toolset.interrupted(prepared, sent=sent) from None

    async def _question(self, prepared: Prepared, credential: Credential | MissingKey) -> str:
        subject = await self._subjects.describe(prepared, credential)
        return await self._toolset.aquestion(prepared, credential, subject)


def as_result(result: dict[str, Any], *, is_error: bool = False) -> types.CallToolResult:
    """Return a result as MCP carries it: compact JSON text, and the same structured.

    Args:
        result: The tool's result, or its error.
        is_error: Which of the two it is.
    """
    text = result_text(result)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=result, is_error=is_error
    )
