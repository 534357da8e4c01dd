"""The socket that a server listens on, had before anything is served: what is wrong is told at once."""

from __future__ import annotations

import socket

from vapi_sessions_tools.errors import SettingsError

_BACKLOG = 1024
_HIGHEST = 65_535


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Args:
        host: A name or address of this machine.
        port: The port; 0 for any free one.

    Raises:
        SettingsError: They cannot be used.
    """
    if not 0 <= port <= _HIGHEST:  # looking the address up would cut it off
        raise SettingsError(f"port {port} cannot be used: it is no port; choose another, 0 for any")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, OverflowError, UnicodeError) as error:
        raise SettingsError(f"host {host} cannot be listened on: {error}; choose another") from error
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(_BACKLOG)  # whoever reads the address may connect at once
    except (OSError, OverflowError) as error:
        listener.close()
        raise SettingsError(
            f"port {port} cannot be used: {error}; choose another with --port, 0 for any"
        ) from error
    return listener


def url_of(listener: socket.socket, host: str) -> str:
    """Return the URL that a socket is reached at, under a host's name."""
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
