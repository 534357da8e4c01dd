"""The streams that clients hold open, which end when the server does: nobody else would end them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Streams:
    """Knows the open streams, and can close them."""

    def __init__(self) -> None:
        self._scopes: set[anyio.CancelScope] = set()

    def close(self) -> None:
        """Close all of them."""
        for scope in tuple(self._scopes):
            scope.cancel()

    def over(self, app: ASGIApp) -> ASGIApp:
        """Return an application whose streams are known here.

        Args:
            app: Answers GET requests with streams that last.
        """

        async def streamed(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["method"] != "GET":
                await app(scope, receive, send)
                return
            await self._known(app, scope, receive, send)

        return streamed

    async def _known(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        begun, done = False, False

        async def noting(message: Message) -> None:
            nonlocal begun, done
            begun = True
            done = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        lasting = anyio.CancelScope()
        self._scopes.add(lasting)
        try:
            with lasting:
                await app(scope, receive, noting)
        finally:
            self._scopes.discard(lasting)
        if lasting.cancelled_caught and begun and not done:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
