"""The rule of a scalar in words: its limits, its listed values and examples."""

from __future__ import annotations

import re
from typing import Any

import pytest

from small_contract import TEXT, Json, number, shapes_of, text
from vapi_sessions_tools.engine.limits import read_limits, relevant_limits
from vapi_sessions_tools.engine.vocabulary import nearest, shown_values
from vapi_sessions_tools.engine.wording import words

MODELS = [f"model-{number}" for number in range(30)]


def worded(schema: Json) -> Any:
    return words(shapes_of(It=schema).named("It"))


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (TEXT, "string"),
        (text(minLength=1, maxLength=40), "string, 1 to 40 characters"),
        (text(maxLength=40), "string, at most 40 characters"),
        ({"type": "integer", "minimum": 0}, "whole number, at least 0"),
        (number(exclusiveMinimum=0), "number, more than 0"),
        ({"type": "boolean"}, "true or false"),
        ({}, "any JSON"),
        ({**TEXT, "enum": ["a", "b"], "x-closed-enum": True}, ["a", "b"]),
        (text(enum=["constant"]), ["constant"]),
        (text(enum=["a", "b"]), "string, such as a, b"),
        (number(enum=[1, 2, 3, 4, 5, 6, 7]), "number, such as 1, 2, 3, 4, 5; 2 more"),
        (text(format="date"), "a date in ISO 8601: such as 2026-01-31"),
        (text(format="unheard-of"), "string"),
        (text(pattern="^only-this-one$"), "string, matching ^only-this-one$"),
        (text(pattern="^\\p{L}+$"), "string, matching ^\\p{L}+$"),
        (text(pattern="a" * 121), "string"),
    ],
)
def test_a_schema_is_put_into_words(schema: Json, text: object) -> None:
    assert worded(schema) == text


@pytest.mark.parametrize("pattern", ["^[A-Z][A-Z0-9_]*$", "^[a-z]{1,40}$", "^\\d+$", "/^[a-z]+$/i"])
def test_a_pattern_has_an_example_that_matches_it(pattern: str) -> None:
    shape = shapes_of(It=text(pattern=pattern)).named("It")
    assert shape.pattern is not None
    assert re.search(shape.pattern, words(shape).partition("such as ")[2])


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
def test_only_usable_limits_are_read(schema: Json, limits: Json) -> None:
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
def test_limits_of_other_types_are_dropped(kind: str, kept: Json) -> None:
    assert relevant_limits(kind, {"maximum": 1, "maxLength": 2, "maxItems": 3}) == kept


@pytest.mark.parametrize(
    ("values", "meant", "shown"),
    [
        (["a", "b", None], None, ["a", "b", None]),
        (MODELS[:12], None, MODELS[:12]),
        (MODELS, None, [*MODELS[:10], "... 20 more"]),
        ([*MODELS, 5, "zebra"], "zebrra", ["zebra", "... 31 more"]),
    ],
)
def test_a_long_list_of_values_is_cut_to_the_first_or_the_nearest(
    values: list[Any], meant: str | None, shown: list[Any]
) -> None:
    assert shown_values(values, meant) == shown


@pytest.mark.parametrize(
    ("given", "names", "found"),
    [
        ("assistant_id", ["squadId", "assistantId", "assistantIdAny"], ["assistantId", "assistantIdAny"]),
        ("ASSISTANT-ID", ["assistantId"], ["assistantId"]),
        ("model-1", MODELS, ["model-1", "model-21", "model-19"]),
        (5, ["5"], []),
        ("a" * 101, ["a" * 101], []),
        ("xyz", ["assistantId"], []),
    ],
)
def test_nearest_names_are_found_regardless_of_case_and_separators(
    given: object, names: list[str], found: list[str]
) -> None:
    assert nearest(given, names) == found
    assert nearest(given, names, 1) == found[:1]
