"""A refusal teaches within its budget, leads to an accepted call, and sends nothing."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from teaching.play import Play, Refusal, refusal
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import InvalidArgumentsError

if TYPE_CHECKING:
    from recording_upstream import RecordingUpstream
    from teaching.json_kinds import Json
    from teaching.union_branches import Target
    from vapi_sessions_tools.toolset import Toolset

BothPlays = tuple["Target", Play, Play]

LARGEST_OUTLINE = 1_500
LARGEST_LESSON = 6_000
MOST_PROBLEMS = 8

WIDE: Json = {
    "assistant": {
        "model": {"provider": "openai"},
        "voice": {"provider": "11labs"},
        "transcriber": {"provider": "speechmatics"},
        "credentials": [{"provider": "s3"}, {"provider": "twilio"}],
        "hooks": [{"on": "call.ending"}],
    },
    "phoneNumber": {},
    "messages": [{"role": "user"}],
}
"""Wrong in many places, each with much to tell."""


def size(told: Any) -> int:
    return len(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())


def within_budget(refused: Refusal) -> bool:
    outlines = [problem["schema"] for problem in refused.problems if "schema" in problem]
    return (
        all(size(outline) <= LARGEST_OUTLINE for outline in outlines)
        and size(refused.problems) <= LARGEST_LESSON
        and len(refused.problems) <= MOST_PROBLEMS
    )


def test_each_refusal_keeps_to_its_budget(branch_plays: list[BothPlays], probe_plays: list[Play]) -> None:
    courses = [*chain.from_iterable(both for _, *both in branch_plays), *probe_plays]
    refusals = [refused for course in courses for refused in course.refusals]
    assert refusals
    assert [refused.arguments for refused in refusals if not within_budget(refused)] == []


def test_a_call_that_is_wrong_in_many_places_is_taught_within_the_budget(unconnected: Toolset) -> None:
    refused = refusal(unconnected, "create_session", WIDE)
    assert refused is not None
    assert within_budget(refused)
    assert size(refused.problems) > LARGEST_LESSON / 2


@pytest.mark.parametrize("count", [8, 9, 40])
def test_problems_that_are_not_told_are_counted(unconnected: Toolset, count: int) -> None:
    wrong = {"messages": [{"role": "user", "content": 5}] * count}
    refused = refusal(unconnected, "create_session", wrong)
    assert refused is not None
    assert within_budget(refused)
    assert len(refused.problems) + refused.error["error"].get("more", 0) == count


def test_each_wrong_value_leads_to_an_accepted_call_in_three_refusals(probe_plays: list[Play]) -> None:
    failed = [
        course.refusals[0].arguments for course in probe_plays if course.stuck or len(course.refusals) > 3
    ]
    assert failed == []


@pytest.mark.parametrize(
    "arguments", [WIDE, {"assistant": {}}, {"assistant": {"model": {"provider": "openai"}}}]
)
async def test_a_refused_call_sends_nothing(
    toolset: Toolset, upstream: RecordingUpstream, arguments: Json
) -> None:
    with pytest.raises(InvalidArgumentsError, match="nothing was sent"):
        await toolset.call("create_session", arguments, Credential("a-private-key"))
    assert upstream.requests == []
