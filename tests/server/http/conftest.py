"""Requests to ASGI applications in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Innermost:
    """Responds with 200 and records what reached it."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        self.bodies.append((await receive()).get("body", b""))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


def respond(status: int, body: bytes = b"", *headers: tuple[bytes, bytes]) -> ASGIApp:
    """Return an application that sends one response."""

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})

    return app


class Asking:
    """Sends one request to an application."""

    async def __call__(
        self,
        app: ASGIApp,
        *headers: tuple[str, str],
        method: str = "GET",
        path: str = "/mcp",
        content: Any = None,
    ) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            request = httpx.Request(method, f"http://localhost{path}", headers=headers, content=content)
            return await client.send(request)


@pytest.fixture
def innermost() -> Innermost:
    return Innermost()


@pytest.fixture
def ask() -> Asking:
    return Asking()
