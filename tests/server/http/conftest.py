"""ASGI applications asked in this process, and one that says what reached it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Innermost:
    """Answers 200 and writes down what reached it."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read a request and answer it."""
        self.scopes.append(scope)
        if scope["type"] != "http":
            return
        message = await receive()
        self.bodies.append(message.get("body", b""))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps({}).encode()})


@pytest.fixture
def innermost() -> Innermost:
    """What is behind the application that is tested."""
    return Innermost()


class Asking:
    """Asks an application."""

    async def __call__(
        self,
        app: ASGIApp,
        *headers: tuple[str, str],
        method: str = "GET",
        path: str = "/mcp",
        content: Any = None,
    ) -> httpx.Response:
        """Send one request and return the answer."""
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            request = httpx.Request(method, f"http://localhost{path}", headers=headers, content=content)
            return await client.send(request)


@pytest.fixture
def ask() -> Asking:
    """Asks an application."""
    return Asking()
