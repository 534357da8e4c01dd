"""Limits in words are measured whole, whatever kind they are of, against a contract made up for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tools.teaching.measured_outline import Measure
from tools.teaching.published_choices import PublishedChoices
from tools.teaching.told_limits import least_number, read_limits, within

if TYPE_CHECKING:
    from tools.teaching.json_kinds import Json
    from tools.teaching.published_contract import PublishedContract


@pytest.fixture(scope="module")
def published_choices(published: PublishedContract) -> PublishedChoices:
    """The choices of any schema."""
    return PublishedChoices(published)


def faults(published_choices: PublishedChoices, schema: Json, told: Any) -> list[str]:
    """Measure a text against one schema."""
    return Measure(published_choices).faults(told, published_choices.of(schema))


LIMITED: list[tuple[Json, str, str]] = [
    (
        {"type": "number", "minimum": 0, "maximum": 10, "multipleOf": 2},
        "number, 0 to 10, multiple of 2",
        "number, 0 to 10",
    ),
    (
        {"type": "number", "minimum": 0, "maximum": 10, "multipleOf": 2},
        "number, 0 to 10, a multiple of 2",
        "number, 0 to 10, a multiple of 3",
    ),
    (
        {"type": "number", "exclusiveMinimum": 0, "maximum": 5},
        "number, more than 0, at most 5",
        "number, 0 to 5",
    ),
    ({"type": "number", "exclusiveMaximum": 5}, "number, less than 5", "number, at most 5"),
    ({"type": "integer", "minimum": -1}, "whole number, at least -1", "whole number, at least 1"),
    ({"type": "number", "minimum": 0.25}, "number, at least 0.25", "number, at least 0.2"),
    ({"type": "string", "minLength": 2}, "string, at least 2 characters", "string, at most 2 characters"),
    (
        {"type": "string", "maxLength": 2, "pattern": "^a+$"},
        "string, at most 2 characters, matching ^a+$, such as a",
        "string, at most 2 characters, matching ^a+$, such as b",
    ),
    (
        {"type": "array", "items": {"type": "string", "maxLength": 3}, "minItems": 1, "maxItems": 5},
        "list of string, at most 3 characters, 1 to 5 items",
        "list of string, at most 3 characters, 1 to 6 items",
    ),
    (
        {"type": "array", "items": {"type": "string"}, "maxItems": 5},
        "list of string, at most 5 items",
        "list of string",
    ),
    (
        {"type": "string", "format": "uuid"},
        "a UUID: 8-4-4-4-12 hexadecimal digits, such as 123e4567-e89b-12d3-a456-426614174000",
        "a UUID: 8-4-4-4-12 hexadecimal digits, such as 123",
    ),
    ({"type": "string", "format": "uri"}, "a URL: such as https://example.com/path", "string"),
    (
        {"type": "number", "enum": [1, 2]},
        "number, such as 1, 2",
        "number, such as 1, 3",
    ),
    (
        {"type": "string", "enum": ["a", "b", "c"]},
        "string, such as a, b; 1 more",
        "string, such as a, b; 2 more",
    ),
    ({"type": "string", "enum": ["a", "b", "c"]}, "string, such as a, b, c", "string, such as a, b"),
    ({"enum": ["1", "2"], "type": "string"}, "one of 1, 2", "one of 1, 3"),
    ({"type": "object", "properties": {"a": {}, "b": {}}}, "object (a, b)", "object (a, 2 more)"),
    (
        {"type": "object", "additionalProperties": {"type": "string"}},
        "object of any names, each: string",
        "object of any names, each: number",
    ),
    (
        {"anyOf": [{"type": "string", "enum": ["off"]}, {"type": "boolean"}]},
        "true or false or exactly off",
        "true or false or exactly on",
    ),
    ({"anyOf": [{"type": "string"}, {"type": "boolean"}]}, "true or false or string", "string"),
]


@pytest.mark.parametrize(("schema", "right", "wrong"), LIMITED, ids=[right for _, right, _ in LIMITED])
def test_all_limits_are_measured(
    published_choices: PublishedChoices, schema: Json, right: str, wrong: str
) -> None:
    assert faults(published_choices, schema, right) == []
    assert faults(published_choices, schema, wrong) != []


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"list of": "string", "with": "1 to 5 items"}, {"list of": "string", "with": "at least 1 items"}),
        ({"list of": "string", "with": "1 to 5 items"}, {"list of": "string"}),
        ({"list of": "string", "with": "1 to 5 items"}, {"list of": "number", "with": "1 to 5 items"}),
    ],
)
def test_a_list_in_an_outline_is_measured(
    published_choices: PublishedChoices, told: Json, wrong: Json
) -> None:
    schema: Json = {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 5}
    assert faults(published_choices, schema, told) == []
    assert faults(published_choices, schema, wrong) != []


@pytest.mark.parametrize(
    ("told", "limits"),
    [
        ("0 to 10, multiple of 2", {"minimum": 0, "maximum": 10, "multipleOf": 2}),
        ("more than 0, at most 5", {"exclusiveMinimum": 0, "maximum": 5}),
        ("at least 1 characters", {"minLength": 1}),
        ("1 to 5 items", {"minItems": 1, "maxItems": 5}),
        ("at most 3 fields", {"maxProperties": 3}),
        ("", {}),
        ("at least many", None),
    ],
)
def test_limits_are_read(told: str, limits: dict[str, float] | None) -> None:
    assert read_limits(told) == limits


@pytest.mark.parametrize(
    "told",
    [
        "",
        "0.25 to 2",
        "at most -5",
        "more than 0, at most 0.5",
        "more than 0",
        "less than 0",
        "at least 1, a multiple of 4",
        "10 to 20, multiple of 7",
    ],
)
def test_a_number_within_limits_is_found(told: str) -> None:
    limits = read_limits(told)
    assert limits is not None
    assert within(least_number(limits), limits)
