"""The compact view shows what an agent reads, names what it omits, and marks what third parties wrote."""

from __future__ import annotations

import pytest

from small_contract import NUMBER, TEXT, Json, object_of, shapes_of
from vapi_sessions_tools.engine.untrusted import marked, untrusted_in
from vapi_sessions_tools.engine.view import View, item_views, left_out, one_view

IN_PART: Json = {"customer": "customer.{name: name, number: number}"}


@pytest.mark.parametrize(
    ("view", "response", "declared", "shown"),
    [
        ({"fields": ("b", "a", "missing")}, {"a": 1, "b": 2}, (), {"b": 2, "a": 1}),
        (
            {"fields": ("a",)},
            {"a": 1, "large": ["x"] * 100, "nothing": None},
            ("large", "nothing"),
            {"a": 1, "omitted": {"large": 401}},
        ),
        ({}, {"small": {"a": 1}, "large": "x" * 400}, (), {"small": {"a": 1}, "omitted": {"large": 402}}),
        ({}, {"lossy": True, "query": "x"}, (), {"omitted": {"lossy": 4, "query": 3}}),
        (
            {"select": IN_PART},
            {"customer": {"name": "Ann", "secret": "x" * 9}},
            ("customer",),
            {"customer": {"name": "Ann"}, "omitted": {"customer": 21}},
        ),
        ({"select": {"count": "length(list || `[]`)"}}, {}, (), {"count": 0}),
        ({"select": {"list": "length(list)"}}, {"list": 5}, (), {"list": 5}),
    ],
    ids=["chosen", "omitted", "undeclared", "reserved", "in part", "made", "unforeseen"],
)
def test_an_object_is_shown_by_its_view(
    view: Json, response: Json, declared: tuple[str, ...], shown: Json
) -> None:
    found = one_view(View(**view), response, declared, "query")
    assert list(found.items()) == list(shown.items())


def test_a_field_that_is_written_back_has_a_notice_where_it_is_not_complete() -> None:
    view = View(select={"messages": "messages[].{role: role}", "b": "b[0]"}, whole=("messages", "b"))
    complete: Json = {"messages": [{"role": "user"}]}
    assert "lossy" not in one_view(view, complete, (), "query")
    part = one_view(view, {"messages": [{"role": "user", "time": 1}]}, (), "query")
    assert (part["lossy"], part["query"]) == (True, "messages")
    both = one_view(view, {"messages": [{"time": 1}], "b": [1, 2]}, (), "query")
    assert both["query"] == "[messages, b]"


def test_texts_of_entries_are_cut_and_further_where_the_entries_are_large() -> None:
    view = View(fields=("a", "b", "c"), cut={"a": 3, "b": 3, "c": 3})
    shown, _ = item_views(view, [{"a": "abcdef", "b": {"x": "abcdef", "y": 1}, "c": ["abcdef"]}])
    assert shown == [{"a": "abc…[+3 characters]", "b": {"x": "abc…[+3 characters]", "y": 1}, "c": ["abcdef"]}]
    shown, _ = item_views(View(fields=("a",), cut={"a": 1_000}), [{"a": "x" * 1_000}])
    assert shown == [{"a": "x" * 500 + "…[+500 characters]"}]


def test_omitted_fields_of_all_entries_are_counted_together() -> None:
    shown, omitted = item_views(
        View(fields=("id",)), [{"id": 1, "big": "xx"}, {"id": 2, "big": "xxx"}, "odd"]
    )
    assert (shown, omitted) == ([{"id": 1}, {"id": 2}, "odd"], {"big": 9})
    assert left_out({"a": 1, "b": "x"}, {"a": 1, "b": "longer"}) == {}


SHAPES = shapes_of(
    Letter={**object_of({"id": TEXT, "text": TEXT, "size": NUMBER}), "x-untrusted": ["text", "excerpt"]},
    Plain=object_of({"id": TEXT}),
)


@pytest.mark.parametrize(
    ("shown", "made", "places"),
    [
        ({"id": "1", "text": "hi", "size": 2}, (), ["text"]),
        ({"id": "1"}, (), []),
        ({"id": "1", "extra": {"a": "b"}}, (), ["extra"]),
        ({"id": "1", "words": 3, "excerpt": "hi"}, ("words", "excerpt"), ["excerpt"]),
    ],
)
def test_named_and_undeclared_fields_are_untrusted(
    shown: Json, made: tuple[str, ...], places: list[str]
) -> None:
    assert untrusted_in(SHAPES.named("Letter"), shown, made) == places
    assert untrusted_in(SHAPES.named("Plain"), shown, made) == untrusted_in(None, shown, made) == []


def test_the_mark_of_untrusted_places_comes_first_and_replaces_a_field_of_its_name() -> None:
    result = marked({"id": "1", "untrusted": [], "text": "x"}, ["text"])
    assert list(result.items()) == [("untrusted", ["text"]), ("id", "1"), ("text", "x")]
    assert marked({"id": "1"}, []) == {"id": "1"}
