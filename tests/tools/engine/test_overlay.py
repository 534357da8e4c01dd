"""An overlay is applied to a document action by action; one that no longer fits is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.engine.overlay import apply_overlay
from vapi_sessions_tools.errors import OverlayError

if TYPE_CHECKING:
    from small_contract import Json


def applied(document: Json, *actions: Json) -> Json:
    return apply_overlay(document, {"overlay": "1.0.0", "actions": list(actions)})


def test_an_update_merges_objects_and_does_not_change_the_original() -> None:
    document = {"info": {"title": "Old", "version": "1", "x": {"y": 1}}, "tags": [1]}
    update: Json = {"info": {"title": "New", "x": {"z": 2}}, "tags": [2]}
    assert applied(document, {"target": "$", "update": update}) == {
        "info": {"title": "New", "version": "1", "x": {"y": 1, "z": 2}},
        "tags": [1, 2],
    }
    assert document == {"info": {"title": "Old", "version": "1", "x": {"y": 1}}, "tags": [1]}


def test_an_update_of_a_list_is_appended() -> None:
    assert applied({"tags": ["a"]}, {"target": "$.tags", "update": "b"}) == {"tags": ["a", "b"]}


def test_an_update_of_several_places_puts_a_copy_in_each() -> None:
    changed = applied({"a": {}, "b": {}}, {"target": "$.*", "update": {"x": []}})
    changed["a"]["x"].append(1)
    assert changed["b"] == {"x": []}
    lists = applied({"a": [], "b": []}, {"target": "$.*", "update": {}})
    assert lists["a"][0] is not lists["b"][0]


def test_actions_are_carried_out_in_order() -> None:
    first: Json = {"target": "$", "update": {"a": {}}}
    assert applied({}, first, {"target": "$.a", "update": {"b": 1}}) == {"a": {"b": 1}}
    assert apply_overlay({"a": 1}, {"overlay": "1.0.0"}) == {"a": 1}


def test_fields_and_entries_are_removed() -> None:
    document: Json = {"a": 1, "list": [{"n": 1}, {"n": 2}, {"n": 1}]}
    remove_entries: Json = {"target": "$.list[?@.n == 1]", "remove": True}
    assert applied(document, {"target": "$.a", "remove": True}, remove_entries) == {"list": [{"n": 2}]}


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
        applied({"info": {"title": "T"}}, action)


@pytest.mark.parametrize("overlay", [{}, {"overlay": "2.0.0"}])
def test_an_overlay_of_another_version_is_refused(overlay: Json) -> None:
    with pytest.raises(OverlayError, match=r"expected 1\.0\.x"):
        apply_overlay({}, overlay)
