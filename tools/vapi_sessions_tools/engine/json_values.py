"""JSON values: telling their kinds apart, for readers and type checkers alike, and writing them."""

from __future__ import annotations

import json
from typing import Any, TypeGuard

from vapi_sessions_tools.engine.invisible import escape_invisible


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a JSON value is a list."""
    return isinstance(value, list)


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
