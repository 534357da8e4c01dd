"""Which path leads where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from vapi_sessions_mcp.http.problem_details import is_rest
from vapi_sessions_mcp.http.refusal import refusal, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send


def routes(apps: Mapping[str, ASGIApp], below: Mapping[str, ASGIApp] | None = None) -> list[Route]:
    """Return the routes to applications, by path; a slash at the end makes no difference.

    Args:
        apps: By path, without a slash at the end. Whatever has another path is told where MCP is.
        below: By the path below which all is theirs, and which is theirs as well.
    """
    known = [
        Route(path, endpoint=_Endpoint(app)) for name, app in apps.items() for path in (name, f"{name}/")
    ]
    known += [
        Route(path, endpoint=_Endpoint(app))
        for name, app in (below or {}).items()
        for path in (name, f"{name}/{{rest:path}}")
    ]
    return [*known, Route("/{path:path}", endpoint=_Endpoint(_nothing_here))]


def by_path(apps: Mapping[str, ASGIApp], below: Mapping[str, ASGIApp] | None = None) -> ASGIApp:
    """Return what passes a request on to the application of its path, or says that there is none.

    Args:
        apps: By path, without a slash at the end.
        below: By the path below which all is theirs, and which is theirs as well.
    """

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].rstrip("/")
        above = (app for name, app in (below or {}).items() if f"{path}/".startswith(f"{name}/"))
        app = apps.get(path) or next(above, _nothing_here)  # a route takes a line's end for nothing
        await app(scope, receive, send)

    return dispatch


class _Endpoint:
    """An ASGI application as an endpoint: Starlette would take a function for one of its own kind."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    way_out = "MCP is at /mcp, and for older clients at /sse."
    if is_rest(scope):
        way_out += " For plain JSON over HTTP, let the server's operator start it with --rest."
    answer = refusal(404, "not_found", "There is nothing at this path.", way_out)
    await refuse(answer, scope, receive, send)
