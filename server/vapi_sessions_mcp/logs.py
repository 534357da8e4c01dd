"""The log: on standard error, without the key whatever a library may write, as text or as JSON."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.engine.placeholder import REDACTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from vapi_sessions_mcp.settings import LogLevel

LogFormat = Literal["json", "text"]

_OURS = ("vapi_sessions_mcp", "vapi_sessions_tools")
_LONGEST = 2_000
"""Characters of a message; a library may put a whole request into one."""

_FRAMES = 5


class KeylessFormatter(logging.Formatter):
    """Writes records without a key, each on one line but for where an exception was raised.

    An exception's own text is left out: it may quote a request.

    Args:
        key: What must not be written, or None.
        secrets: Gives what else must not be written just now.
        more: Gives what else is known just now.
    """

    def __init__(
        self,
        key: str | None,
        secrets: Callable[[], tuple[str, ...]] = tuple,
        more: Callable[[], dict[str, str]] = dict,
    ) -> None:
        super().__init__()
        self._key = key
        self._secrets = secrets
        self._more = more

    def format(self, record: logging.LogRecord) -> str:
        """Return a record's line, and its traceback."""
        text = f"{_moment(record)} {record.levelname} {record.name}: {_escaped(_message(record))}"
        text += "".join(f" {name}={value}" for name, value in self.fields(record).items())
        raised = _raised(record)
        return self.clean(f"{text}\n{raised}" if raised else text)

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return what a record has beside its message."""
        return {**getattr(record, "fields", {}), **self._more()}

    def clean(self, text: str) -> str:
        """Return a text without the key and the secrets."""
        for secret in (self._key, *self._secrets()):
            if secret:
                text = text.replace(secret, REDACTED).replace(json.dumps(secret)[1:-1], REDACTED)
        return text


class JsonFormatter(KeylessFormatter):
    """Writes records as JSON, one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record's line."""
        told = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            **self.fields(record),
        }
        raised = _raised(record)
        return self.clean(json.dumps({**told, "raised": raised} if raised else told, default=str))


def configure_logs(
    level: LogLevel,
    credential: Credential | MissingKey,
    *,
    form: LogFormat = "text",
    secrets: Callable[[], tuple[str, ...]] = tuple,
    more: Callable[[], dict[str, str]] = dict,
) -> None:
    """Send the log to standard error.

    Args:
        level: From which level on our own modules tell; libraries tell warnings.
        credential: The key that must not be written.
        form: How records are written.
        secrets: Gives what else must not be written at the time of a record.
        more: Gives what else is known at that time.
    """
    handler = logging.StreamHandler(sys.stderr)
    key = credential.reveal() if isinstance(credential, Credential) else None
    handler.setFormatter((JsonFormatter if form == "json" else KeylessFormatter)(key, secrets, more))
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries log requests and headers below this level.
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _message(record: logging.LogRecord) -> str:
    message = record.getMessage()
    return message if len(message) <= _LONGEST else message[:_LONGEST] + "..."


def _escaped(message: str) -> str:
    """Return a message that begins no line of its own: a client's words must not look like a record."""
    return "\n  ".join(message.splitlines())


def _raised(record: logging.LogRecord) -> str:
    """Return which exception was raised where, or nothing."""
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, _, trace = record.exc_info
    return "".join(traceback.format_tb(trace)[-_FRAMES:]) + kind.__name__
