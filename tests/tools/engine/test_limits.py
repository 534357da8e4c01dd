"""Limits as rules that can hold, each where it says something."""

from __future__ import annotations

from typing import Any

import pytest

from vapi_sessions_tools.engine.limits import read_limits, relevant_limits

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("schema", "limits"),
    [
        ({"minimum": 0, "exclusiveMinimum": True}, {"exclusiveMinimum": 0}),
        ({"maximum": 9, "exclusiveMaximum": True}, {"exclusiveMaximum": 9}),
        ({"minimum": 0, "exclusiveMinimum": False}, {"minimum": 0}),
        ({"exclusiveMinimum": True}, {}),
        ({"exclusiveMaximum": 5}, {"exclusiveMaximum": 5}),
        ({"maxLength": "40", "minLength": -1, "multipleOf": 0}, {}),
        ({"maxLength": 40.0, "multipleOf": 0.5}, {"maxLength": 40, "multipleOf": 0.5}),
        ({"uniqueItems": True, "format": "uuid"}, {"uniqueItems": True, "format": "uuid"}),
        ({"uniqueItems": False, "format": None, "minimum": True}, {}),
    ],
)
def test_limits_are_read_as_rules_that_can_hold(schema: Json, limits: Json) -> None:
    assert read_limits(schema) == limits


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("string", {"maxLength": 2}),
        ("array", {"maxItems": 3}),
        ("number", {"maximum": 1}),
        ("boolean", {}),
        ("any", {"maximum": 1, "maxLength": 2, "maxItems": 3}),
    ],
)
def test_a_limit_of_another_kind_says_nothing(kind: str, kept: Json) -> None:
    assert relevant_limits(kind, {"maximum": 1, "maxLength": 2, "maxItems": 3}) == kept
