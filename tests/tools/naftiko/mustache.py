"""Mustache as Naftiko fills it in: nothing is escaped, lists come out as JSON, what is missing as nothing.

A section is written once for whatever is given, an empty text too, unless it is false; and where nothing at
all is given, the template stays as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import compact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TAG = re.compile(r"\{\{([#^/]?)([^{}]+)\}\}")


class PassedOn:
    """A JSON document that is passed on as it came.

    Args:
        value: What it holds.
    """

    def __init__(self, value: Any) -> None:
        self.value = value


def fill_in(template: str, given: Mapping[str, Any]) -> str:
    """Return a template with what is given in it.

    Raises:
        ValueError: A section is closed that was not opened, or the other way round.
    """
    if not given:
        return template
    tokens = iter(_TAG.split(template))
    text, rest = _filled(tokens, given, until=None), next(tokens, None)
    if rest is not None:
        raise ValueError(f"something is left: {rest!r}")
    return text


def _filled(tokens: Iterator[str], given: Mapping[str, Any], until: str | None) -> str:
    written = [next(tokens, "")]
    for kind in tokens:
        name = next(tokens)
        if kind == "/":
            if name != until:
                raise ValueError(f"{name} is closed, {until} is open")
            return "".join(written)
        if kind:
            inner = _filled(tokens, given, until=name)
            written.append(inner if _is_there(given.get(name)) == (kind == "#") else "")
        else:
            written.append(_text(given.get(name)))
        written.append(next(tokens))
    if until is not None:
        raise ValueError(f"{until} is never closed")
    return "".join(written)


def _is_there(value: Any) -> bool:
    return value is not None and value is not False


def _text(value: Any) -> str:
    """Write a value; an object comes out as the framework's language writes it, which is no JSON."""
    if value is None:
        return ""
    if isinstance(value, PassedOn):
        return compact(value.value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={one}" for key, one in value.items()) + "}"  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return compact(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
