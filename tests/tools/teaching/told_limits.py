"""The limits that a line of a refusal tells: `3 to 40 characters`, `more than 0, at most 5`."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Limits = dict[str, float]

_NUMBER = r"(-?[\d.]+(?:e-?\d+)?)"
_UNIT = r"( characters| items| fields)?"
_FORMS = (
    (re.compile(rf"{_NUMBER} to {_NUMBER}{_UNIT}"), ("minimum", "maximum")),
    (re.compile(rf"at least {_NUMBER}{_UNIT}"), ("minimum",)),
    (re.compile(rf"at most {_NUMBER}{_UNIT}"), ("maximum",)),
    (re.compile(rf"more than {_NUMBER}()"), ("exclusiveMinimum",)),
    (re.compile(rf"less than {_NUMBER}()"), ("exclusiveMaximum",)),
    (re.compile(rf"(?:a )?multiple of {_NUMBER}()"), ("multipleOf",)),
)
_COUNTED = {" characters": "Length", " items": "Items", " fields": "Properties"}
_KIND_OF_LIMIT = {"Length": "string", "Items": "list", "Properties": "object"}


def read_limits(told: str) -> Limits | None:
    """Read limits told one after the other, by their keyword; None where a part tells something else."""
    read = [_one(part) for part in told.split(", ") if part]
    return None if None in read else {key: limit for part in read if part for key, limit in part.items()}


def kind_of(limits: Limits) -> str:
    """Return what limits without a kind are limits of."""
    ends = (kind for end, kind in _KIND_OF_LIMIT.items() if any(key.endswith(end) for key in limits))
    return next(ends, "number")


def least_number(limits: Limits) -> float:
    """Return a number within limits: the least, where there is a least; else 0 or what is next to it."""
    return next(one for one in _tried(limits) if within(one, limits))


def within(number: float, limits: Limits) -> bool:
    """Whether a number keeps to limits."""
    step = limits.get("multipleOf", 0)
    return (
        limits.get("minimum", -math.inf) <= number <= limits.get("maximum", math.inf)
        and limits.get("exclusiveMinimum", -math.inf) < number < limits.get("exclusiveMaximum", math.inf)
        and (not step or math.isclose(number / step, round(number / step)))
    )


def _tried(limits: Limits) -> Iterator[float]:
    low = limits.get("minimum", limits.get("exclusiveMinimum"))
    high = limits.get("maximum", limits.get("exclusiveMaximum"))
    step = limits.get("multipleOf", 1)
    ends = [end for end in (low, 0, high) if end is not None]
    for end in ends:
        yield end
        yield from (math.floor(end / step) * step + count * step for count in (0, 1, -1))
    if low is not None and high is not None:
        yield (low + high) / 2
    yield ends[0]


def _one(part: str) -> Limits | None:
    for pattern, keywords in _FORMS:
        found = pattern.fullmatch(part)
        if found:
            *numbers, unit = found.groups()
            return {_counted(key, unit): float(n) for key, n in zip(keywords, numbers, strict=True)}
    return None


def _counted(keyword: str, unit: str | None) -> str:
    counted = _COUNTED.get(unit or "")
    return keyword if counted is None else keyword.removesuffix("imum") + counted
