"""The building blocks of validation: a check takes a path and a value, and yields what is wrong.

The texts are those of class-validator, which NestJS applies to a request, as reported by users of the live
API. A nested path stands before the text it belongs to, whence ``assistant.property x should not exist``. One
text tells of each wrong type, where the library may add a second one about the length of what is no text.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeAlias

from vapi_sessions_tools.sessions.emulator.json_values import is_array, is_number, is_object

Check: TypeAlias = Callable[[str, object], Iterator[str]]

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def anything(_path: str, _value: object) -> Iterator[str]:
    """Accept every value: a place where the vendor's vocabulary or an open union stands."""
    return iter(())


def boolean(path: str, value: object) -> Iterator[str]:
    """Accept true and false."""
    if not isinstance(value, bool):
        yield f"{path} must be a boolean value"


def uuid(path: str, value: object) -> Iterator[str]:
    """Accept a UUID of any version, in either case."""
    if not (isinstance(value, str) and UUID.fullmatch(value)):
        yield f"{path} must be a UUID"


def text(*, shortest: int = 0, longest: int | None = None) -> Check:
    """Return a check for a text of some length, counted in characters.

    Args:
        shortest: The least number of characters.
        longest: The greatest number, or None for no limit.

    Returns:
        The check.
    """

    def check(path: str, value: object) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{path} must be a string"
        elif longest is not None and len(value) > longest:
            yield f"{path} must be shorter than or equal to {longest} characters"
        elif len(value) < shortest:
            yield f"{path} must be longer than or equal to {shortest} characters"

    return check


def number(*, least: int | None = None, most: int | None = None) -> Check:
    """Return a check for a number within bounds, both inclusive.

    Args:
        least: The smallest number accepted, or None.
        most: The largest number accepted, or None.

    Returns:
        The check.
    """

    def check(path: str, value: object) -> Iterator[str]:
        if not is_number(value):
            yield f"{path} must be a number conforming to the specified constraints"
        elif least is not None and value < least:
            yield f"{path} must not be less than {least}"
        elif most is not None and value > most:
            yield f"{path} must not be greater than {most}"

    return check


def one_of(*values: str) -> Check:
    """Return a check for a closed list of texts.

    Args:
        *values: Every text accepted.

    Returns:
        The check.
    """

    def check(path: str, value: object) -> Iterator[str]:
        if value not in values:
            yield f"{path} must be one of the following values: {', '.join(values)}"

    return check


def array(item: Check) -> Check:
    """Return a check for an array.

    Args:
        item: What each of its items must pass.

    Returns:
        The check.
    """

    def check(path: str, value: object) -> Iterator[str]:
        if not is_array(value):
            yield f"{path} must be an array"
            return
        for index, element in enumerate(value):
            yield from item(f"{path}.{index}", element)

    return check


def record(fields: Mapping[str, Check], *, required: Collection[str] = (), closed: bool = True) -> Check:
    """Return a check for an object.

    A field that is null counts as not given (unknown upstream; follows NestJS).

    Args:
        fields: The check of each known field.
        required: The fields that must be given.
        closed: Whether a field of another name is refused.

    Returns:
        The check.
    """

    def check(path: str, value: object) -> Iterator[str]:
        if not is_object(value):
            yield f"{path} must be an object"
            return
        prefix = f"{path}." if path else ""
        if closed:
            yield from (f"{prefix}property {name} should not exist" for name in value if name not in fields)
        for name, field in fields.items():
            given = value.get(name)
            if given is not None or name in required:
                yield from field(f"{prefix}{name}", given)

    return check
