"""The transports, in both protocol eras, and how a client is connected over each."""

from __future__ import annotations

from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client

from in_process import http_server
from real_client import Connected, connected
from server_process import KEY
from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.caller import only_caller
from vapi_sessions_mcp.confirmation import Confirmation
from vapi_sessions_mcp.registration import build_server
from vapi_sessions_mcp.settings import Flags, resolve

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from mcp.client.session import ElicitationFnT

HANDSHAKE = "legacy"
MODERN = "auto"  # the client finds out by itself that the server is of the modern era
CONFIRMED = "delete_session"
"""The tool before whose calls every server asks the user."""


@dataclass(frozen=True)
class Transport:
    """A way between client and server; `era` is the mode of the SDK's client.

    One that is not `two_way` cannot ask the user nor cancel a call: each is a message that belongs to an
    earlier one, which in the handshake era only a server with protocol sessions knows.
    """

    carrier: Literal["memory", "stdio", "stateful", "stateless", "sse"]
    era: str
    two_way: bool = True

    @property
    def name(self) -> str:
        return f"{self.carrier}-{'handshake' if self.era == HANDSHAKE else 'modern'}"


TRANSPORTS = (
    Transport("memory", HANDSHAKE),
    Transport("memory", MODERN),
    Transport("stdio", HANDSHAKE),
    Transport("stdio", MODERN),
    Transport("stateful", HANDSHAKE),
    Transport("stateful", MODERN),
    Transport("stateless", HANDSHAKE, two_way=False),
    Transport("stateless", MODERN),
    Transport("sse", HANDSHAKE),
)


@dataclass
class Servers:
    """The servers in front of one upstream; each is started when it is first used."""

    upstream_url: str
    ending: ExitStack
    _urls: dict[bool, str] = field(default_factory=dict[bool, str])

    @property
    def flags(self) -> tuple[str, ...]:
        return ("--base-url", self.upstream_url, "--confirm", CONFIRMED)

    def over_http(self, *, stateless: bool) -> str:
        """Return the URL of a server in this process."""
        if stateless not in self._urls:
            flags = (*self.flags, "--stateless") if stateless else self.flags
            self._urls[stateless] = self.ending.enter_context(http_server(*flags))
        return self._urls[stateless]


@asynccontextmanager
async def connect(
    transport: Transport, servers: Servers, user: ElicitationFnT | None = None
) -> AsyncGenerator[Connected]:
    """Connect a client; the user, if any, answers the questions of the server."""
    carrier, era = transport.carrier, transport.era
    if carrier in ("memory", "stdio"):
        over_stdio = connected(*servers.flags, mode=era, user=user, VAPI_API_KEY=KEY)
        async with in_memory(servers, era, user) if carrier == "memory" else over_stdio as api:
            yield api
        return
    url = servers.over_http(stateless=carrier == "stateless")
    wire = sse_client(f"{url}/sse") if carrier == "sse" else streamable_http_client(f"{url}/mcp")
    async with Client(wire, mode=era, elicitation_callback=user) as client:
        yield Connected(client)


@asynccontextmanager
async def in_memory(
    servers: Servers, era: str, user: ElicitationFnT | None = None
) -> AsyncGenerator[Connected]:
    """Connect a client to a server without any wire."""
    settings = resolve(Flags(base_url=servers.upstream_url, confirm=CONFIRMED), {"VAPI_API_KEY": KEY})
    toolset = assemble(settings)
    server = build_server(toolset, only_caller(settings.credential), Confirmation(settings.confirm))
    async with Client(server, mode=era, elicitation_callback=user) as client:
        yield Connected(client)
    await toolset.aclose()
