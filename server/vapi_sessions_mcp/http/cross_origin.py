"""Web pages that may call the server, told so in the browser's own words (CORS, Fetch Standard)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.middleware.cors import CORSMiddleware

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from vapi_sessions_mcp.http.http_settings import HttpSettings

_TOLD = ("mcp-session-id", "mcp-protocol-version", "www-authenticate", "retry-after", "link")
"""Headers that a page's program may read."""

_PAGES_HERE = r"https?://(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?"


def cross_origin(app: ASGIApp, http: HttpSettings) -> ASGIApp:
    """Return an application that answers browsers' questions whether a page may call it.

    Args:
        app: What is behind it; origins that may not call it do not get so far.
        http: Names the origins.
    """
    if not http.allowed_origins and not http.local:
        return app
    return CORSMiddleware(
        app,
        allow_origins=http.allowed_origins,
        allow_origin_regex=_PAGES_HERE if http.local else None,
        allow_methods=("GET", "POST", "PATCH", "DELETE") if http.rest else ("GET", "POST", "DELETE"),
        allow_headers=("*",),
        expose_headers=_TOLD,
    )
