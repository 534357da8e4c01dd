"""MCP messages posted by hand, as each protocol era writes them over Streamable HTTP."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from server_process import HELLO, INITIALIZED, PROTOCOL, request

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Mapping

    import httpx

HANDSHAKE = PROTOCOL
MODERN = "2026-07-28"
SESSION = "mcp-session-id"

_MEDIA = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
_NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
_META = "io.modelcontextprotocol/"


@dataclass(frozen=True)
class Letter:
    """A message and the headers that go with it."""

    headers: dict[str, str]
    json: dict[str, Any]


def letter(
    method: str,
    params: Mapping[str, Any] | None = None,
    *,
    era: str,
    request_id: int | str = 1,
    capabilities: Mapping[str, Any] | None = None,
) -> Letter:
    """Return a request as an era writes it; capabilities are those of a modern client."""
    given = dict(params or {})
    headers = {**_MEDIA, "mcp-protocol-version": era}
    if era == HANDSHAKE:
        return Letter(headers, request(method, given, request_id))
    stated = {f"{_META}protocolVersion": era, f"{_META}clientCapabilities": dict(capabilities or {})}
    given["_meta"] = {**given.get("_meta", {}), **stated}
    headers["mcp-method"] = method
    if method in _NAMED and _NAMED[method] in given:
        headers["mcp-name"] = given[_NAMED[method]]
    return Letter(headers, request(method, given, request_id))


def tool_call(
    tool: str, arguments: Mapping[str, Any], *, era: str, request_id: int | str = 1, token: str | None = None
) -> Letter:
    """Return the request that calls a tool; with a token it asks for progress."""
    params: dict[str, Any] = {"name": tool, "arguments": dict(arguments)}
    if token is not None:
        params["_meta"] = {"progressToken": token}
    return letter("tools/call", params, era=era, request_id=request_id)


@dataclass
class Post:
    """Posts the messages of one user; `headers` go with every one, each request has an id of its own."""

    http: httpx.AsyncClient
    url: str
    era: str
    headers: dict[str, str] = field(default_factory=dict[str, str])
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def open(self, capabilities: Mapping[str, Any] | None = None) -> str | None:
        """Open a protocol session, where the era has any; its id goes with every message from now on."""
        if self.era != HANDSHAKE:
            return None
        hello = {**HELLO, "capabilities": dict(capabilities or {})}
        answer = await self.send(letter("initialize", hello, era=HANDSHAKE, request_id="hello"))
        assert answer.status_code == 200, answer.text
        opened: str | None = answer.headers.get(SESSION)
        if opened is not None:
            self.headers = {**self.headers, SESSION: opened}
        assert (await self.send(Letter(dict(_MEDIA), INITIALIZED))).status_code == 202
        return opened

    async def send(self, sent: Letter) -> httpx.Response:
        """Post a message and return the response."""
        return await self.http.post(self.url, json=sent.json, headers={**sent.headers, **self.headers})

    async def ask(self, method: str, params: Mapping[str, Any] | None = None) -> httpx.Response:
        """Post a request."""
        return await self.send(letter(method, params, era=self.era, request_id=next(self.numbers)))

    async def call(
        self, tool: str, arguments: Mapping[str, Any], *, token: str | None = None
    ) -> httpx.Response:
        """Call a tool."""
        number = next(self.numbers)
        return await self.send(tool_call(tool, arguments, era=self.era, request_id=number, token=token))


async def events_of(stream: httpx.Response) -> AsyncGenerator[bytes]:
    """Yield the data of each event of a stream; only a newline ends a line, as the format has it."""
    rest = b""
    async for part in stream.aiter_bytes():
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            if line.startswith(b"data: "):
                yield line[6:].rstrip(b"\r")
