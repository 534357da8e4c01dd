"""The emulator in this process, as a transport: the tools work with no account and no network."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import httpx

from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.sessions.emulator import SessionStore, create_emulator

if TYPE_CHECKING:
    from pathlib import Path


class SandboxTransport(httpx.ASGITransport):
    """Carries requests to an emulator, and closes its store with itself.

    Args:
        store: Where its sessions are kept.
    """

    def __init__(self, store: SessionStore) -> None:
        super().__init__(app=create_emulator(store))
        self._store = store

    async def aclose(self) -> None:
        """Close the emulator's store."""
        self._store.close()


def open_sandbox(database: Path | None = None) -> SandboxTransport:
    """Return a transport to a new emulator.

    Args:
        database: The file that keeps its sessions; memory when left out.

    Raises:
        SettingsError: The file cannot be used.
    """
    return SandboxTransport(open_store(database))


def open_store(database: Path | None) -> SessionStore:
    """Open the store of an emulator.

    Raises:
        SettingsError: The file cannot be used.
    """
    try:
        return SessionStore.open(None if database is None else str(database))
    except (OSError, sqlite3.Error) as error:
        raise SettingsError(f"the sandbox database {database} cannot be used: {error}") from error
