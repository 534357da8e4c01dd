"""Header values as they are meant: the space around one is no part of it (RFC 9110, 5.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


def trimmed(app: ASGIApp) -> ASGIApp:
    """Return an application that sees header values without the space around them.

    The faster of the two parsers that the HTTP server uses leaves it at the end.

    Args:
        app: What reads them.
    """

    async def trim(scope: Scope, receive: Receive, send: Send) -> None:
        if "headers" in scope:
            scope["headers"] = [(name, value.strip(b" \t")) for name, value in scope["headers"]]
        await app(scope, receive, send)

    return trim
