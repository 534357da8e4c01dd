"""A redacted answer made the result that a caller sees: its own selection, or the compact view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.derivation import QUERY_ARGUMENT
from vapi_sessions_tools.engine.json_values import is_object, size
from vapi_sessions_tools.engine.pages import fitting_count, is_named, next_page, smaller_page
from vapi_sessions_tools.engine.shrinking import LARGEST, shrink_result
from vapi_sessions_tools.engine.untrusted import marked, untrusted_fields, untrusted_in, untrusted_in_items
from vapi_sessions_tools.engine.view import SAID, SMALL, Compact, item_views, one_view, said_lossy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Operation, Pages
    from vapi_sessions_tools.engine.shape import Shape, Shapes

_ROOM_FOR_PAGE = 1_500
"""Bytes left for what stands beside the entries of a list."""


class Presenter:
    """Makes results of one contract's answers.

    Args:
        shapes: The contract's schemas.
    """

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._forms: dict[int, tuple[Shape, Compact | None]] = {}

    def selected(self, operation: Operation, value: Any) -> Document:
        """Return the result of a call with a query; what it selects may be anyone's words.

        Args:
            operation: What was called.
            value: What the query selected of its answer.
        """
        shape = self._entry_shape(operation, operation.pages) if operation.pages else self._answer(operation)
        theirs = bool(value) and not isinstance(value, (bool, int, float)) and untrusted_fields(shape)
        return shrink_result(marked({"result": value}, ["result"] if theirs else []), QUERY_ARGUMENT)

    def compact(self, operation: Operation, arguments: Mapping[str, Any], answer: Any) -> Document:
        """Return the result of a call without one.

        Args:
            operation: What was called.
            arguments: What it was called with.
            answer: What it answered, redacted.
        """
        if operation.pages is not None and is_object(answer):
            return self._page(operation, operation.pages, arguments, answer)
        shape = self._answer(operation)
        form = self._form(shape)
        if is_object(answer) and shape is not None and form is not None:
            shown = one_view(form.one, answer, shape.properties, QUERY_ARGUMENT)
            made = (*form.one.select, *SAID, QUERY_ARGUMENT)
            shown = marked(shown, untrusted_in(shape, shown, made))
            shrunk = shrink_result(shown, QUERY_ARGUMENT if operation.queryable else None)
            cut = any(shrunk.get(name) != shown.get(name) for name in form.one.whole)
            return said_lossy(shrunk, form.one.whole, QUERY_ARGUMENT) if cut else shrunk
        whole = marked(answer, untrusted_in(shape, answer, ())) if is_object(answer) else {"result": answer}
        return shrink_result(whole, QUERY_ARGUMENT if operation.queryable else None)

    def _page(
        self, operation: Operation, pages: Pages, arguments: Mapping[str, Any], answer: Document
    ) -> Document:
        entries: list[Any] = answer.get(pages.results) or []
        form = self._form(self._entry_shape(operation, pages))
        shown, omitted = item_views(form.item, entries) if form else (entries, {})
        fits = self._fitting(operation, pages, arguments, shown)
        again = fits < len(shown) and is_named(pages, arguments)
        shown = shown[: 0 if again else fits]
        result: Document = {
            "results": shown,
            "page": _metadata(answer, pages),
            "next": smaller_page(pages, arguments, fits)
            if again
            else next_page(operation, pages, arguments, answer, len(shown)),
        }
        further = {
            name: value
            for name, value in answer.items()
            if name not in (*result, pages.results, pages.metadata) and size(value) <= SMALL
        }
        result |= further
        if omitted:
            result["omitted"] = omitted
        if len(shown) < len(entries):
            told = "next asks for it in parts" if again else "next gives the rest"
            result["cut"] = {"results": f"the first {len(shown)} of {len(entries)}; {told}"}
        places = self.untrusted_entries(operation, shown, "results")
        if untrusted_fields(self._entry_shape(operation, pages)):
            places += sorted(further)
        return shrink_result(marked(result, places), QUERY_ARGUMENT)

    def entries(self, operation: Operation, entries: list[Any]) -> list[Any]:
        """Return entries of a list in their compact form."""
        form = self._form(self._entry_shape(operation, operation.pages)) if operation.pages else None
        return item_views(form.item, entries)[0] if form else entries

    def identities(self, operation: Operation, entries: list[Any]) -> list[Document]:
        """Return of entries of a list no more than what they are told by."""
        shape = self._entry_shape(operation, operation.pages) if operation.pages else None
        names = shape.required[:1] if shape is not None else ()
        return [{name: entry.get(name) for name in names} for entry in entries]

    def untrusted_entries(self, operation: Operation, shown: list[Any], place: str) -> list[str]:
        """Return where in shown entries of a list third parties' words stand.

        Args:
            operation: What lists them.
            shown: The entries as they are shown.
            place: Where they stand in the result.
        """
        shape = self._entry_shape(operation, operation.pages) if operation.pages else None
        form = self._form(shape)
        return untrusted_in_items(shape, shown, form.item.select if form else (), place)

    def _form(self, shape: Shape | None) -> Compact | None:
        """Return a schema's compact forms, read once; the shape is kept so that its id stays its own."""
        if shape is None:
            return None
        if id(shape) not in self._forms:
            stated = shape.meta.get("x-compact")
            self._forms[id(shape)] = (shape, Compact(**stated) if stated else None)
        return self._forms[id(shape)][1]

    def _fitting(
        self, operation: Operation, pages: Pages, arguments: Mapping[str, Any], entries: list[Any]
    ) -> int:
        used, fits = _ROOM_FOR_PAGE, 0
        for entry in entries:
            used += size(entry) + 1
            if used > LARGEST:
                return fitting_count(operation, pages, arguments, fits)
            fits += 1
        return fits

    def _answer(self, operation: Operation) -> Shape | None:
        return self._shapes.read(operation.success) if operation.success is not None else None

    def _entry_shape(self, operation: Operation, pages: Pages) -> Shape | None:
        answer = self._answer(operation)
        listed = answer.properties.get(pages.results) if answer is not None else None
        items = self._shapes.read(listed).items if listed else None
        return self._shapes.read(items) if items else None


def _metadata(answer: Document, pages: Pages) -> Document:
    metadata = answer.get(pages.metadata)
    return metadata if is_object(metadata) else {}
