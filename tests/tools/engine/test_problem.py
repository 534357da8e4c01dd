"""A problem says where, which rule, and what is allowed; a place is written as people write it."""

from __future__ import annotations

import pytest

from vapi_sessions_tools.engine.problem import Problem, path_text


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["name"], "name"),
        (["assistant", "model", "messages", 0, "role"], "assistant.model.messages[0].role"),
        (["tools:append"], "['tools:append']"),
        (["a", "tools:append", 1], "a['tools:append'][1]"),
        (["a", ""], "a['']"),
        ([], ""),
        (["n" * 90], "n" * 80 + "..."),
        (["a", "-" * 90], "a['" + "-" * 80 + "...']"),
    ],
)
def test_a_place_is_written_as_people_write_it(parts: list[str | int], text: str) -> None:
    assert path_text(parts) == text


def test_what_is_allowed_is_left_out_where_there_is_nothing_to_say() -> None:
    assert Problem("a", "is required").as_json() == {"path": "a", "rule": "is required"}


def test_a_problem_is_told_as_json() -> None:
    assert Problem("a", "must be less", [1, 2]).as_json() == {
        "path": "a",
        "rule": "must be less",
        "allowed": [1, 2],
    }
