"""A request's headers as they are meant, and no more of them than anybody needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_mcp.http.connection import LARGEST_HEAD
from vapi_sessions_mcp.http.refusal import refusal, refuse

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

MOST_HEADERS = 200
"""Headers of a request."""


def trimmed(app: ASGIApp) -> ASGIApp:
    """Return an application that sees header values without the space around them (RFC 9110, 5.5).

    The faster of the two parsers that the HTTP server uses leaves it at the end. And it takes a head of any
    size that comes in one piece: one that is too large, or of too many headers, is refused here.

    Args:
        app: What reads them.
    """

    async def trim(scope: Scope, receive: Receive, send: Send) -> None:
        if "headers" in scope:
            scope["headers"] = [(name, value.strip(b" \t")) for name, value in scope["headers"]]
            if len(scope["headers"]) > MOST_HEADERS or _size(scope) > LARGEST_HEAD:
                await refuse(_too_large(), scope, receive, send)
                return
        await app(scope, receive, send)

    return trim


def _size(scope: Scope) -> int:
    target = len(scope.get("raw_path") or b"") + len(scope.get("query_string", b""))
    return target + sum(len(name) + len(value) for name, value in scope["headers"])


def _too_large() -> Response:
    message = f"The request's head has more than {MOST_HEADERS} headers or {LARGEST_HEAD} bytes."
    return refusal(431, "head_too_large", message, "Send fewer headers, and a shorter path.")
