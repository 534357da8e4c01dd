"""Rules of the `initialize` handshake that the SDK leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

if TYPE_CHECKING:
    from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

BATCH_VERSION = "2025-03-26"
"""The revision that requires servers to accept JSON-RPC batches, which this server does not."""

_OFFERED_INSTEAD = "2024-11-05"  # a client whose newest revision is BATCH_VERSION knows this one and no newer

HANDSHAKE_VERSIONS = tuple(version for version in HANDSHAKE_PROTOCOL_VERSIONS if version != BATCH_VERSION)
"""The revisions that this server agrees on."""


async def check_handshake(ctx: ServerRequestContext[Any], call_next: CallNext) -> HandlerResult:
    """Server middleware that declines the revision with batches, and serves nobody whose handshake failed."""
    if ctx.method == "initialize":
        if isinstance(ctx.params, dict) and ctx.params.get("protocolVersion") == BATCH_VERSION:
            # Changed in place: the SDK reads the parameters once for its answer and once for the connection.
            ctx.params["protocolVersion"] = _OFFERED_INSTEAD
    elif ctx.method == "notifications/initialized" and ctx.session.client_params is None:
        return None  # to the SDK this notification alone completes a handshake
    return await call_next(ctx)
