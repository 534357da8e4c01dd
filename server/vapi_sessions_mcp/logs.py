"""The log: on standard error, and without the key whatever a library may write."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.engine.placeholder import REDACTED

if TYPE_CHECKING:
    from vapi_sessions_mcp.settings import LogLevel

_OURS = ("vapi_sessions_mcp", "vapi_sessions_tools")


class KeylessFormatter(logging.Formatter):
    """Writes records without a key.

    Args:
        key: What must not be written, or None.
    """

    def __init__(self, key: str | None) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._key = key

    def format(self, record: logging.LogRecord) -> str:
        """Return a record's line, tracebacks included."""
        text = super().format(record)
        return text.replace(self._key, REDACTED) if self._key else text


def configure_logs(level: LogLevel, credential: Credential | MissingKey) -> None:
    """Send the log to standard error.

    Args:
        level: From which level on our own modules tell; libraries tell warnings.
        credential: The key that must not be written.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        KeylessFormatter(credential.reveal() if isinstance(credential, Credential) else None)
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries log requests and headers below this level.
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())
