"""The way to the API, a step at a time: the name's address, a connection, TLS on it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio

from vapi_sessions_mcp.doctor.authorities import trust
from vapi_sessions_mcp.doctor.finding import Finding
from vapi_sessions_mcp.doctor.handshake import refused, secured
from vapi_sessions_mcp.doctor.proxies import proxy_for
from vapi_sessions_mcp.doctor.unjoined_threads import in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from vapi_sessions_mcp.doctor.finding import Tell
    from vapi_sessions_mcp.doctor.limits import Limits

_RESOLVE_NEXT = (
    "Check the network and the base URL (VAPI_BASE_URL); where only a proxy leads out, set HTTPS_PROXY."
)
_CONNECT_NEXT = (
    "Check the network, its firewall and the base URL (VAPI_BASE_URL); where only a proxy leads out, set "
    "HTTPS_PROXY."
)
_PROXY_NEXT = "Check the address of the proxy (HTTPS_PROXY); for a host that needs none, set NO_PROXY."
_NEXT_ADDRESS_SECONDS = 0.25
_SHOWN_ADDRESSES = 3


@dataclass(frozen=True, slots=True)
class Target:
    """What is connected to.

    Args:
        host: Its name.
        port: Its port.
        way_out: What to do when there is no way to it.
        connect_way_out: The same, when only the connection fails.
    """

    host: str
    port: int
    way_out: str
    connect_way_out: str


async def reach(base_url: str, environment: Mapping[str, str], limits: Limits, tell: Tell) -> None:
    """Tell how far one gets on the way to an address; after a step that fails, none is made.

    Args:
        base_url: The address.
        environment: The variables.
        limits: How long each step may take.
        tell: Takes what is found.
    """
    proxy, url = proxy_for(base_url), urlsplit(base_url)
    host, encrypted = url.hostname or "", url.scheme == "https"
    if proxy is None:
        port = url.port or (443 if encrypted else 80)
        target = Target(host, port, _RESOLVE_NEXT, _CONNECT_NEXT)
    elif proxy.host:
        target = Target(proxy.host, proxy.port, _PROXY_NEXT, _PROXY_NEXT)
    else:
        return
    reached = await _resolve(target, limits, tell) and await _connect(target, limits, tell)
    context, authorities = await in_thread(trust, environment) if encrypted else (None, None)
    if authorities is not None:
        tell(authorities)
    if proxy is not None:
        found = f"behind a proxy: only the call shows whether it finds {host} and TLS with it"
        tell(Finding("network", "TLS", "skipped", found))
    elif not encrypted:
        tell(Finding("network", "TLS", "skipped", "http:// on this machine has none"))
    elif reached and context is not None:
        await _secure(target, context, environment, limits, tell)


async def _resolve(target: Target, limits: Limits, tell: Tell) -> bool:
    """Find the name's addresses; return whether there are any."""
    begun = time.monotonic()
    try:
        with anyio.fail_after(limits.resolving):
            found = await in_thread(socket.getaddrinfo, target.host, target.port, type=socket.SOCK_STREAM)
    except TimeoutError:
        problem = f"no answer to where {target.host} is within {limits.resolving:g} s"
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no name of a host"
        problem = f"{target.host} has no address: {reason}"
    else:
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        more = f" and {len(addresses) - _SHOWN_ADDRESSES} more" if len(addresses) > _SHOWN_ADDRESSES else ""
        told = f"{target.host} is {', '.join(addresses[:_SHOWN_ADDRESSES])}{more}"
        tell(Finding("network", "DNS", "ok", told, milliseconds=_since(begun)))
        return True
    tell(Finding("network", "DNS", "problem", problem, target.way_out))
    return False


async def _connect(target: Target, limits: Limits, tell: Tell) -> bool:
    """Open a connection and close it; return whether that was possible."""
    begun, where = time.monotonic(), f"{target.host}:{target.port}"
    try:
        with anyio.fail_after(limits.connecting):
            async with _opened(target, None):
                pass
    except TimeoutError:
        problem = f"no connection to {where} within {limits.connecting:g} s"
    except OSError as error:
        problem = f"no connection to {where}: {_reason(error)}"
    else:
        found = f"{where} can be connected to"
        tell(Finding("network", "connection", "ok", found, milliseconds=_since(begun)))
        return True
    tell(Finding("network", "connection", "problem", problem, target.connect_way_out))
    return False


async def _secure(
    target: Target, context: ssl.SSLContext, environment: Mapping[str, str], limits: Limits, tell: Tell
) -> None:
    """Begin TLS, and tell what comes of it; of a certificate that is refused, tell who issued it."""
    begun = time.monotonic()
    try:
        with anyio.fail_after(limits.connecting):
            async with _opened(target, context) as connection:
                tell(secured(connection, _since(begun)))
    except TimeoutError:
        problem = f"{target.host} did not begin TLS within {limits.connecting:g} s"
        tell(Finding("network", "TLS", "problem", problem, target.connect_way_out))
    except OSError as error:
        unverified = await _unverified(target, limits) if isinstance(error, ssl.SSLError) else None
        tell(refused(error, unverified, target.host, environment))


async def _unverified(target: Target, limits: Limits) -> bytes | None:
    """Return the certificate of a host that is not trusted: nothing is sent to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with suppress(OSError, TimeoutError), anyio.fail_after(limits.connecting):
        async with _opened(target, context) as connection:
            return connection.getpeercert(binary_form=True)
    return None


@asynccontextmanager
async def _opened(target: Target, context: ssl.SSLContext | None) -> AsyncGenerator[ssl.SSLObject]:
    """Open a connection, with TLS where there is a context; close it without ado."""
    _, writer = await asyncio.open_connection(
        target.host,
        target.port,
        ssl=context,
        server_hostname=target.host if context is not None else None,
        happy_eyeballs_delay=_NEXT_ADDRESS_SECONDS,
    )
    try:
        yield writer.get_extra_info("ssl_object")
    finally:
        writer.transport.abort()


def _reason(error: OSError) -> str:
    """Return why a connection was not possible, in the system's words."""
    return error.strerror or str(error) or type(error).__name__


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)
