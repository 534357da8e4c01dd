"""One line in the log for each request: where, how it ended, how long it took; nothing of what was in it."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from vapi_sessions_mcp.http.problem_details import REST_DOCUMENT

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_logger = logging.getLogger(__name__)

_PATHS = ("/mcp", "/sse", "/messages", "/healthz", "/readyz", "/metrics", REST_DOCUMENT)
_PROBED = ("/healthz", "/readyz", "/metrics")
TEMPLATE = "path_template"
"""In a request's state: the template of its path, where it names something."""

_METHODS = ("GET", "POST", "DELETE", "OPTIONS", "HEAD", "PUT", "PATCH")


class AccessLog:
    """Writes down each request when it has been answered.

    A path that is none of the server's own is not written: somebody's secret may be in it by mistake, as
    may one in a query. Probes that are content are passed over.

    Args:
        app: Answers the requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and write down how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0  # stays so when the client is gone before it was answered

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        begun = time.perf_counter()
        try:
            await self._app(scope, receive, noting)
        finally:
            _write(scope, status, time.perf_counter() - begun)


def known_path(scope: Scope) -> str:
    """Return the path that a request is for, or `other` where it is none of the server's.

    Of a path that names something, its template; that is known when the request has been answered.
    """
    path: str = scope["path"].rstrip("/")
    template: str = scope.get("state", {}).get(TEMPLATE, "other")
    return path if path in _PATHS else template


def _write(scope: Scope, status: int, seconds: float) -> None:
    path = known_path(scope)
    if path in _PROBED and status == 200:
        return
    told: dict[str, str | int | float] = {
        "method": scope["method"] if scope["method"] in _METHODS else "other",
        "path": path,
        "status": status,
        "ms": round(seconds * 1000, 1),
    }
    caller = scope.get("state", {}).get("caller")
    if caller is not None and caller.principal is not None:
        told["caller"] = caller.principal[:8]
    _logger.info("request", extra={"fields": told})
