"""Arguments must be plain JSON, not nested too deep, and free of placeholders of an earlier result."""

from __future__ import annotations

from collections import OrderedDict
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapi_sessions_tools.engine.json_values import MOST_VALUES
from vapi_sessions_tools.engine.placeholder import REDACTED, cut, is_placeholder
from vapi_sessions_tools.engine.scrutiny import DEEPEST, is_light, placeholders, plain_arguments


class Level(IntEnum):
    HIGH = 3


class Name(str):
    __slots__ = ()


class Real(float):
    __slots__ = ()


ENDLESS: list[Any] = []
ENDLESS += [ENDLESS, ENDLESS]


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("arguments", "path", "rule"),
    [
        *(({"a": [float(number)]}, "a[0]", "must be a finite number") for number in ("nan", "inf", "-inf")),
        ({"a": {"b": "x\ud800"}}, "a.b", "must be valid Unicode text"),
        ({"a": {"\udfff": 1}}, "a['?']", "must be valid Unicode text"),
        ({"\udfff": 1}, "['?']", "must be valid Unicode text"),
        ({"a": 10**4_000}, "a", "must have at most 4,000 digits"),
        ({"a": b"x"}, "a", "must be a JSON value, not a Python object of type bytes"),
        ({"a": {1: "x"}}, "a", "must have names that are strings"),
        ({1: "x"}, "arguments", "must have names that are strings"),
        ([1], "arguments", "must be an object, not a Python object of type list"),
        ({"fine": 1, "a": nested(DEEPEST)}, "a", "must not be nested deeper than 100 levels"),
        ({"a": nested(100_000)}, "a", "must not be nested deeper than 100 levels"),
        ({"a": ENDLESS}, "a", "must not be nested deeper than 100 levels"),
        ({"a": [1] * MOST_VALUES}, "arguments", "must hold at most 25,000 values"),
        ({"a": "[" + "1," * MOST_VALUES + "1]"}, "arguments", "must hold at most 25,000 values"),
    ],
    ids=range(16),
)
def test_arguments_that_json_cannot_carry_are_refused(arguments: Any, path: str, rule: str) -> None:
    (problem,) = plain_arguments(arguments)[1]
    assert problem.path == path
    assert problem.rule.startswith(rule)


def test_subclasses_of_json_types_become_plain_values() -> None:
    given = OrderedDict(a=(Name("x"), Level.HIGH, True, None), b=OrderedDict(c=Real(1.5)))
    assert plain_arguments({"a": nested(DEEPEST - 2)})[1] == []
    plain, problems = plain_arguments(given)
    assert problems == []
    assert plain == {"a": ["x", 3, True, None], "b": {"c": 1.5}}
    values = (plain, plain["b"], plain["a"], plain["a"][0], plain["a"][1], plain["b"]["c"])
    assert [type(value) for value in values] == [dict, dict, list, str, int, float]


@pytest.mark.parametrize(
    ("arguments", "light"),
    [({"a": 1}, True), (5, True), ({"a": [1] * 1_001}, False), ({"a": "x" * 100_001}, False)],
)
def test_only_small_arguments_are_light(arguments: object, *, light: bool) -> None:
    assert is_light(arguments) is light


@pytest.mark.parametrize("text", ["", "redacted", "…", "[+3 characters]", "…[+3 characters] and more"])
def test_ordinary_text_is_not_a_placeholder(text: str) -> None:
    assert not is_placeholder(text)


@given(st.text(min_size=1), st.integers(0, 50))
def test_cut_text_ends_with_the_count_of_the_rest_and_is_a_placeholder(text: str, longest: int) -> None:
    shown = cut(text, longest)
    rest = len(text) - longest
    assert shown == (f"{text[:longest]}…[+{rest} characters]" if rest > 0 else text)
    assert is_placeholder(shown) == (rest > 0)


MARKS = [REDACTED, f"https://x.example/{REDACTED}", cut("long text", 4)]
MARKS += [mark.replace("*", r"\*").replace("[", r"\[") for mark in MARKS]  # as written in Markdown


@pytest.mark.parametrize("mark", MARKS)
def test_a_placeholder_in_a_value_or_a_name_is_refused(mark: str) -> None:
    assert plain_arguments({"a": mark})[1] == []
    (problem,) = placeholders({"messages": [{"content": mark}]})
    assert problem.path == "messages[0].content"
    assert problem.rule.startswith("must not be a placeholder of an earlier result")
    assert [one.path for one in placeholders({"metadata": {mark: 1}})] == ["metadata"]
