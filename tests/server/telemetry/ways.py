"""The ways over HTTP on which a tool is called, each in a few lines."""

from __future__ import annotations

import json
import ssl
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import httpx

from posted import HANDSHAKE, MODERN, Post, events_of, letter
from server_process import HELLO, LONGEST, request

if TYPE_CHECKING:
    from collections.abc import Mapping

Way = Literal["modern", "stateful", "stateless", "sse"]
WAYS: tuple[Way, ...] = ("modern", "stateful", "stateless", "sse")

NO_HEADERS: dict[str, str] = {}
_NO_AUTHORITY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Nothing here goes over TLS, and to load the usual authorities for each client takes long."""


def connections(headers: Mapping[str, str] = NO_HEADERS, *, most: int = 100) -> httpx.AsyncClient:
    """Return connections to servers of this machine.

    Args:
        headers: That go with each request.
        most: How many there are at a time.
    """
    limits = httpx.Limits(max_connections=most)
    return httpx.AsyncClient(timeout=LONGEST, headers=dict(headers), limits=limits, verify=_NO_AUTHORITY)


class Caller:
    """Calls one way.

    Args:
        way: The way.
        url: Of a server; one without protocol sessions where the way has none.
        headers: That go with each request, such as the user's key.
    """

    def __init__(self, way: Way, url: str, headers: Mapping[str, str] = NO_HEADERS) -> None:
        self.way = way
        self.url = url
        self.headers = dict(headers)

    async def ask(
        self, method: str, params: Mapping[str, Any], headers: Mapping[str, str] = NO_HEADERS
    ) -> dict[str, Any]:
        """Open what there is to open, ask one question, and return its answer.

        Args:
            method: What is asked for.
            params: The rest of the question, with its `_meta`.
            headers: That go with this request alone.
        """
        async with connections(self.headers) as http:
            if self.way == "sse":
                return await self._over_sse(http, method, params, headers)
            post = Post(http, f"{self.url}/mcp", MODERN if self.way == "modern" else HANDSHAKE)
            await post.open()
            post.headers.update(headers)
            answer = await post.send(letter(method, params, era=post.era, request_id=7))
            return _message(answer)

    async def call(
        self,
        tool: str,
        arguments: Mapping[str, Any],
        *,
        headers: Mapping[str, str] = NO_HEADERS,
        meta: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Call a tool."""
        params = {"name": tool, "arguments": dict(arguments), "_meta": dict(meta or {})}
        return await self.ask("tools/call", params, headers)

    async def _over_sse(
        self, http: httpx.AsyncClient, method: str, params: Mapping[str, Any], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        async with http.stream("GET", f"{self.url}/sse") as stream:
            events = events_of(stream)
            place = self.url + (await anext(events)).decode()
            await http.post(place, json=request("initialize", HELLO, "hello"))
            await anext(events)
            await http.post(place, json={"jsonrpc": "2.0", "method": "notifications/initialized"})
            await http.post(place, json=request(method, dict(params), 7), headers=dict(headers))
            answer: dict[str, Any] = json.loads(await anext(events))
            return answer


class Parent:
    """A span of somebody else's, in a trace of its own.

    Args:
        sampled: Whether its trace is wanted.
    """

    def __init__(self, *, sampled: bool = True) -> None:
        self.trace = uuid4().hex
        self.id = uuid4().hex[16:]
        self.header = f"00-{self.trace}-{self.id}-{'01' if sampled else '00'}"


def _message(answer: httpx.Response) -> dict[str, Any]:
    """Return an answer's one message, which may be an event."""
    text = answer.text
    if answer.headers["content-type"].startswith("text/event-stream"):
        text = next(line[6:] for line in text.split("\n") if line.startswith("data: {"))
    message: dict[str, Any] = json.loads(text)
    return message
