"""Host and Origin checked on every request.

A page of a stranger's, open in a browser beside the server, must not reach it: neither from its own origin
nor through a name that it lets point to this machine (DNS rebinding; MCP 2025-11-25, transports, security).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from vapi_sessions_mcp.http.http_settings import is_loopback
from vapi_sessions_mcp.http.problem_details import is_rest
from vapi_sessions_mcp.http.refusal import refusal, refuse

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from vapi_sessions_mcp.http.http_settings import HttpSettings

_HOST = re.compile(r"\A(?!.*\.\.)(\[[0-9a-f:.]+\]|[^\[\]@:/?#\\\s]+)(:\d{1,5})?\Z")
"""A host and perhaps a port, and nothing around them (RFC 9110, 7.2)."""


class Addressing:
    """Lets in what is addressed to this server, and comes from no stranger's page.

    Names of this machine are always its own. Its pages may call a server that only this machine can reach.

    Args:
        app: What is behind it.
        http: Names the hosts and origins.
    """

    def __init__(self, app: ASGIApp, http: HttpSettings) -> None:
        self._app = app
        self._hosts = frozenset(http.allowed_hosts)
        self._origins = frozenset(http.allowed_origins)
        self._local = http.local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        wrong = self._wrong(headers) or (_foreign() if is_rest(scope) and _is_embedded(headers) else None)
        if wrong is None:
            await self._app(scope, receive, send)
        else:
            await refuse(wrong, scope, receive, send)

    def _wrong(self, headers: Headers) -> Response | None:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not self._is_ours(hosts[0].lower()):
            return _misdirected()
        if origins and (len(origins) > 1 or not self.is_known(origins[0].lower())):
            return _foreign()
        return None

    def _is_ours(self, host: str) -> bool:
        name, port = host_and_port(host)
        return name + port in self._hosts or name in self._hosts or is_loopback(name.strip("[]"))

    def is_known(self, origin: str) -> bool:
        """Whether pages of an origin, in lower case, may call this server."""
        if origin in self._origins:
            return True
        scheme, _, host = origin.partition("://")
        return self._local and scheme in ("http", "https") and is_loopback(host_and_port(host)[0].strip("[]"))


def _is_embedded(headers: Headers) -> bool:
    """Whether a page elsewhere loads this as if it were a picture: such a request names no origin.

    It could read nothing, and yet calls would be made for it (Fetch Metadata Request Headers, W3C).
    """
    return "origin" not in headers and headers.get("sec-fetch-site") == "cross-site"


def host_and_port(host: str) -> tuple[str, str]:
    """Return a host without the dot that may end it, and its port with the colon.

    An IPv6 address keeps its brackets. What is no host has neither.
    """
    found = _HOST.match(host)
    return (found[1].removesuffix("."), found[2] or "") if found else ("", "")


def _misdirected() -> Response:
    return refusal(
        421,
        "wrong_host",
        "The request's Host header names none of the hosts that this server answers for.",
        "Address it by its own name, or let its operator add this one with --allowed-host.",
    )


def _foreign() -> Response:
    return refusal(
        403,
        "wrong_origin",
        "The request comes from a web page whose origin may not call this server.",
        "Let the server's operator add the origin with --allowed-origin.",
    )
