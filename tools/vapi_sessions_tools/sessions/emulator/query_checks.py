"""Checks for query parameters.

Their values arrive as text, or as a list of texts when a parameter repeats.
"""

import re
from collections.abc import Iterator

from vapi_sessions_tools.sessions.emulator.checks import Check, array, number, text
from vapi_sessions_tools.sessions.emulator.clock import milliseconds
from vapi_sessions_tools.sessions.emulator.json_values import is_array

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,15}(\.0+)?")

_one_text = text()
_many_texts = array(text())


def boolean_text(path: str, value: object) -> Iterator[str]:
    """Accept ``true`` and ``false``."""
    if value not in ("true", "false"):
        yield f"{path} must be a boolean value"


def texts(path: str, value: object) -> Iterator[str]:
    """Accept a parameter given once or several times."""
    yield from (_many_texts if is_array(value) else _one_text)(path, value)


def iso_date(path: str, value: object) -> Iterator[str]:
    """Accept an ISO 8601 date, with or without a time."""
    try:
        milliseconds(str(value))
    except ValueError:
        yield f"{path} must be a valid ISO 8601 date string"


def whole_number(*, least: int, most: int | None = None) -> Check:
    """Return a check for a whole number written as text.

    The published contract says only that it is a number; what a fraction of a page would mean is unknown, and
    refused.

    Args:
        least: The smallest number accepted.
        most: The largest number accepted, or None.

    Returns:
        The check.
    """
    bounds = number(least=least, most=most)

    def check(path: str, value: object) -> Iterator[str]:
        written = _WHOLE_NUMBER.fullmatch(value) if isinstance(value, str) else None
        return bounds(path, int(float(written.group())) if written else None)

    return check
