"""The transports, in both protocol eras, and how a client is connected over each."""

from __future__ import annotations

from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client

from real_client import KEY, Connected, connected
from served import Served, serving_http
from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.caller import only_caller
from vapi_sessions_mcp.confirmation import Confirmation
from vapi_sessions_mcp.registration import build_server
from vapi_sessions_mcp.settings import Flags, resolve

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from types import TracebackType

    from mcp.client.session import ElicitationFnT

HANDSHAKE = "legacy"
MODERN = "auto"  # the client finds out by itself that the server is of the modern era
ASKED = "delete_session"
"""The tool that the user is asked about, where the user is asked."""


@dataclass(frozen=True)
class Transport:
    """A way between client and server.

    Args:
        carrier: What carries messages.
        era: How the client speaks; of the SDK's client, its mode.
        can_ask: Whether the server can ask the user; not where it must send a request of its own and there
            is no way back for the answer.
        hears_cancellation: Whether a client can take a call back; not where the message that takes it back
            may reach another process than the call did.
    """

    carrier: Literal["memory", "stdio", "stateful", "stateless", "sse"]
    era: str
    can_ask: bool = True
    hears_cancellation: bool = True

    @property
    def name(self) -> str:
        """Its name in a test's own."""
        return f"{self.carrier}-{'handshake' if self.era == HANDSHAKE else 'modern'}"


TRANSPORTS = (
    Transport("memory", HANDSHAKE),
    Transport("memory", MODERN),
    Transport("stdio", HANDSHAKE),
    Transport("stdio", MODERN),
    Transport("stateful", HANDSHAKE),
    Transport("stateful", MODERN),
    Transport("stateless", HANDSHAKE, can_ask=False, hears_cancellation=False),
    Transport("stateless", MODERN),
    Transport("sse", HANDSHAKE),
)


class Servers:
    """The servers over HTTP, each started when it is first wanted, all in front of one upstream.

    Args:
        upstream_url: The upstream's address.
    """

    def __init__(self, upstream_url: str) -> None:
        self.upstream_url = upstream_url
        self._running: dict[tuple[bool, bool], Served] = {}
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.close()

    def over_http(self, *, stateless: bool, asking: bool = False) -> str:
        """Return the address of a server.

        Args:
            stateless: Whether it keeps no protocol sessions.
            asking: Whether it asks the user before it deletes.
        """
        if (stateless, asking) not in self._running:
            flags = [*self.flags(asking=asking), *(["--stateless"] if stateless else [])]
            self._running[stateless, asking] = self._ending.enter_context(
                serving_http(*flags, VAPI_API_KEY=KEY)
            )
        return self._running[stateless, asking].url

    def flags(self, *, asking: bool) -> list[str]:
        """Return what every server is started with."""
        return ["--base-url", self.upstream_url, *(["--confirm", ASKED] if asking else [])]


@dataclass(frozen=True)
class Connect:
    """Connects clients over one transport.

    Args:
        transport: The transport.
        servers: What they are connected to.
    """

    transport: Transport
    servers: Servers

    @asynccontextmanager
    async def __call__(
        self, *, asking: bool = False, user: ElicitationFnT | None = None
    ) -> AsyncGenerator[Connected]:
        """Connect a client.

        Args:
            asking: Whether the server asks the user before it deletes.
            user: Answers its questions; the client cannot ask when left out.
        """
        carrier, era = self.transport.carrier, self.transport.era
        if carrier == "memory":
            made = in_memory(self.servers, era, asking=asking, user=user)
        elif carrier == "stdio":
            flags = self.servers.flags(asking=asking)
            made = connected(*flags, mode=era, user=user, VAPI_API_KEY=KEY)
        else:
            made = self._over_http(asking=asking, user=user)
        async with made as api:
            yield api

    @asynccontextmanager
    async def _over_http(self, *, asking: bool, user: ElicitationFnT | None) -> AsyncGenerator[Connected]:
        url = self.servers.over_http(stateless=self.transport.carrier == "stateless", asking=asking)
        older = self.transport.carrier == "sse"
        way = sse_client(f"{url}/sse") if older else streamable_http_client(f"{url}/mcp")
        async with Client(way, mode=self.transport.era, elicitation_callback=user) as client:
            yield Connected(client)


@asynccontextmanager
async def in_memory(
    servers: Servers, era: str, *, asking: bool = False, user: ElicitationFnT | None = None
) -> AsyncGenerator[Connected]:
    """Connect a client to a server in this process: what it is told is what all others must be told.

    Args:
        servers: Know the upstream.
        era: How the client speaks.
        asking: Whether the server asks the user before it deletes.
        user: Answers its questions; the client cannot ask when left out.
    """
    flags = Flags(base_url=servers.upstream_url, confirm=ASKED if asking else None)
    settings = resolve(flags, {"VAPI_API_KEY": KEY})
    toolset = assemble(settings)
    server = build_server(toolset, only_caller(settings.credential), Confirmation(settings.confirm))
    async with Client(server, mode=era, elicitation_callback=user) as client:
        yield Connected(client)
    await toolset.aclose()
