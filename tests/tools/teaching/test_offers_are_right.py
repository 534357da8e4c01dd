"""Whatever a refusal tells is so by the published contract, and whatever it offers is accepted there."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from tools.teaching.json_kinds import is_list, is_object
from tools.teaching.offers import texts
from tools.teaching.play import Play, Refusal, refusal
from tools.teaching.wrong_offers import wrong_offers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.teaching.judge import Judge
    from tools.teaching.published_contract import PublishedContract
    from tools.teaching.union_branches import Target
    from vapi_sessions_tools.toolset import Toolset

BothPlays = tuple["Target", Play, Play]


@pytest.fixture(scope="session")
def refusals(branch_plays: list[BothPlays], probe_plays: list[Play]) -> list[Refusal]:
    """Every refusal that was met in any play."""
    courses = [*chain.from_iterable(both for _, *both in branch_plays), *probe_plays]
    return [refused for course in courses for refused in course.refusals]


def test_each_text_is_right_and_each_offer_accepted(
    unconnected: Toolset, judge: Judge, refusals: list[Refusal]
) -> None:
    assert wrong_offers(unconnected, judge, refusals) == []


def test_there_is_much_to_judge(refusals: list[Refusal]) -> None:
    told = {str(text.words) for refused in refusals for text in texts(refused)}
    assert len(told) > 500
    for form in ("branches", "any of", "list of", "object by ", "such as ", "further", " to "):
        assert any(form in words for words in told), form


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("create_session", {"nam": "x"}),
        ("create_session", {"zzz": 1}),
        ("list_sessions", {"zzz": 1}),
        ("update_session", {"zzz": 1}),
        ("update_session", {"id": "123e4567-e89b-12d3-a456-426614174000", "statuss": "active"}),
    ],
)
def test_of_an_unknown_argument_the_names_there_are_are_told(
    unconnected: Toolset, judge: Judge, tool: str, arguments: dict[str, Any]
) -> None:
    refused = refusal(unconnected, tool, arguments)
    assert refused is not None
    told = [one["allowed"] for one in refused.problems if one["rule"].startswith("is no argument")]
    assert told
    assert [judge.wrong_names(tool, names) for names in told] == [[]] * len(told)


def test_no_listed_value_would_break_the_line_that_lists_it(published: PublishedContract) -> None:
    values = set(_listed(published.schemas))
    assert len(values) > 100
    assert [value for value in values if any(mark in value for mark in (", ", " or ", "; "))] == []


def _listed(schema: Any) -> Iterator[str]:
    """Yield every text that any schema lists as a value."""
    for part in schema.values() if is_object(schema) else schema if is_list(schema) else ():
        yield from _listed(part)
    listed = schema.get("enum") if is_object(schema) else None
    if is_list(listed):
        yield from (value for value in listed if isinstance(value, str))
