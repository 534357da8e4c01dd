"""What every answer of the emulator shares: how JSON is written, and the ``Date`` header."""

import json
from email.utils import formatdate

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class JsonResponse(JSONResponse):
    """A JSON answer that also survives half a surrogate pair, which JSON text may hold and UTF-8 may not."""

    def render(self, content: object) -> bytes:
        """Return the JSON text as UTF-8, escaped to ASCII only where there is no other way.

        Args:
            content: The value to write.

        Returns:
            Compact JSON text.
        """
        try:
            return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:
            return json.dumps(content, separators=(",", ":")).encode()


class DatedResponses:
    """Adds the ``Date`` header that an HTTP server would add.

    The application is also called in-process, where no server stands in front of it; one that does must be
    told not to send a ``Date`` of its own.

    Args:
        app: The application whose answers are dated.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a request answered, and date the answer."""

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["date"] = formatdate(usegmt=True)
            await send(message)

        await self._app(scope, receive, send_dated)
