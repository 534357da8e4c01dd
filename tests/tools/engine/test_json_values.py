"""JSON objects and lists are told apart, and depth is found without recursion."""

from __future__ import annotations

from vapi_sessions_tools.engine.json_values import children, deeper_than, is_list, is_object


def test_objects_and_lists_are_told_apart() -> None:
    values: list[object] = [{}, [], "a", None]
    assert [is_object(value) for value in values] == [True, False, False, False]
    assert [is_list(value) for value in values] == [False, True, False, False]


def test_what_stands_directly_in_a_value_is_found() -> None:
    assert children({"a": 1, "b": [2]}) == [1, [2]]
    assert children([1, {"a": 2}]) == [1, {"a": 2}]
    assert children("abc") == []


def test_depth_is_counted_in_levels() -> None:
    assert not deeper_than([[1]], 3)
    assert deeper_than([[1]], 2)
    assert not deeper_than("a", 1)
    assert deeper_than({"a": {"b": {"c": 1}}}, 3)
