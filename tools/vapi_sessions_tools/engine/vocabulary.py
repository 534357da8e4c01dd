"""Showing listed values within reason, and finding the one that was meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SHOWN = 12
_NEAREST = 3


def shown_values(values: Sequence[Any], given: object = None) -> list[Any]:
    """Return all values of a short list; of a long one the nearest to `given`, or the first, and a count.

    Args:
        values: What is listed.
        given: What stood there instead, when it may be looked at.
    """
    if len(values) <= _SHOWN:
        return list(values)
    near = nearest(given, (value for value in values if isinstance(value, str)))
    first = near or list(values[: _SHOWN - 2])
    return [*first, f"... {len(values) - len(first)} more"]


def nearest(given: object, names: Iterable[str], count: int = _NEAREST) -> list[str]:
    """Return the names most like what was given, best first; case and separators do not count."""
    if not isinstance(given, str) or len(given) > 100:
        return []
    by_form: dict[str, str] = {}
    for name in names:
        by_form.setdefault(_form(name), name)
    return [by_form[form] for form in difflib.get_close_matches(_form(given), by_form, n=count, cutoff=0.6)]


def _form(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
