"""JSON values: telling their kinds apart, for readers and type checkers alike, and writing them."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Any, TypeGuard

from vapi_sessions_tools.engine.invisible import escape_invisible


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a JSON value is a list."""
    return isinstance(value, list)


MOST_VALUES = 25_000
"""Values in one message, or in the arguments of one call: each costs time and memory at every stage."""

_UP_TO_SEPARATOR = r'(?:[^",\[{]++|"(?:[^"\\]++|\\.)*+"?)*+(?:[,\[{]|\Z)'
_SEPARATED = re.compile(_UP_TO_SEPARATOR, re.DOTALL)
_SEPARATED_BYTES = re.compile(_UP_TO_SEPARATOR.encode(), re.DOTALL)


def count_in_text(text: str | bytes, most: int = MOST_VALUES) -> int:
    """Return how many values a JSON text holds at most, without parsing it; counting stops beyond `most`."""
    bound = most_in_text(text)
    if bound <= most:
        return bound
    # What stands in strings separates nothing.
    found = _SEPARATED.finditer(text) if isinstance(text, str) else _SEPARATED_BYTES.finditer(text)
    return sum(1 for _ in islice(found, most + 1))


def most_in_text(text: str | bytes) -> int:
    """Return an upper bound of how many values a JSON text holds."""
    if isinstance(text, str):
        return 1 + text.count(",") + text.count("[") + text.count("{")
    return 1 + text.count(b",") + text.count(b"[") + text.count(b"{")


def count_values(value: object, most: int = MOST_VALUES) -> int:
    """Return how many values a JSON value holds, each as often as it occurs; counting stops beyond `most`.

    Args:
        value: The value; an object or a list counts as one, and so does each of its fields or items.
        most: Where counting may stop.
    """
    count, todo = 0, [value]
    while todo and count <= most:
        part = todo.pop()
        if is_object(part):
            todo.extend(part.values())
        elif is_list(part):
            todo.extend(part)
        count += 1
    return count + len(todo)


def deeper_than(value: object, levels: int) -> bool:
    """Whether a JSON value is nested deeper than `levels`; found without recursion."""
    level = [value]
    for _ in range(levels):
        level = [child for parent in level for child in children(parent)]
        if not level:
            return False
    return True


def children(value: object) -> list[Any]:
    """Return what stands directly in an object or a list; nothing for any other value."""
    if is_object(value):
        return list(value.values())
    return value if is_list(value) else []


def compact(value: Any) -> str:
    """Write a JSON value as compact text.

    Raises:
        ValueError: It holds a number that JSON has not.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def result_text(value: Any) -> str:
    """Write a JSON value as the text of a result: compact, and with nothing in it that is not seen.

    Raises:
        ValueError: It holds a number that JSON has not.
    """
    return escape_invisible(compact(value))


def size(value: Any) -> int:
    """Return the bytes of a value as the text of a result."""
    return len(result_text(value).encode("utf-8", "replace"))
