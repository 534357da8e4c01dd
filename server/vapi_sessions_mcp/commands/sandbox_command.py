"""`vapi-sessions-mcp sandbox`: the emulator on a port, for any client of the API."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from vapi_sessions_mcp.listening import listen, url_of
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.sessions.emulator import Faults, create_emulator
from vapi_sessions_tools.sessions.sandbox import open_store

if TYPE_CHECKING:
    import socket

    from starlette.applications import Starlette

_HOST = "127.0.0.1"


def run(
    *,
    port: int,
    database: str | None,
    fail_status: int | None,
    fail_rate: float,
    retry_after: int | None,
    latency: float,
) -> int:
    """Serve the emulator until it is stopped.

    Args:
        port: Where on this machine; 0 for any free port.
        database: The file that keeps the sessions; memory when None.
        fail_status: The HTTP status that failing requests get; None fails none.
        fail_rate: The share of the requests that fail, 0 to 1.
        retry_after: Seconds that failing requests are told to wait; None tells them nothing.
        latency: Seconds that every answer is delayed.

    Raises:
        SettingsError: The port, the file or a fault cannot be used.
    """
    try:
        faults = Faults(status=fail_status, rate=fail_rate, retry_after=retry_after, latency=latency)
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"{_FLAGS[str(first['loc'][0])]}: {first['msg']}") from error
    with listen(_HOST, port) as listener, open_store(Path(database) if database else None) as store:
        sys.stderr.write(f"Vapi sessions sandbox on {url_of(listener, _HOST)} (any key; Ctrl-C stops it)\n")
        sys.stderr.flush()
        _serve(create_emulator(store, faults), listener)
    return 0


_FLAGS = {
    "status": "--fail-status",
    "rate": "--fail-rate",
    "retry_after": "--retry-after",
    "latency": "--latency",
}


def _serve(application: Starlette, listener: socket.socket) -> None:
    import uvicorn

    gc.enable()  # off while the command line was read, and this command lasts
    config = uvicorn.Config(application, log_level="warning", date_header=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])
