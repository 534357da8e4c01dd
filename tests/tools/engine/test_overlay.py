"""An overlay is laid over a document action by action, and never passes unnoticed when it no longer fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.engine.overlay import apply_overlay
from vapi_sessions_tools.errors import OverlayError

if TYPE_CHECKING:
    from small_contract import Json


def laid_over(document: Json, *actions: Json) -> Json:
    return apply_overlay(document, {"overlay": "1.0.0", "actions": list(actions)})


def test_an_update_merges_objects_and_leaves_the_original_alone() -> None:
    document = {"info": {"title": "Old", "version": "1"}}
    changed = laid_over(document, {"target": "$.info", "update": {"title": "New", "x": {"y": 1}}})
    assert changed == {"info": {"title": "New", "version": "1", "x": {"y": 1}}}
    assert document == {"info": {"title": "Old", "version": "1"}}


def test_an_update_reaches_into_nested_objects() -> None:
    changed = laid_over({"a": {"b": {"c": 1}}}, {"target": "$", "update": {"a": {"b": {"d": 2}}}})
    assert changed == {"a": {"b": {"c": 1, "d": 2}}}


def test_a_list_in_an_update_is_added_to_the_list_that_is_there() -> None:
    assert laid_over({"tags": [1]}, {"target": "$", "update": {"tags": [2]}}) == {"tags": [1, 2]}


def test_an_update_of_a_list_is_appended() -> None:
    assert laid_over({"tags": ["a"]}, {"target": "$.tags", "update": "b"}) == {"tags": ["a", "b"]}


def test_an_update_of_several_places_puts_a_copy_in_each() -> None:
    update: Json = {"target": "$.*", "update": {"x": []}}
    changed = laid_over({"a": {}, "b": {}}, update)
    changed["a"]["x"].append(1)
    assert changed["b"] == {"x": []}


def test_actions_are_carried_out_in_order() -> None:
    first: Json = {"target": "$", "update": {"a": {}}}
    second: Json = {"target": "$.a", "update": {"b": 1}}
    assert laid_over({}, first, second) == {"a": {"b": 1}}


def test_fields_and_entries_are_removed() -> None:
    changed = laid_over(
        {"a": 1, "list": [{"n": 1}, {"n": 2}, {"n": 1}]},
        {"target": "$.a", "remove": True},
        {"target": "$.list[?@.n == 1]", "remove": True},
    )
    assert changed == {"list": [{"n": 2}]}


def test_a_target_selects_by_what_an_entry_holds() -> None:
    document = {"parameters": [{"name": "createdAtGt"}, {"name": "page"}]}
    changed = laid_over(
        document, {"target": "$.parameters[?match(@.name, '.*Gt')]", "update": {"x-date-edge": "end"}}
    )
    assert changed == {"parameters": [{"name": "createdAtGt", "x-date-edge": "end"}, {"name": "page"}]}


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"target": "$.missing", "update": {}}, r"\$\.missing selects nothing"),
        ({"target": "$.[", "update": {}}, "is no JSONPath"),
        ({"update": {}}, "has no target"),
        ({"target": "$.info"}, "neither updates nor removes"),
        ({"target": "$.info.title", "update": {"a": 1}}, "neither an object nor a list"),
        ({"target": "$.info", "update": "text"}, "neither an object nor a list"),
        ({"target": "$", "remove": True}, "cannot remove the whole document"),
    ],
)
def test_an_action_that_does_not_fit_is_refused(action: Json, reason: str) -> None:
    with pytest.raises(OverlayError, match=reason):
        laid_over({"info": {"title": "T"}}, action)


@pytest.mark.parametrize("overlay", [{}, {"overlay": "2.0.0"}])
def test_only_overlays_of_version_1_0_are_carried_out(overlay: Json) -> None:
    with pytest.raises(OverlayError, match=r"expected 1\.0\.x"):
        apply_overlay({}, overlay)


def test_an_overlay_without_actions_changes_nothing() -> None:
    assert apply_overlay({"a": 1}, {"overlay": "1.0.0"}) == {"a": 1}
