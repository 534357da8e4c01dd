"""Which path leads where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from vapi_sessions_mcp.http.refusal import refusal, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send


def routes(apps: Mapping[str, ASGIApp]) -> list[Route]:
    """Return the routes to applications, by path; a slash at the end makes no difference.

    Args:
        apps: By path, without a slash at the end. Whatever has another path is told where MCP is.
    """
    known = [
        Route(path, endpoint=_Endpoint(app)) for name, app in apps.items() for path in (name, f"{name}/")
    ]
    return [*known, Route("/{path:path}", endpoint=_Endpoint(_nothing_here))]


def by_path(apps: Mapping[str, ASGIApp]) -> ASGIApp:
    """Return what passes a request on to the application of its path, or says that there is none.

    Args:
        apps: By path, without a slash at the end.
    """

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        app = apps.get(scope["path"].rstrip("/"), _nothing_here)  # a route takes a line's end for nothing
        await app(scope, receive, send)

    return dispatch


class _Endpoint:
    """An ASGI application as an endpoint: Starlette would take a function for one of its own kind."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    answer = refusal(
        404, "not_found", "There is nothing at this path.", "MCP is at /mcp, and for older clients at /sse."
    )
    await refuse(answer, scope, receive, send)
