"""Keeping a result under the size that clients take, and saying what was cut and how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_list, is_object, size
from vapi_sessions_tools.engine.placeholder import cut

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.document import Document

LARGEST = 60_000
"""Bytes of text that a result may have; Claude Code caps one near 25,000 tokens."""

_NOTICE = 1_500
_LONGEST_PLACE = 60
_SMALLEST_CUT = 200


def shrink(value: Any, room: int, path: str = "") -> tuple[Any, dict[str, str]]:
    """Return as much of a value as there is room for, and what was cut from it.

    Args:
        value: The value.
        room: Bytes of compact JSON.
        path: Where it stands in the result.

    Returns:
        The value, and for each place that was cut how much of it is shown.
    """
    if size(value) <= room:
        return value, {}
    if isinstance(value, str):
        return _shrink_text(value, room, path)
    if is_list(value):
        return _shrink_list(value, room, path)
    if is_object(value):
        return _shrink_object(value, room, path)
    return value, {}


def _shrink_text(text: str, room: int, path: str) -> tuple[str, dict[str, str]]:
    kept = max(room - 40, 0)
    while kept and size(text[:kept]) > room - 40:
        kept = kept * (room - 40) // (size(text[:kept]) + 1)
    return cut(text, kept), {path or "result": f"{kept} of {len(text)} characters"}


def _shrink_list(values: list[Any], room: int, path: str) -> tuple[list[Any], dict[str, str]]:
    """Keep the first items that fit; where not even one does, as much of it as does."""
    count, used = 0, 2
    while count < len(values) and (used := used + size(values[count]) + 1) <= room:
        count += 1
    told = {path or "result": f"the first {max(count, 1)} of {len(values)} items"}
    if count or not values:
        return values[:count], told
    first, inner = shrink(values[0], room - 2, f"{path}[0]")
    return [first], {**told, **inner}


def _shrink_object(fields: Document, room: int, path: str) -> tuple[Document, dict[str, str]]:
    """Keep the small fields; the largest share what room is left, and where they cannot, some go."""
    result, notices = dict(fields), dict[str, str]()
    sizes = {name: size(value) for name, value in fields.items()}
    excess = size(fields) - room
    for name in sorted(fields, key=lambda field: sizes[field], reverse=True):
        if excess <= 0 or sizes[name] <= _SMALLEST_CUT:
            break
        place = f"{path}.{name}" if path else name
        result[name], inner = shrink(fields[name], max(sizes[name] - excess - 8, _SMALLEST_CUT), place)
        excess -= sizes[name] - size(result[name])
        notices |= inner
    if excess <= 0:
        return result, notices
    kept = _fitting(result, room)
    return kept, {path or "result": f"{len(kept)} of {len(fields)} fields", **notices}


def _fitting(fields: Document, room: int) -> Document:
    kept: Document = {}
    used = 2
    for name, value in fields.items():
        needed = size(name) + size(value) + 2
        if used + needed <= room:
            kept[name] = value
            used += needed
    return kept


def shrink_result(result: Document, query_argument: str | None) -> Document:
    """Return a result that fits, with `cut` naming what does not.

    Args:
        result: The result.
        query_argument: The argument by which the rest can be had, if there is one.
    """
    if size(result) <= LARGEST:
        return result
    shrunk, notices = shrink(result, LARGEST - _NOTICE)
    notice: Document = {place[:_LONGEST_PLACE]: told for place, told in list(notices.items())[:3]}
    if any(told.endswith("characters") for told in notices.values()):
        notice["text"] = "a text this long cannot be had in parts"
    if query_argument is not None:
        notice["rest"] = f'{query_argument} selects less, or the further items of a list: "EXPRESSION | [N:]"'
    return {**shrunk, "cut": notice}
