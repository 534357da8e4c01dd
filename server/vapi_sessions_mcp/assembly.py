"""Settings made a toolset: which contract, which transport, which address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vapi_sessions_tools.base_url import HOSTS
from vapi_sessions_tools.contract.loading import load_contract, load_published
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_mcp.settings import Settings
    from vapi_sessions_tools.client import Client
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.observation import Observer


def assemble(
    settings: Settings, *, observer: Observer | None = None, most_connections: int | None = None
) -> Toolset:
    """Return the toolset that the settings ask for; nothing is connected yet.

    Args:
        settings: What is asked for.
        observer: Is told of every request to the API.
        most_connections: How many connections to it there are at a time; as many as one client needs when
            left out.

    Raises:
        SettingsError: The contract cannot be used, lacks a tool that a setting names, or names an address
            the key is not meant for.
    """
    contract = load_published(settings.openapi) if settings.openapi else load_contract()
    if settings.openapi:
        _check_address(settings, contract)
    contract.check_names(settings.confirm)
    contract = contract.offering(settings.tools, read_only=settings.read_only)

    def connect() -> Client:
        from vapi_sessions_tools.client import Client  # costs start-up time
        from vapi_sessions_tools.connections import MOST_CONNECTIONS

        transport = None
        if settings.sandbox:
            from vapi_sessions_tools.sessions.sandbox import open_sandbox

            transport = open_sandbox(settings.sandbox_db)
        return Client(
            settings.base_url,
            transport=transport,
            most_connections=most_connections or MOST_CONNECTIONS,
            observer=observer,
        )

    if settings.sandbox_db is not None:
        _check_database(settings)
    return Toolset(
        contract,
        connect,
        deadline=settings.timeout,
        reveal_links=settings.reveal_links,
        asked=settings.confirm,
    )


def _check_address(settings: Settings, contract: Contract) -> None:
    """Refuse to send the key to an address that only a document names.

    Raises:
        SettingsError: The document's server is another than the one the key is for.
    """
    known = {urlsplit(url).hostname for url in (*HOSTS.values(), settings.base_url)}
    stated = contract.server
    if not settings.base_url_stated and stated is not None and urlsplit(stated).hostname not in known:
        raise SettingsError(
            f"{settings.openapi} describes the API at {stated}; "
            "to send your key there, name that address with --base-url"
        )


def _check_database(settings: Settings) -> None:
    """Find out at the start, not at the first call, that the file cannot be used.

    Raises:
        SettingsError: It cannot.
    """
    from vapi_sessions_tools.sessions.sandbox import open_store

    open_store(settings.sandbox_db).close()
