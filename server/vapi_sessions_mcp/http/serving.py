"""The application on a port: one process, or several that share it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.http.application import create_application
from vapi_sessions_mcp.http.authentication import SECRETS
from vapi_sessions_mcp.http.connection import ConnectionConfig
from vapi_sessions_mcp.http.metrics import SHARED_FOLDER, Metrics
from vapi_sessions_mcp.http.tracing import start_tracing, trace_fields
from vapi_sessions_mcp.http.upstream_spans import Observers, UpstreamSpans
from vapi_sessions_mcp.listening import admit_nobody_new
from vapi_sessions_mcp.logs import configure_logs
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.sessions.prompts import SessionPrompts

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Generator

    from starlette.types import ASGIApp

    from vapi_sessions_mcp.http.http_settings import HttpSettings
    from vapi_sessions_mcp.settings import Settings
    from vapi_sessions_tools.observation import Observer

_KEPT_ALIVE = 75
"""Seconds that an idle connection is kept; load balancers commonly give theirs up after 60."""

_AFTER_GRACE = 3
"""Seconds after a signal in which connections end; what is not done then is cut off."""

_WORKER_RESPONSE = 60
"""Seconds in which a worker must respond to its supervisor; its start counts, and takes long when busy."""

_UPSTREAM_CONNECTIONS = 500
"""To the API; a caller's fair share is a small part of them."""


def serve(settings: Settings, http: HttpSettings, listener: socket.socket) -> None:
    """Serve until a signal comes.

    Args:
        settings: Those that every transport has.
        http: Those of HTTP.
        listener: Where it listens.
    """
    close_door = partial(admit_nobody_new, listener)
    config = server_config(
        partial(create_worker, settings, http, close_door if http.workers == 1 else None),
        factory=True,
        workers=http.workers,
    )
    with _shared_counts(several=http.workers > 1):
        if http.workers == 1:
            uvicorn.Server(config).run(sockets=[listener])
        else:
            _Workers(config, close_door, listener).run()


def server_config(application: ASGIApp | Callable[[], ASGIApp], **more: Any) -> ConnectionConfig:
    """Return how an application is served.

    Args:
        application: What is served, or with `factory` what makes it.
        **more: Further arguments of uvicorn's.
    """
    return ConnectionConfig(
        application,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        lifespan="on",
        timeout_keep_alive=_KEPT_ALIVE,
        timeout_graceful_shutdown=_AFTER_GRACE,
        timeout_worker_healthcheck=_WORKER_RESPONSE,
        **more,
    )


class _Workers(Multiprocess):
    """Processes that share a socket, which is closed for all of them at once."""

    def __init__(
        self, config: uvicorn.Config, close_door: Callable[[], None], listener: socket.socket
    ) -> None:
        super().__init__(config, sockets=[listener])
        self._close_door = close_door

    def terminate_all(self) -> None:
        """Stop all, when nobody new comes any more."""
        self._close_door()
        super().terminate_all()


def create_worker(
    settings: Settings, http: HttpSettings, close_door: Callable[[], None] | None = None
) -> ASGIApp:
    """Return the application of one process, which is made in that process.

    Args:
        settings: Those that every transport has.
        http: Those of HTTP.
        close_door: Lets no new connection come about when this process stops; left out where others go on.
    """
    _end_with_parent()
    configure_logs(
        settings.log_level,
        settings.credential,
        form=http.log_format,
        secrets=SECRETS.get,
        more=trace_fields,
    )
    metrics, tracing = Metrics(), start_tracing(os.environ)
    observer: Observer = metrics.upstream()
    if tracing is not None:
        observer = Observers(observer, UpstreamSpans(settings.base_url))
    toolset = assemble(settings, observer=observer, most_connections=_UPSTREAM_CONNECTIONS)
    toolset.compile()  # a call that did it would hold up all others
    if tracing is not None:
        tracing.names.update(tool.name for tool in toolset.tools)
        tracing.names.update(prompt.name for prompt in SessionPrompts(toolset).prompts)
    application = metrics.over(
        create_application(settings, http, toolset, metrics, tracing=tracing, close_door=close_door)
    )
    gc.freeze()  # what is loaded by now stays: the collector need not look at it again
    gc.enable()
    return application


def _end_with_parent() -> None:
    """Stop this process, if it is one of several, when the one that looks after them is gone."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def check_shared_folder() -> None:
    """Find out that processes can count together in the folder that was named for it.

    Raises:
        SettingsError: They cannot.
    """
    folder = os.environ.get(SHARED_FOLDER)
    if folder is not None and not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(
            f"{SHARED_FOLDER} names {folder!r}, which is no folder that can be written to; "
            "make it, or leave the variable out"
        )


@contextmanager
def _shared_counts(*, several: bool) -> Generator[None]:
    """Give processes a folder in which they count together, where they are several or it is asked for.

    Raises:
        SettingsError: There can be none.
    """
    if SHARED_FOLDER in os.environ or not several:
        yield
        return
    try:
        os.environ[SHARED_FOLDER] = tempfile.mkdtemp(prefix="vapi-sessions-mcp-")
    except OSError as error:
        raise SettingsError(
            f"--workers needs a folder in which processes count together, and none can be made "
            f"({error.strerror}); name one that can be written to with TMPDIR"
        ) from None
    try:
        yield
    finally:
        shutil.rmtree(os.environ.pop(SHARED_FOLDER), ignore_errors=True)
