"""A scalar's rule in words, with values to begin with."""

from __future__ import annotations

import re
from typing import Any

import pytest

from small_contract import shapes_of
from vapi_sessions_tools.engine.wording import words


def said(schema: dict[str, Any]) -> Any:
    return words(shapes_of(It=schema).named("It"))


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "minLength": 1, "maxLength": 40}, "string, 1 to 40 characters"),
        ({"type": "string", "maxLength": 40}, "string, at most 40 characters"),
        ({"type": "integer", "minimum": 0}, "whole number, at least 0"),
        ({"type": "number", "exclusiveMinimum": 0}, "number, more than 0"),
        ({"type": "boolean"}, "true or false"),
        ({}, "any JSON"),
        ({"type": "string", "enum": ["a", "b"], "x-closed-enum": True}, ["a", "b"]),
        ({"type": "string", "enum": ["constant"]}, ["constant"]),
        ({"type": "string", "enum": ["a", "b"]}, "string, such as a, b"),
        ({"type": "number", "enum": [1, 2, 3, 4, 5, 6, 7]}, "number, such as 1, 2, 3, 4, 5; 2 more"),
        ({"type": "string", "format": "date"}, "a date in ISO 8601: such as 2026-01-31"),
        ({"type": "string", "format": "unheard-of"}, "string"),
    ],
)
def test_words(schema: dict[str, Any], told: Any) -> None:
    assert said(schema) == told


@pytest.mark.parametrize("pattern", ["^[A-Z][A-Z0-9_]*$", "^[a-z]{1,40}$", "^\\d+$", "/^[a-z]+$/i"])
def test_a_pattern_comes_with_a_value_that_matches_it(pattern: str) -> None:
    shape = shapes_of(It={"type": "string", "pattern": pattern}).named("It")
    assert shape.pattern is not None
    _, _, example = words(shape).partition("such as ")
    assert re.search(shape.pattern, example)


@pytest.mark.parametrize("pattern", ["^only-this-one$", "^\\p{L}+$"])
def test_a_pattern_that_no_sample_matches_or_none_can_read_comes_without(pattern: str) -> None:
    assert said({"type": "string", "pattern": pattern}) == f"string, matching {pattern}"
