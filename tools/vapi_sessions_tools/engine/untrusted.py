"""Telling in a result which of its parts third parties wrote.

A schema's `x-untrusted` names the fields that hold their words. A field that the contract does not declare
may hold them as well. The mark stands beside the result's own fields, where no text within it can reach.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.invisible import seen_line
from vapi_sessions_tools.engine.json_values import is_object
from vapi_sessions_tools.engine.placeholder import cut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.shape import Shape

MARK = "untrusted"
"""The result's field that lists the places."""


def untrusted_fields(shape: Shape | None) -> tuple[str, ...]:
    """Return the fields of a schema that hold third parties' words, by their names in any of its views."""
    return tuple(shape.meta.get("x-untrusted", ())) if shape is not None else ()


def untrusted_in(shape: Shape | None, shown: Document, made: Iterable[str]) -> list[str]:
    """Return the fields of a shown object that hold third parties' words.

    Args:
        shape: What the object is.
        shown: The object as it is shown.
        made: Fields that the view made, which no schema declares.
    """
    named = untrusted_fields(shape)
    if shape is None or not named:
        return []
    known = {*shape.properties, *made, MARK}
    return sorted(name for name in shown if name in named or name not in known)


def untrusted_in_items(
    shape: Shape | None, shown: list[Any], made: Iterable[str], place: str = "results"
) -> list[str]:
    """Return the places of third parties' words in the entries of a list, each once.

    Args:
        shape: What an entry is.
        shown: The entries as they are shown.
        made: Fields that the view made, which no schema declares.
        place: Where the entries stand in the result.
    """
    made = tuple(made)
    found = {name for entry in shown if is_object(entry) for name in untrusted_in(shape, entry, made)}
    return [f"{place}[].{name}" for name in sorted(found)]


def quoted(text: str, longest: int) -> str:
    """Return third parties' words as one quoted line, so that they end where they are seen to end.

    Args:
        text: Their words.
        longest: Characters of them that are kept.
    """
    return json.dumps(cut(seen_line(text), longest), ensure_ascii=False)


def marked(result: Document, places: list[str]) -> Document:
    """Return a result that says which of its places hold third parties' words; the mark comes first."""
    if not places:
        return result
    return {MARK: places, **{name: value for name, value in result.items() if name != MARK}}
