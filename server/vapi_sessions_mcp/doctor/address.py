"""Where the API is: which address is in force, who said so, and what stands between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_mcp.doctor.finding import Finding
from vapi_sessions_mcp.doctor.proxies import proxy_for, proxy_variables
from vapi_sessions_mcp.settings import BASE_URL_VARIABLES
from vapi_sessions_tools.base_url import HOSTS, is_local
from vapi_sessions_tools.environment_key import given

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vapi_sessions_mcp.doctor.proxies import Proxy
    from vapi_sessions_mcp.doctor.usable_settings import Usable
    from vapi_sessions_mcp.settings import Flags

SOCKS_NEXT = "Set HTTPS_PROXY to a proxy that speaks HTTP, or name the API's host in NO_PROXY."


def address_findings(usable: Usable, flags: Flags, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is found of the API's address.

    Args:
        usable: The settings.
        flags: The command line's.
        environment: The variables.
    """
    settings = usable.settings
    if not usable.address_known:
        found = "not known: a setting that says where the API is cannot be used"
        yield Finding("network", "address", "skipped", found)
        return
    if settings.sandbox:
        yield Finding(
            "network", "address", "ok", "the built-in emulator answers; nothing leaves this machine"
        )
        return
    yield Finding("network", "address", "ok", f"{settings.base_url}, {_origin(flags, environment)}")
    yield _proxy(proxy_for(settings.base_url), environment, local=is_local(settings.base_url))


def region_of(base_url: str) -> str | None:
    """Return which region a base URL is that of, or None where it is none of the API's own."""
    return next((region for region, host in HOSTS.items() if host == base_url), None)


def _origin(flags: Flags, environment: Mapping[str, str]) -> str:
    url = _stated("--base-url", flags.base_url, environment, BASE_URL_VARIABLES)
    region = _stated("--region", flags.region, environment, ("VAPI_REGION",))
    if url is not None:
        return f"from {url}" + (f"; {region} is not used beside it" if region else "")
    return f"by the region from {region}" if region else "the default (region us)"


def _stated(
    flag: str, value: str | None, environment: Mapping[str, str], variables: tuple[str, ...]
) -> str | None:
    """Return which flag or variable states a setting, or None."""
    if given(value) is not None:
        return flag
    return next((name for name in variables if given(environment.get(name)) is not None), None)


def _proxy(proxy: Proxy | None, environment: Mapping[str, str], *, local: bool) -> Finding:
    details = tuple(proxy_variables(environment))
    if proxy is None:
        reason = " for an address on this machine" if details and local else ""
        return Finding("network", "proxy", "ok", f"none is used{reason}", details=details)
    if not proxy.host:
        found = "the proxy that the environment or this system names has an address that makes no sense"
        return Finding("network", "proxy", "problem", found, "Set HTTPS_PROXY to http://HOST:PORT.", details)
    if proxy.scheme not in ("http", "https"):
        found = f"{proxy.url} speaks {proxy.scheme}, which is not supported"
        return Finding("network", "proxy", "problem", found, SOCKS_NEXT, details)
    return Finding("network", "proxy", "ok", f"requests go through {proxy.url}", details=details)
