"""The socket that a server listens on, had before anything is served: what is wrong is told at once."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import socket
import struct
import sys

from vapi_sessions_tools.errors import SettingsError

_BACKLOG = 1024
_HIGHEST = 65_535

_ATTACH_FILTER = 26
"""Linux's SO_ATTACH_FILTER, which Python has no name for."""

_DROP_ALL = struct.pack("HBBI", 0x06, 0, 0, 0)
"""A filter of one instruction: keep no byte of a packet."""


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
        if isinstance(error, OSError) and error.errno == errno.EADDRNOTAVAIL:
            raise SettingsError(
                f"host {host} cannot be listened on: this machine does not have that address; choose another"
            ) from error
        raise SettingsError(
            f"port {port} cannot be used: {error}; choose another with --port, 0 for any"
        ) from error
    return listener


def admit_nobody_new(listener: socket.socket) -> None:
    """Let no new connection come about; those that have are still accepted.

    A socket that is closed resets the connections that nobody has accepted yet, on which a request may have
    been sent: a balancer then cannot know whether it was carried out. Packets that are dropped are sent
    again, and find the socket closed. Where the system cannot do that, those few connections are reset.

    Args:
        listener: A socket that listens, and that is to be closed soon.
    """
    if sys.platform != "linux":
        return
    program = ctypes.create_string_buffer(_DROP_ALL)
    with contextlib.suppress(OSError):
        listener.setsockopt(
            socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("HL", 1, ctypes.addressof(program))
        )


def url_of(listener: socket.socket, host: str) -> str:
    """Return the URL that a socket is reached at, under a host's name."""
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
