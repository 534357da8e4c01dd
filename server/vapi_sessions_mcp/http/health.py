"""Whether the process lives, and whether it is of use: asked by whatever keeps it running."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
from starlette.responses import JSONResponse

from vapi_sessions_mcp.http.refusal import not_allowed, refuse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from vapi_sessions_mcp.http.stopping import Stopping
    from vapi_sessions_tools.toolset import Toolset

_KNOWN_FOR = 10.0
"""Seconds that an answer is taken for true, so that probes do not become load on the API."""

_PATIENCE = 2.5
"""Seconds in which the API must answer; common probes wait a little longer."""

_READING = ("GET", "HEAD")


def only_read(app: ASGIApp) -> ASGIApp:
    """Return an application that only answers who reads.

    Args:
        app: Answers them.
    """

    async def read(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in _READING:
            await app(scope, receive, send)
            return
        await refuse(not_allowed("This path can only be read.", *_READING), scope, receive, send)

    return read


async def _alive(scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse({"status": "ok"})(scope, receive, send)


healthy = only_read(_alive)
"""Says that the process lives; that it can say so is all."""


def readiness(toolset: Toolset, stopping: Stopping) -> ASGIApp:
    """Return what says whether requests should be sent here.

    Args:
        toolset: Knows whether the API can be reached; nobody's key is used to find out.
        stopping: Whether the server is about to be gone.
    """
    reach = Reach(toolset)

    async def ready(scope: Scope, receive: Receive, send: Send) -> None:
        if stopping.begun:
            answer = JSONResponse({"status": "stopping"}, 503)
        elif await reach.there():
            answer = JSONResponse({"status": "ok"})
        else:
            answer = JSONResponse({"status": "the API cannot be reached"}, 503)
        await answer(scope, receive, send)

    return only_read(ready)


class Reach:
    """Whether the API can be reached, as it was found a moment ago.

    Args:
        toolset: Asks it.
        patience: Seconds in which it must answer.
        known_for: Seconds that an answer is taken for true.
    """

    def __init__(
        self, toolset: Toolset, *, patience: float = _PATIENCE, known_for: float = _KNOWN_FOR
    ) -> None:
        self._toolset = toolset
        self._patience = patience
        self._known_for = known_for
        self._one_at_a_time = anyio.Lock()
        self._there = False
        self._until = float("-inf")

    async def there(self) -> bool:
        """Whether it can; who asks at the same time shares one answer."""
        async with self._one_at_a_time:
            if anyio.current_time() >= self._until:
                self._there = await self._toolset.reachable(self._patience)
                self._until = anyio.current_time() + self._known_for
        return self._there
