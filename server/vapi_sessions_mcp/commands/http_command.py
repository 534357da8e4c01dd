"""`vapi-sessions-mcp http`: the server for many clients, over HTTP."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.http.problem_details import REST, REST_DOCUMENT
from vapi_sessions_mcp.http.serving import check_shared_folder, serve
from vapi_sessions_mcp.http.tracing import wanted_exporters
from vapi_sessions_mcp.listening import listen, url_of
from vapi_sessions_tools.errors import NetworkError, SettingsError

if TYPE_CHECKING:
    from vapi_sessions_mcp.http.http_settings import HttpSettings
    from vapi_sessions_mcp.settings import Settings

_logger = logging.getLogger(__name__)


def run(settings: Settings, http: HttpSettings) -> int:
    """Serve until a signal comes, and return the exit status.

    Raises:
        SettingsError: A setting cannot be used.
    """
    _check(settings)
    with listen(http.host, http.port) as listener:
        _logger.setLevel(logging.INFO)  # where it listens is told in any case
        url = url_of(listener, http.host)
        older = "" if http.stateless else f", for older clients at {url}/sse"
        _logger.info("MCP at %s/mcp%s", url, older)
        if http.rest:
            _logger.info("plain JSON at %s%s, described at %s%s", url, REST, url, REST_DOCUMENT)
        serve(settings, http, listener)
    return 0


def _check(settings: Settings) -> None:
    """Find out what cannot be served here, once, and not in each process, or with the first call.

    Raises:
        SettingsError: It cannot.
    """
    wanted_exporters(os.environ)
    check_shared_folder()
    try:
        assemble(settings).open()
    except NetworkError as error:
        raise SettingsError(f"{error.message} {error.next_step}") from error
