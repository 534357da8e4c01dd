"""The compact view shows what an agent reads, and names what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import size
from vapi_sessions_tools.engine.view import Compact, View, item_views, left_out, one_view, without_nulls

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract


def viewed(view: View, answer: dict[str, Any], declared: tuple[str, ...] = ()) -> dict[str, Any]:
    return one_view(view, answer, declared, "query")


def test_the_fields_of_the_view_are_shown_in_its_order() -> None:
    shown = viewed(View(fields=("b", "a", "missing")), {"a": 1, "b": 2})
    assert list(shown.items()) == [("b", 2), ("a", 1)]


def test_what_is_left_out_is_named_with_its_size() -> None:
    answer = {"a": 1, "large": ["x"] * 100, "nothing": None}
    assert viewed(View(fields=("a",)), answer, ("a", "large", "nothing")) == {
        "a": 1,
        "omitted": {"large": 401},
    }


def test_an_undeclared_field_is_shown_while_it_is_small() -> None:
    shown = viewed(View(), {"small": {"a": 1}, "large": "x" * 400})
    assert shown == {"small": {"a": 1}, "omitted": {"large": 402}}


def test_a_field_can_be_shown_in_part() -> None:
    view = View(select={"customer": "customer.{name: name, number: number}"})
    shown = viewed(view, {"customer": {"name": "Ann", "secret": "x" * 9}}, ("customer",))
    assert shown["customer"] == {"name": "Ann"}
    assert shown["omitted"] == {"customer": 21}


def test_a_field_can_be_made() -> None:
    view = View(select={"count": "length(list || `[]`)"})
    assert viewed(view, {"list": [1, 2]}, ("list",))["count"] == 2
    assert viewed(view, {}) == {"count": 0}


def test_a_field_that_is_written_back_whole_says_when_it_is_not_shown_whole() -> None:
    view = View(
        select={"messages": "messages[].{role: role}", "tools": "tools[].{id: id}"}, whole=("messages",)
    )
    whole = viewed(view, {"messages": [{"role": "user"}], "tools": [{"id": 1, "b": 2}]})
    assert "lossy" not in whole
    part = viewed(view, {"messages": [{"role": "user", "time": 1}]})
    assert (part["lossy"], part["query"]) == (True, "messages")


def test_several_fields_in_part_are_had_with_one_query() -> None:
    view = View(select={"a": "a[0]", "b": "b[0]"}, whole=("a", "b"))
    assert viewed(view, {"a": [1, 2], "b": [3, 4]})["query"] == "[a, b]"


def test_an_answer_of_an_unforeseen_form_is_shown_as_it_is() -> None:
    assert viewed(View(select={"list": "length(list)"}), {"list": 5}) == {"list": 5}


def test_texts_are_cut_where_the_view_says_so() -> None:
    view = View(fields=("a", "b", "c"), cut={"a": 3, "b": 3, "c": 3})
    shown, _ = item_views(view, [{"a": "abcdef", "b": {"x": "abcdef", "y": 1}, "c": ["abcdef"]}])
    assert shown == [{"a": "abc…[+3 characters]", "b": {"x": "abc…[+3 characters]", "y": 1}, "c": ["abcdef"]}]


def test_entries_of_a_list_are_shown_each_and_what_is_left_out_is_counted_together() -> None:
    shown, omitted = item_views(
        View(fields=("id",)), [{"id": 1, "big": "xx"}, {"id": 2, "big": "xxx"}, "odd"]
    )
    assert shown == [{"id": 1}, {"id": 2}, "odd"]
    assert omitted == {"big": 9}


def test_nulls_of_a_selection_are_what_it_found_nothing_for() -> None:
    assert without_nulls([{"a": 1, "b": None}, {"a": None}, None]) == [{"a": 1}, None, None]
    assert without_nulls(0) == 0


def test_a_field_shown_whole_or_larger_than_it_was_is_not_left_out() -> None:
    assert left_out({"a": 1, "b": "x"}, {"a": 1, "b": "longer"}) == {}


def test_a_size_is_bytes_of_compact_json() -> None:
    assert size({"a": ["ä", 1]}) == len('{"a":["ä",1]}'.encode())
    assert size("\ud800") == 3


def compact(contract: Contract) -> Compact:
    return Compact(**contract.shapes.named("Session").meta["x-compact"])


def test_a_session_shows_its_messages_by_the_keys_that_are_sent(contract: Contract) -> None:
    session = {
        "id": "s1",
        "orgId": "o1",
        "messages": [
            {"role": "user", "content": "Hi"},
            {"role": "bot", "message": "Hello", "time": 1},
            {"role": "assistant", "content": None, "tool_calls": [{"id": "c1"}]},
        ],
        "customer": {"number": "+1", "assistantOverrides": {"a": 1}},
        "metadata": {"variableValues": {"a": 1}},
    }
    declared = contract.shapes.named("Session").properties
    shown = one_view(compact(contract).one, session, declared, "query")
    assert shown["messages"] == [
        {"role": "user", "content": "Hi"},
        {"role": "bot", "content": "Hello"},
        {"role": "assistant", "tool_calls": [{"id": "c1"}]},
    ]
    assert (shown["lossy"], shown["query"]) == (True, "messages")
    assert shown["customer"] == {"number": "+1"}
    assert shown["metadata"] == {"variableValues": {"a": 1}}
    assert set(shown["omitted"]) == {"orgId", "messages", "customer"}


def test_a_session_of_chat_messages_is_not_lossy(contract: Contract) -> None:
    session = {"id": "s1", "messages": [{"role": "user", "content": "Hi", "name": "Ann"}]}
    assert "lossy" not in one_view(compact(contract).one, session, (), "query")


def test_a_listed_session_shows_its_message_count_and_last_message(contract: Contract) -> None:
    session = {
        "id": "s1",
        "messages": [{"role": "user", "content": "a"}, {"role": "bot", "message": "b" * 130}],
    }
    shown, _ = item_views(compact(contract).item, [session, {"id": "s2"}])
    assert shown[0]["messageCount"] == 2
    assert shown[0]["lastMessage"] == {"role": "bot", "content": "b" * 120 + "…[+10 characters]"}
    assert shown[1] == {"id": "s2", "messageCount": 0}
