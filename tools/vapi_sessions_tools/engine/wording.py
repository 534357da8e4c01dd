"""A scalar's rule in words: its type, its form, its extent, and values to begin with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.vocabulary import shown_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vapi_sessions_tools.engine.shape import Shape

FORMS = {
    "uuid": ("must be a UUID", "8-4-4-4-12 hexadecimal digits, such as 123e4567-e89b-12d3-a456-426614174000"),
    "date-time": (
        "must be a date and time in ISO 8601",
        "such as 2026-01-31T09:30:00Z, 2026-01-31",
    ),
    "date": ("must be a date in ISO 8601", "such as 2026-01-31"),
    "uri": ("must be a URL", "such as https://example.com/path"),
    "email": ("must be an e-mail address", "such as name@example.com"),
    "ipv4": ("must be an IPv4 address", "such as 192.0.2.1"),
    "ipv6": ("must be an IPv6 address", "such as 2001:db8::1"),
}
"""By `format`: the rule as a sentence part, and the form with an example."""

COMPARISONS: dict[str, str] = {
    "minimum": "must be at least {limit}",
    "maximum": "must be at most {limit}",
    "exclusiveMinimum": "must be more than {limit}",
    "exclusiveMaximum": "must be less than {limit}",
    "multipleOf": "must be a multiple of {limit}",
    "minItems": "must have at least {limit} items",
    "maxItems": "must have at most {limit} items",
    "minProperties": "must have at least {limit} fields",
    "maxProperties": "must have at most {limit} fields",
    "minLength": "must have at least {limit} characters",
    "maxLength": "must have at most {limit} characters",
}
_RANGES = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " items"),
    ("minProperties", "maxProperties", " fields"),
)
_KINDS = {"integer": "whole number", "boolean": "true or false", "any": "any JSON"}
_MOST_EXAMPLES = 5
_LONGEST_PATTERN = 120
_SAMPLES = ("name", "Name", "NAME", "name1", "a", "1", "1.0", "en-US", "2026-01-31", "+14155551234", "/path")
"""What a pattern's example is chosen from: the first that matches."""


def words(shape: Shape) -> Any:
    """Say what may stand at a place that holds no further fields.

    Args:
        shape: Of a scalar, or of any JSON value.

    Returns:
        The listed values, where no other makes sense; else a text that ends in `such as` and examples,
        where there are any, separated by commas.
    """
    if shape.enum and (shape.closed or len(shape.enum) == 1):
        return shown_values(shape.enum)
    form = form_words(shape.limits.get("format"))
    if form is not None:
        return form
    parts = [_KINDS.get(shape.kind, shape.kind), extent(shape.limits)]
    if shape.pattern is not None and len(shape.pattern) <= _LONGEST_PATTERN:
        parts.append(f"matching {shape.pattern}")
    parts.append(examples(shape))
    return ", ".join(part for part in parts if part)


def form_words(name: Any) -> str | None:
    """Say what a format is, with an example; None for one that is no rule."""
    if name not in FORMS:
        return None
    rule, form = FORMS[name]
    return f"{rule.removeprefix('must be ')}: {form}"


def examples(shape: Shape) -> str | None:
    """Name values that are right at a place, or None where none is known."""
    values: Sequence[Any] = shape.enum or tuple(shape.meta.get("x-examples", ()))
    if not values and shape.pattern is not None:
        values = [text for text in _SAMPLES if _matches(shape.pattern, text)][:1]
    if not values:
        return None
    shown = ", ".join(str(value) for value in values[:_MOST_EXAMPLES])
    more = len(values) - _MOST_EXAMPLES
    return f"such as {shown}" + (f"; {more} more" if more > 0 else "")


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def both_ends(limits: Mapping[str, Any]) -> str | None:
    """Write both ends of a range, where there are two."""
    for low, high, unit in _RANGES:
        if low in limits and high in limits:
            return f"{limits[low]} to {limits[high]}{unit}"
    return None


def item_count(shape: Shape) -> str | None:
    """Write how many items a list may have, whatever other limits stand beside them."""
    return extent({name: limit for name, limit in shape.limits.items() if name.endswith("Items")})


def extent(limits: Mapping[str, Any]) -> str | None:
    """Write all limits that there are: `1 to 40 characters`, `at least 0, less than 10, a multiple of 2`."""
    parts: list[str] = []
    told: set[str] = set()
    for low, high, unit in _RANGES:
        if low in limits and high in limits:
            parts.append(f"{limits[low]} to {limits[high]}{unit}")
            told |= {low, high}
    for keyword, rule in COMPARISONS.items():
        if keyword in limits and keyword not in told:
            limit = rule.format(limit=limits[keyword])
            parts.append(limit.removeprefix("must be ").removeprefix("must have "))
    return ", ".join(parts) or None
