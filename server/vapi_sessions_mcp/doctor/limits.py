"""How long each check may take; together they end well within a minute, whatever does not answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds.

    Args:
        total: Everything, but for ending what was started, which takes at most nine more.
        reading: Reading settings and files of this machine.
        resolving: Finding the address of a name.
        connecting: Opening a connection, or TLS on it.
        call: A call of the API.
        document: Reading the published description.
        start: Starting a server that a client is configured with.
    """

    total: float = 40.0
    reading: float = 10.0
    resolving: float = 10.0
    connecting: float = 10.0
    call: float = 20.0
    document: float = 25.0
    start: float = 30.0
