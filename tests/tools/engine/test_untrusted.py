"""The mark that tells which places of a result hold third parties' words."""

from __future__ import annotations

from typing import Any

from small_contract import shapes_of
from vapi_sessions_tools.engine.untrusted import marked, untrusted_in, untrusted_in_items

SHAPES = shapes_of(
    Letter={
        "type": "object",
        "properties": {"id": {"type": "string"}, "text": {"type": "string"}, "size": {"type": "number"}},
        "x-untrusted": ["text", "excerpt"],
    },
    Plain={"type": "object", "properties": {"id": {"type": "string"}}},
)
LETTER = SHAPES.named("Letter")


def test_the_named_fields_are_told_where_they_are_shown() -> None:
    assert untrusted_in(LETTER, {"id": "1", "text": "hi", "size": 2}, ()) == ["text"]
    assert untrusted_in(LETTER, {"id": "1"}, ()) == []


def test_a_field_that_is_not_declared_may_hold_anything() -> None:
    assert untrusted_in(LETTER, {"id": "1", "extra": {"a": "b"}}, ()) == ["extra"]


def test_what_the_view_made_is_ours_unless_it_is_named() -> None:
    made = {"id": "1", "words": 3, "excerpt": "hi"}
    assert untrusted_in(LETTER, made, ("words", "excerpt")) == ["excerpt"]


def test_without_a_policy_nothing_is_told() -> None:
    assert untrusted_in(SHAPES.named("Plain"), {"extra": "x"}, ()) == []
    assert untrusted_in(None, {"extra": "x"}, ()) == []


def test_of_a_list_each_place_is_told_once() -> None:
    entries: list[Any] = [{"text": "a"}, {"text": "b", "id": "2"}, {"new": 1}, "no object"]
    assert untrusted_in_items(LETTER, entries, (), "results") == ["results[].new", "results[].text"]


def test_the_mark_comes_first_and_no_field_takes_its_place() -> None:
    result = marked({"id": "1", "untrusted": [], "text": "x"}, ["text"])
    assert list(result) == ["untrusted", "id", "text"]
    assert result["untrusted"] == ["text"]


def test_nothing_is_marked_where_nothing_is_untrusted() -> None:
    assert marked({"id": "1"}, []) == {"id": "1"}
