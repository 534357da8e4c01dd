"""Which proxy carries the requests, if any: as the HTTP library chooses it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies

from vapi_sessions_mcp.doctor.masking import without_user
from vapi_sessions_tools.base_url import is_local

if TYPE_CHECKING:
    from collections.abc import Mapping

_USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Proxy:
    """What requests go through.

    Args:
        url: Its address, without user and password.
        scheme: How it is spoken to.
        host: Its host; empty where the address makes no sense.
        port: Its port.
    """

    url: str
    scheme: str
    host: str
    port: int


def proxy_for(url: str) -> Proxy | None:
    """Return the proxy that requests to an address go through, or None.

    Args:
        url: The address.
    """
    proxies, target = getproxies(), urlsplit(url)
    stated = proxies.get(target.scheme) or proxies.get("all")
    if is_local(url) or not stated or _is_exempt(target.hostname or "", proxies.get("no", "")):
        return None
    return _read(stated if "://" in stated else f"http://{stated}")


def proxy_variables(environment: Mapping[str, str]) -> list[str]:
    """Return the variables about proxies that are set, each with its value, without users and passwords."""
    names = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
    return [
        f"{name}={without_user(_with_scheme(environment[name]))}"
        for upper in names
        for name in (upper.lower(), upper)
        if environment.get(name)
    ]


def _with_scheme(value: str) -> str:
    """Return a proxy's address so that a user in it can be seen to be one."""
    return f"//{value}" if "@" in value and "://" not in value else value


def _read(url: str) -> Proxy:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Proxy("an address that makes no sense", "", "", 0)
    return Proxy(without_user(url), parts.scheme, host, port or _USUAL_PORTS.get(parts.scheme, 1080))


def _is_exempt(host: str, exempt: str) -> bool:
    """Whether a host is among those that no proxy is used for."""
    for entry in (part.strip().lower() for part in exempt.split(",")):
        if entry == "*" or (entry and _covers(entry, host)):
            return True
    return False


def _covers(entry: str, host: str) -> bool:
    try:
        return ipaddress.ip_address(host) == ipaddress.ip_address(entry.strip("[]"))
    except ValueError:
        return host.endswith(entry) if entry.startswith(".") else f".{host}".endswith(f".{entry.lstrip('.')}")
