"""Requests over each transport on HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import httpx
from prometheus_client.parser import text_string_to_metric_families

from posted import HANDSHAKE, MODERN, Post, events_of, letter
from server_process import HELLO, INITIALIZED, LONGEST, request

if TYPE_CHECKING:
    from collections.abc import Mapping

Way = Literal["modern", "stateful", "stateless", "sse"]
WAYS: tuple[Way, ...] = ("modern", "stateful", "stateless", "sse")
NOTHING: dict[str, Any] = {}


def connections(headers: Mapping[str, str] = NOTHING) -> httpx.AsyncClient:
    """Return connections to servers of this machine."""
    return httpx.AsyncClient(timeout=LONGEST, headers=dict(headers), verify=False)  # nothing goes over TLS


async def samples(url: str) -> dict[tuple[str, ...], float]:
    """Return what is counted, by the name without its prefix and the values of the labels."""
    async with connections() as http:
        text = (await http.get(f"{url}/metrics")).text
    return {
        (
            one.name.removeprefix("vapi_sessions_"),
            *(value for _, value in sorted(one.labels.items())),
        ): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


class Parent:
    """A span of another program, in a trace of its own."""

    def __init__(self, *, sampled: bool = True) -> None:
        self.trace = uuid4().hex
        self.id = uuid4().hex[16:]
        self.header = f"00-{self.trace}-{self.id}-{'01' if sampled else '00'}"


class Caller:
    """Makes each request one way and in a new session; `headers` go with every message."""

    def __init__(self, way: Way, url: str, headers: Mapping[str, str] = NOTHING) -> None:
        self._way = way
        self.url = url
        self.headers = dict(headers)

    async def ask(self, method: str, params: dict[str, Any], headers: Mapping[str, str] = NOTHING) -> Any:
        """Make a request, with headers of its own, and return the response."""
        async with connections(self.headers) as http:
            if self._way != "sse":
                post = Post(http, f"{self.url}/mcp", MODERN if self._way == "modern" else HANDSHAKE)
                await post.open()
                post.headers.update(headers)
                return (await post.send(letter(method, params, era=post.era))).json()
            async with http.stream("GET", f"{self.url}/sse") as stream:
                events = events_of(stream)
                place = self.url + (await anext(events)).decode()
                await http.post(place, json=request("initialize", HELLO, "hello"))
                await anext(events)
                await http.post(place, json=INITIALIZED)
                await http.post(place, json=request(method, params), headers=dict(headers))
                return json.loads(await anext(events))

    async def call(self, tool: str, arguments: dict[str, Any], parent: str = "", **meta: str) -> Any:
        """Call a tool, in the trace that a header names."""
        headers = {"traceparent": parent, "baggage": "who=ada"} if parent else NOTHING
        return await self.ask("tools/call", {"name": tool, "arguments": arguments, "_meta": meta}, headers)
