"""The agent that the proof rests on: it writes what a text says, and nothing that no text says."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tools.teaching import (
    json_kinds,
    judge,
    measured_outline,
    measured_words,
    mechanical_agent,
    published_arguments,
    published_choices,
    published_contract,
    published_places,
    told_limits,
    told_words,
)
from tools.teaching.mechanical_agent import compose, path_parts, repair
from tools.teaching.play import PATIENCE, Refusal, play
from tools.teaching.told_words import alternatives

if TYPE_CHECKING:
    from types import ModuleType

    from tools.teaching.json_kinds import Json


AGENT = [mechanical_agent, told_words, told_limits, json_kinds]
JUDGE = [
    judge,
    measured_outline,
    measured_words,
    published_arguments,
    published_choices,
    published_contract,
    published_places,
]


@pytest.mark.parametrize("module", [*AGENT, *JUDGE])
def test_neither_it_nor_its_judge_uses_the_tools_under_test(module: ModuleType) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    plain = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    named = [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported = [*plain, *named]
    assert imported
    assert [name for name in imported if name.startswith("vapi")] == []


def error(*problems: Json) -> Json:
    return {"error": {"problems": list(problems)}}


def missing(path: str, schema: Any = None, allowed: Any = None) -> Json:
    told = {"path": path, "rule": "is required", "schema": schema, "allowed": allowed}
    return {key: value for key, value in told.items() if value is not None}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("assistant.model", ("assistant", "model")),
        ("messages[0].role", ("messages", 0, "role")),
        ("assistantOverrides['tools:append'][2].type", ("assistantOverrides", "tools:append", 2, "type")),
        (f"a.{'x' * 80}....type", ("a", "x" * 80 + "...", "type")),
    ],
)
def test_it_reads_places(text: str, parts: tuple[str | int, ...]) -> None:
    assert path_parts(text) == parts


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ("string", "x"),
        ("string, 3 to 40 characters", "xxx"),
        ("a string, at least 2 characters", "xx"),
        ("string, such as gpt-5, gpt-4; 151 more", "gpt-5"),
        ("string, matching ^[a-z]+$, such as name", "name"),
        ("number, 0.25 to 2", 0.25),
        ("60 to 2592000", 60),
        ("number, such as 1, 2", 1),
        ("whole number, at least 1", 1),
        ("number, more than 0", 1),
        ("number, more than 0, at most 0.5", 0.5),
        ("number, 1 to 10, multiple of 2", 2),
        ("string, at most 1000 characters, such as customer.speech.timeout", "customer.speech.timeout"),
        ("true or false", True),
        ("any JSON", "anything"),
        ("object Server", {}),
        ("object by type: number, sip", {"type": "number"}),
        ("list of string", []),
        ("list of string, at least 2 items", ["x", "x"]),
        ("list of string, 3 to 40 characters, 1 to 5 items", ["xxx"]),
        ("list of string, 3 to 40 characters", []),
        ("one of off, on or number", "off"),
        ("a URL: such as https://example.com/path", "https://example.com/path"),
        (["active", "completed"], "active"),
        ({"list of": "string", "with": "at least 1 items"}, ["x"]),
        ({"any of": ["number, at least 4", "string"]}, 4),
        ({"tag": "type", "branches": {"a": "A", "b": "B"}}, {"type": "a"}),
        (
            {"type": "A", "required": {"kind": ["a"], "text": "string"}, "optional": {"n": "number"}},
            {"kind": "a", "text": "x"},
        ),
        ({"type": "A", "optional": {"n": "number, at least 3", "m": "string"}}, {"n": 3}),
    ],
)
def test_it_writes_the_least_that_a_text_allows(told: Any, value: Any) -> None:
    assert compose(told) == value


def test_it_reads_the_alternatives_of_a_line() -> None:
    line = "string, such as off, office or true or false or object by type: a, b"
    assert [one.kind for one in alternatives(line)] == ["string", "true or false", "object by"]
    assert alternatives(line)[0].examples == ["off", "office"]


def test_it_gives_an_object_all_that_its_outline_requires() -> None:
    told = {"type": "A", "required": {"kind": ["a"], "size": "number, at least 2"}}
    assert repair({"a": {"kind": "a"}}, error(missing("a.size", told))) == {"a": {"kind": "a", "size": 2}}


def test_it_uses_an_outline_that_an_earlier_problem_told() -> None:
    told = {"type": "A", "required": {"size": "number, at least 2"}}
    problems = (missing("a[0].size", told), missing("a[1].size", {"type": "A", "as at": "a[0]"}))
    assert repair({"a": [{}, {}]}, error(*problems)) == {"a": [{"size": 2}, {"size": 2}]}


def test_it_chooses_the_branch_that_is_wanted() -> None:
    by_tag = missing("a.type", {"tag": "type", "branches": {"x": "X", "y": ["Y", "Z"]}, "any other tag": "W"})
    assert repair({"a": {}}, error(by_tag), ("Z",)) == {"a": {"type": "y"}}
    assert repair({"a": {}}, error(by_tag)) == {"a": {"type": "x"}}
    several = [{"type": "X", "required": {"x": "string"}}, {"type": "Y", "required": {"y": "string"}}]
    repaired = repair({"a": {"x": "x"}}, error(missing("a.y", {"any of": several})), ("Y",))
    assert repaired == {"a": {"x": "x", "y": "x"}}


def test_it_replaces_a_wrong_value_and_drops_an_unknown_argument() -> None:
    wrong = {"path": "a", "rule": "must be at least 60", "allowed": "60 to 90"}
    unknown = {"path": "b", "rule": "is no argument of tool", "allowed": ["a"]}
    assert repair({"a": 1, "b": 2}, error(wrong, unknown)) == {"a": 60}


def test_it_writes_nothing_that_no_text_says() -> None:
    assert repair({"a": {}}, error(missing("a.size"))) == {"a": {}}
    untold = missing("a.type", {"tag": "type", "branches": {"x": "X"}, "any other tag": "W"})
    assert repair({"a": {}}, error(untold), ("W",)) == {"a": {"type": "x"}}


def test_required_fields_that_are_told_by_name_alone_wait_for_their_own_refusal() -> None:
    told = {"type": "A", "required": {"kind": ["a"]}, "also required": ["size"]}
    assert repair({"a": {}}, error(missing("a.kind", told))) == {"a": {"kind": "a"}}


def test_it_leaves_what_it_was_given_as_it_was() -> None:
    arguments: Json = {"a": {}}
    repair(arguments, error(missing("a.size", allowed="a number")))
    assert arguments == {"a": {}}


def test_a_play_ends_when_nothing_more_is_taught() -> None:
    course = play(lambda arguments: Refusal("tool", arguments, error(missing("a.size"))), {"a": {}}, ())
    assert course.stuck
    assert len(course.refusals) == 1


def test_a_play_ends_when_patience_does() -> None:
    def never_content(arguments: Json) -> Refusal:
        more = {"path": "a", "rule": "is wrong", "allowed": [arguments["a"] + 1]}
        return Refusal("tool", arguments, error(more))

    course = play(never_content, {"a": 1}, ())
    assert course.stuck
    assert len(course.refusals) == PATIENCE
