"""Split a large document into small ones that have the same validation errors.

A validator builds every error of a document, and copies the value into each. With slices, it can stop early.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from vapi_sessions_tools.engine.json_values import count_values, is_object

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from vapi_sessions_tools.engine.document import Document

SIZE = 400
"""Values of a slice, apart from the fields around it that it needs to be valid."""

Path = tuple[str | int, ...]
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a document.

    Args:
        value: The document with some of its items and fields left out.
        starts: Paths with omitted content; for a list, the index of the first item kept.
    """

    value: Any
    starts: Mapping[Path, int] = field(default_factory=dict[Path, int])

    def path(self, path: Sequence[str | int]) -> Path:
        """Return the place in the document of a place in this slice."""
        if not self.starts:
            return tuple(path)
        return tuple(
            part + self.starts.get(tuple(path[:at]), 0) if isinstance(part, int) else part
            for at, part in enumerate(path)
        )

    def is_cut(self, path: Sequence[str | int]) -> bool:
        """Whether items or fields are left out at a place in this slice."""
        return tuple(path) in self.starts


def slices(value: Any, names: Collection[str]) -> Iterator[Slice]:
    """Yield the slices of a document, in its order; one that is small is its only slice.

    Args:
        value: The document.
        names: Fields that tell how others are to be read; each slice has the beginning of all of them.
    """
    if count_values(value, SIZE) <= SIZE:
        yield Slice(value)
    elif is_object(value):
        yield from _slices_of_object(value, names)
    else:
        yield from _slices_of_list(value, names)


def _slices_of_list(items: list[Any], names: Collection[str]) -> Iterator[Slice]:
    for group in _groups(enumerate(items)):
        start, first = group[0]
        if len(group) > 1:
            yield Slice([item for _, item in group], {(): start})
            continue
        for inner in slices(first, names):
            yield Slice([inner.value], {(): start, **_below(0, inner)})


def _slices_of_object(fields: Document, names: Collection[str]) -> Iterator[Slice]:
    """Yield the beginning of the named fields, then whatever more there is, a little at a time."""
    further = {name: slices(held, names) for name, held in fields.items() if name in names}
    beginnings = {name: next(found) for name, found in further.items()}
    kept = {name: beginning.value for name, beginning in beginnings.items()}
    starts: dict[Path, int] = {(): 0}
    for name, beginning in beginnings.items():
        starts |= _below(name, beginning)
    yield Slice(kept, starts)
    for group in _groups((name, held) for name, held in fields.items() if name not in names):
        if len(group) > 1:
            yield Slice({**kept, **dict(group)}, starts)
        else:
            further[group[0][0]] = slices(group[0][1], names)
    for name, found in further.items():
        for inner in found:
            yield Slice({**kept, name: inner.value}, {**starts, **_below(name, inner)})


def _groups(pairs: Iterable[tuple[_Key, Any]]) -> Iterator[list[tuple[_Key, Any]]]:
    """Group small neighbours; a large value forms its own group."""
    group: list[tuple[_Key, Any]] = []
    left = SIZE
    for key, value in pairs:
        count = count_values(value, SIZE)
        if group and count > left:
            yield group
            group, left = [], SIZE
        group.append((key, value))
        left -= count
    if group:
        yield group


def _below(part: str | int, inner: Slice) -> dict[Path, int]:
    return {(part, *path): start for path, start in inner.starts.items()}
