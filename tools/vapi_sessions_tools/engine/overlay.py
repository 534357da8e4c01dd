"""OpenAPI Overlay 1.0: our words, policies and corrections, laid over published facts.

Source of the rules: the OpenAPI Overlay Specification 1.0.0. Stricter than it in one point: a target
that selects nothing is an error, because an overlay that no longer fits must not pass unnoticed.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.errors import OverlayError

if TYPE_CHECKING:
    from jsonpath import JSONPathMatch

    from vapi_sessions_tools.engine.document import Document


def apply_overlay(document: Document, overlay: Document) -> Document:
    """Return a copy of `document` with every action of `overlay` carried out in order.

    Raises:
        OverlayError: The overlay's version is not 1.0, or an action is malformed or selects nothing.
    """
    version = str(overlay.get("overlay", ""))
    if not version.startswith("1.0"):
        raise OverlayError(f"the overlay's version is {version!r}; expected 1.0.x")
    result = copy.deepcopy(document)
    for action in overlay.get("actions", []):
        _carry_out(result, action)
    return result


def _carry_out(document: Document, action: Document) -> None:
    target = action.get("target")
    if not isinstance(target, str):
        raise OverlayError(f"an overlay action has no target: {action}")
    matches = _select(document, target)
    if not matches:
        raise OverlayError(f"overlay target {target} selects nothing; does the document still have it?")
    for match in reversed(matches):  # backwards, so that removing a list's entry moves no later one
        if action.get("remove") is True:
            _remove(match)
        elif "update" in action:
            _update(match, action["update"])
        else:
            raise OverlayError(f"the overlay action at {target} neither updates nor removes")


def _select(document: Document, target: str) -> list[JSONPathMatch]:
    import jsonpath

    try:
        return list(jsonpath.finditer(target, document))
    except jsonpath.JSONPathError as error:
        raise OverlayError(f"overlay target {target} is no JSONPath: {error}") from error


def _remove(match: JSONPathMatch) -> None:
    if match.parent is None:
        raise OverlayError("an overlay cannot remove the whole document")
    container = cast("Any", match.parent.obj)
    del container[match.parts[-1]]


def _update(match: JSONPathMatch, update: Any) -> None:
    node: Any = match.obj
    if is_list(node):
        node.append(copy.deepcopy(update))
    elif is_object(node) and is_object(update):
        _merge(node, update)
    else:
        raise OverlayError(f"overlay target {match.path} is neither an object nor a list")


def _merge(node: Document, update: Document) -> None:
    for key, value in update.items():
        present = node.get(key)
        if is_object(present) and is_object(value):
            _merge(present, value)
        elif is_list(present) and is_list(value):
            present.extend(copy.deepcopy(value))
        else:
            node[key] = copy.deepcopy(value)
