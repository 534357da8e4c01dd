"""`vapi-sessions-mcp`: the server an MCP client starts."""

from __future__ import annotations

import gc
from functools import partial
from typing import TYPE_CHECKING

import anyio

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.caller import only_caller
from vapi_sessions_mcp.confirmation import Confirmation
from vapi_sessions_mcp.registration import build_server
from vapi_sessions_mcp.stdio import serve_stdio

if TYPE_CHECKING:
    from vapi_sessions_mcp.settings import Settings

_AFTER_DEADLINE = 5.0
"""Seconds beyond a call's own deadline in which its answer is written."""


def run(settings: Settings) -> int:
    """Serve one client and return the exit status."""
    return anyio.run(partial(_serve, settings))


async def _serve(settings: Settings) -> int:
    toolset = assemble(settings)
    server = build_server(toolset, only_caller(settings.credential), Confirmation(settings.confirm))
    gc.freeze()  # what is loaded by now stays: the collector need not look at it again
    gc.enable()
    try:
        return await serve_stdio(server, drain=settings.timeout + _AFTER_DEADLINE)
    finally:
        await toolset.aclose()
