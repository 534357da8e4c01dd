"""The connections to the API: one pool for the process, no cookies kept, and whether they lead anywhere."""

from __future__ import annotations

import os
from http.cookiejar import CookieJar, DefaultCookiePolicy

import anyio
import httpx

from vapi_sessions_tools import guidance
from vapi_sessions_tools.base_url import is_local
from vapi_sessions_tools.errors import NetworkError
from vapi_sessions_tools.version import __version__

MOST_CONNECTIONS = 100
"""Connections at a time, where nothing else is said."""

HEADERS = {"accept": "application/json", "user-agent": f"vapi-sessions-mcp/{__version__}"}
"""What every request says."""

_CONNECT_SECONDS = 10.0
_NOT_THE_API = frozenset({502, 503, 504})
"""What something in front of the API answers when the API does not."""


def opened(
    base_url: str, transport: httpx.AsyncBaseTransport | None, most_connections: int
) -> httpx.AsyncClient:
    """Return what carries requests.

    Args:
        base_url: The API's root.
        transport: What carries the requests; the network when None.
        most_connections: How many there are at a time.

    Raises:
        NetworkError: TLS cannot be set up, or the proxy is of a kind that cannot be used.
    """
    limits = httpx.Limits(max_connections=most_connections, max_keepalive_connections=most_connections)
    try:
        return httpx.AsyncClient(
            transport=transport,
            limits=limits,
            timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
            cookies=_no_cookies(),
            # A proxy set for the network is not meant for a server on this machine.
            trust_env=not is_local(base_url),
        )
    except (httpx.InvalidURL, ValueError):
        # From None: the library's own words may hold the proxy's password.
        raise NetworkError(guidance.NO_PROXY, next_step=guidance.NO_PROXY_NEXT) from None
    except OSError as error:  # TLS errors too
        named = os.environ.get("SSL_CERT_FILE")
        message = f"HTTPS cannot be set up{f' with SSL_CERT_FILE {named!r}' if named else ''}: {error}."
        raise NetworkError(message, next_step=guidance.TLS_NEXT) from error
    except ImportError as error:  # SOCKS would need a package that is not asked for
        raise NetworkError(guidance.NO_SOCKS, next_step=guidance.NO_SOCKS_NEXT) from error


async def answers(http: httpx.AsyncClient, base_url: str, seconds: float) -> bool:
    """Whether the API answers a request that carries no key.

    Args:
        http: Carries the request.
        base_url: The API's root.
        seconds: How long to wait for an answer.
    """
    with anyio.move_on_after(seconds):
        try:
            async with http.stream("GET", f"{base_url}/", headers=HEADERS) as response:
                return response.status_code not in _NOT_THE_API
        except Exception:  # noqa: BLE001  however it fails, it is no answer
            return False
    return False


def _no_cookies() -> CookieJar:
    """Return a jar that keeps nothing: a cookie of one caller must not go out with another's request."""
    return CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
