"""The log: on standard error, without the key whatever a library may write, as text or as JSON."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.engine.placeholder import REDACTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from vapi_sessions_mcp.settings import LogLevel

LogFormat = Literal["json", "text"]

_OURS = ("vapi_sessions_mcp", "vapi_sessions_tools")
_LONGEST = 2_000
"""Characters of a message; a library may put a whole request into one."""

_FRAMES = 5

_FREE = (*_OURS, "uvicorn", "py.warnings")
"""Whose messages are told whole: nothing of a request is in them."""

_FILLED_IN = re.compile(r"%[-#0 +.\d]*[a-zA-Z]")
_WORD = re.compile(r"[A-Za-z][A-Za-z'/.,;()-]{0,19}|\.\.\.")


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
        text = f"{_moment(record)} {record.levelname} {record.name}: {_escaped(self.message(record))}"
        text += "".join(f" {name}={value}" for name, value in self.fields(record).items())
        raised = _raised(record)
        return self.clean(f"{text}\n{raised}" if raised else text)

    def message(self, record: logging.LogRecord) -> str:
        """Return what a record says, shortened only after it was cleaned: half a key is one too many."""
        free = record.name.partition(".")[0] in _FREE or record.name in _FREE
        message = self.clean(record.getMessage() if free else _constant_words(record))
        return message if len(message) <= _LONGEST else message[:_LONGEST] + "..."

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
            "message": self.message(record),
            **{name: self._cleaned(value) for name, value in self.fields(record).items()},
        }
        raised = _raised(record)
        if raised:
            told["raised"] = self.clean(raised)
        return json.dumps(told, default=str)  # cleaned before: a key may be a quote or a brace

    def _cleaned(self, value: Any) -> Any:
        return value if isinstance(value, int | float) else self.clean(str(value))


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
    logging.raiseExceptions = False  # a record that cannot be written would be printed with all that is in it
    if form == "json":
        _log_what_nobody_caught()
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries log requests and headers below this level.
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _constant_words(record: logging.LogRecord) -> str:
    """Return what a library always says at a place, without what it fills in: that may be of a request.

    What was filled in already is known by standing behind a colon, or by being no plain word.
    """
    lines = str(record.msg).splitlines() or [""]
    said = _FILLED_IN.sub("...", lines[0]) if record.args else lines[0].partition(": ")[0]
    return " ".join(word if _WORD.fullmatch(word.rstrip(":")) else "..." for word in said.split())


def _escaped(message: str) -> str:
    """Return a message that begins no line of its own and moves no cursor: a client's words may be in it."""
    return "\n  ".join(
        "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)
        for line in message.splitlines()
    )


def _log_what_nobody_caught() -> None:
    """Write to the log what Python itself would write to standard error."""
    logger = logging.getLogger(_OURS[0])

    def of_program(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logger.critical("the program failed", exc_info=(kind, error, trace))

    def of_thread(args: threading.ExceptHookArgs) -> None:
        error = args.exc_value or args.exc_type()
        logger.error("a thread failed", exc_info=(args.exc_type, error, args.exc_traceback))

    def of_nobody(args: sys.UnraisableHookArgs) -> None:
        error = args.exc_value or args.exc_type()
        logger.error("an error could not be raised", exc_info=(args.exc_type, error, args.exc_traceback))

    sys.excepthook, threading.excepthook, sys.unraisablehook = of_program, of_thread, of_nobody


def _raised(record: logging.LogRecord) -> str:
    """Return which exception was raised where, or nothing."""
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, _, trace = record.exc_info
    return "".join(traceback.format_tb(trace)[-_FRAMES:]) + kind.__name__
