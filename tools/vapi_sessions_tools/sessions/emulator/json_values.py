"""Type guards over parsed JSON, so that a checker knows what a test has found."""

from typing import TypeAlias, TypeGuard

JsonObject: TypeAlias = dict[str, object]


def is_object(value: object) -> TypeGuard[JsonObject]:
    """Tell whether a JSON value is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[object]]:
    """Tell whether a JSON value is an array."""
    return isinstance(value, list)


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a JSON value is a number; Python counts ``True`` as one, JSON does not."""
    return isinstance(value, int | float) and not isinstance(value, bool)
