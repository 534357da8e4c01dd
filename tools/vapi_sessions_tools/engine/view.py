"""What a caller sees of an answer when it asks for nothing in particular: the compact view.

A schema's `x-compact` says which fields are shown as they are, which in part (JMESPath), and which of
those must be known to be incomplete, because writing them back would lose what was not shown. What is
left out is named with its size, and anything can be had with a query.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from pydantic import Field

from vapi_sessions_tools.engine.json_values import is_list, is_object, size
from vapi_sessions_tools.engine.operation import Frozen
from vapi_sessions_tools.engine.placeholder import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from vapi_sessions_tools.engine.document import Document

SMALL = 300
"""Bytes up to which a field that the contract does not declare is shown."""

SAID = ("lossy", "omitted")
"""What a view says of itself, beside the query that gives the rest."""
_OURS = (*SAID, "cut", "ignored", "untrusted", "query_error")


class View(Frozen):
    """One compact form of an object.

    Args:
        fields: Fields shown as they are.
        select: Fields shown in part, or made: JMESPath on the object, by field.
        whole: Fields of `select` that are written back whole; showing one in part is said.
        cut: Fields whose texts are cut, at how many characters.
    """

    fields: tuple[str, ...] = ()
    select: dict[str, str] = Field(default_factory=dict)
    whole: tuple[str, ...] = ()
    cut: dict[str, int] = Field(default_factory=dict)


class Compact(Frozen):
    """A schema's compact forms: alone, and as an entry of a list."""

    one: View
    item: View


def one_view(view: View, answer: Document, declared: Container[str], query_argument: str) -> Document:
    """Return an object's compact form.

    Args:
        view: The form.
        answer: The object, redacted.
        declared: Fields that the contract knows; others are shown while small.
        query_argument: The argument that selects what is left out.
    """
    shown = _apply(view, answer)
    left = 2 * SMALL
    for name, value in answer.items():
        if name in declared or name in shown or name in (*_OURS, query_argument):
            continue  # what we say ourselves is not to be said by another
        if size(value) <= min(SMALL, left):
            left -= size(value)
            shown[name] = value
    # A null tells nothing: leaving it out loses nothing.
    lossy = [name for name in view.whole if name in shown and shown[name] != without_nulls(answer.get(name))]
    if lossy:
        shown = said_lossy(shown, lossy, query_argument)
    omitted = left_out(answer, shown)
    return {**shown, "omitted": omitted} if omitted else shown


def said_lossy(shown: Document, fields: Sequence[str], query_argument: str) -> Document:
    """Return a view that says that fields are not whole, with the query that gives them whole."""
    expression = fields[0] if len(fields) == 1 else f"[{', '.join(fields)}]"
    return {**shown, "lossy": True, query_argument: expression}


_LARGEST_ITEM = 570
"""Bytes of a list's entry on average: twenty stay under 12 kB."""
_SHARES = (1.0, 0.5, 0.25)
"""Of the lengths at which texts are cut, tried until the entries are small enough."""


def item_views(view: View, answers: list[Any]) -> tuple[list[Any], dict[str, int]]:
    """Return the entries of a list in their compact form, and the bytes left out by field."""
    shown, omitted = _item_views(view, answers)
    for share in _SHARES[1:]:
        if sum(map(size, shown)) <= _LARGEST_ITEM * len(shown):
            break
        shorter = {name: int(longest * share) for name, longest in view.cut.items()}
        shown, omitted = _item_views(view.model_copy(update={"cut": shorter}), answers)
    return shown, omitted


def _item_views(view: View, answers: list[Any]) -> tuple[list[Any], dict[str, int]]:
    shown: list[Any] = []
    omitted: dict[str, int] = {}
    for answer in answers:
        if not is_object(answer):
            shown.append(answer)
            continue
        shown.append(_apply(view, answer))
        for name, count in left_out(answer, shown[-1]).items():
            omitted[name] = omitted.get(name, 0) + count
    return shown, omitted


def left_out(answer: Document, shown: Document) -> dict[str, int]:
    """Return the fields that are not shown whole, with the bytes that are missing."""
    omitted: dict[str, int] = {}
    for name, value in answer.items():
        missing = size(value) - (size(shown[name]) if name in shown else 0)
        if value is not None and missing > 0 and (name not in shown or shown[name] != value):
            omitted[name] = missing
    return omitted


def _apply(view: View, answer: Document) -> Document:
    shown: Document = {}
    for name in (*view.fields, *view.select):
        value = _selected(view, name, answer) if name in view.select else answer.get(name)
        if name in view.cut:
            value = _cut_texts(value, view.cut[name])
        if value is not None:
            shown[name] = value
    return shown


def _selected(view: View, name: str, answer: Document) -> Any:
    try:
        return without_nulls(_compiled(view.select[name])(answer))
    except (ValueError, TypeError):
        # An answer of an unforeseen form is shown as it is rather than not at all.
        return answer.get(name)


@lru_cache(maxsize=64)
def _compiled(expression: str) -> Callable[[Any], Any]:
    import jmespath

    return cast("Callable[[Any], Any]", jmespath.compile(expression).search)


def without_nulls(value: Any) -> Any:
    """Return a selection without the fields that it found nothing for, None when it found nothing."""
    if is_object(value):
        kept = {key: child for key, child in value.items() if child is not None}
        return kept or None
    if is_list(value):
        return [without_nulls(item) for item in value]
    return value


def _cut_texts(value: Any, longest: int) -> Any:
    if isinstance(value, str):
        return cut(value, longest)
    if is_object(value):
        return {key: _cut_texts(child, longest) for key, child in value.items()}
    return value
