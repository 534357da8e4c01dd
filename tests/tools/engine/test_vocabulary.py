"""Listed values are shown within reason, and the one that was meant is found."""

from __future__ import annotations

from vapi_sessions_tools.engine.vocabulary import nearest, shown_values

MODELS = [f"model-{number}" for number in range(30)]


def test_a_short_list_is_shown_whole() -> None:
    assert shown_values(["a", "b", None]) == ["a", "b", None]
    assert shown_values(MODELS[:12]) == MODELS[:12]


def test_of_a_long_list_the_first_are_shown_and_the_rest_counted() -> None:
    assert shown_values(MODELS) == [*MODELS[:10], "... 20 more"]


def test_of_a_long_list_the_nearest_are_shown_where_there_are_some() -> None:
    shown = shown_values([*MODELS, 5, "zebra"], "zebrra")
    assert shown == ["zebra", "... 31 more"]


def test_the_nearest_names_come_first_whatever_their_case_and_separators() -> None:
    assert nearest("assistant_id", ["squadId", "assistantId", "assistantIdAny"]) == [
        "assistantId",
        "assistantIdAny",
    ]
    assert nearest("ASSISTANT-ID", ["assistantId"]) == ["assistantId"]


def test_only_as_many_names_are_given_as_are_asked_for() -> None:
    assert len(nearest("model-1", MODELS)) == 3
    assert nearest("model-1", MODELS, 1) == ["model-1"]


def test_nothing_is_near_to_what_is_no_name() -> None:
    assert nearest(5, ["5"]) == []
    assert nearest(None, ["None"]) == []
    assert nearest("a" * 101, ["a" * 101]) == []
    assert nearest("xyz", ["assistantId"]) == []
