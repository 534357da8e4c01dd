"""The application on a real port in this process, with limits that a test need not wait long for."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fake_upstream import serving_config
from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.http.application import Bounds, create_application
from vapi_sessions_mcp.http.connection import ConnectionConfig
from vapi_sessions_mcp.http.http_settings import HttpSettings
from vapi_sessions_mcp.http.metrics import Metrics
from vapi_sessions_mcp.settings import Flags, resolve

if TYPE_CHECKING:
    from collections.abc import Generator

SHORT = 0.3
"""Seconds."""


@contextmanager
def limited(
    http: HttpSettings | None = None,
    bounds: Bounds | None = None,
    *,
    base_url: str | None = None,
    **limits: Any,
) -> Generator[str]:
    """Serve the application; its address is given.

    Args:
        http: Its settings, the usual ones when left out.
        bounds: What a request may be and take.
        base_url: The API that it calls, its own emulator when left out.
        **limits: Of a connection, beside those that are short anyway.
    """
    flags = Flags(base_url=base_url) if base_url else Flags(sandbox=True)
    settings = resolve(flags, {"VAPI_API_KEY": "a-private-key"})
    application = create_application(
        settings, http or HttpSettings(), assemble(settings), Metrics(), bounds=bounds
    )
    short: dict[str, Any] = {"slowest_head": SHORT, "slowest_reader": SHORT, "timeout_keep_alive": SHORT}
    config = ConnectionConfig(
        application,
        log_config=None,
        access_log=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=1,
        **{**short, **limits},
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # What is sent and not read is the kernel's at first: little of it, so that it soon is the server's.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        with serving_config(config, listener) as url:
            yield url
