"""A refusal teaches within its budget, leads to an accepted call, and sends nothing."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from tools.teaching.play import Play, Refusal, refusal
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import InvalidArgumentsError

if TYPE_CHECKING:
    from fake_upstream import FakeUpstream
    from tools.teaching.json_kinds import Json
    from tools.teaching.union_branches import Target
    from vapi_sessions_tools.toolset import Toolset

BothPlays = tuple["Target", Play, Play]

LARGEST_PROBLEM = 1_500
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
    return (
        all(size(problem) <= LARGEST_PROBLEM for problem in refused.problems)
        and size(refused.problems) <= LARGEST_LESSON
        and 0 < len(refused.problems) <= MOST_PROBLEMS
    )


def counted(refused: Refusal) -> int:
    """Return of how many problems a refusal speaks."""
    more: int = refused.error["error"].get("more", 0)
    return len(refused.problems) + more


def with_tool_parameters(properties: Json) -> Json:
    """Return a call whose assistant has a tool with parameters, deep within."""
    function = {"name": "look_up", "parameters": {"type": "object", "properties": properties}}
    tools = [{"type": "function", "function": function}]
    return {"assistant": {"model": {"provider": "openai", "model": "gpt-4o", "tools": tools}}}


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


@pytest.mark.parametrize("count", [1, 8, 9, 40, 99, 100])
def test_problems_that_are_not_told_are_counted(unconnected: Toolset, count: int) -> None:
    wrong = {"messages": [{"role": "user", "content": 5}] * count}
    refused = refusal(unconnected, "create_session", wrong)
    assert refused is not None
    assert within_budget(refused)
    assert counted(refused) == count


@pytest.mark.parametrize("letter", ["x", "é", "ف", "😀", '"', "\\", "\n", ".", " ", "'"])
@pytest.mark.parametrize("length", [79, 80, 81, 300, 5_000])
@pytest.mark.parametrize("count", [1, 20])
def test_long_names_deep_within_do_not_burst_it(
    unconnected: Toolset, letter: str, length: int, count: int
) -> None:
    names = [f"{at}{letter * length}" for at in range(count)]
    for wrong in ({"type": 5}, {}, {"type": "array", "items": {"type": 5}}):
        refused = refusal(unconnected, "create_session", with_tool_parameters(dict.fromkeys(names, wrong)))
        assert refused is not None
        assert within_budget(refused)
        assert counted(refused) == count


@pytest.mark.parametrize("depth", [2, 10, 30])
def test_long_names_one_within_the_other_do_not_burst_it(unconnected: Toolset, depth: int) -> None:
    schema: Json = {"type": 5}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"x" * 200: schema}}
    refused = refusal(unconnected, "create_session", with_tool_parameters({"y" * 200: schema}))
    assert refused is not None
    assert within_budget(refused)
    assert counted(refused) == 1


def test_each_wrong_value_leads_to_an_accepted_call_in_three_refusals(probe_plays: list[Play]) -> None:
    failed = [
        course.refusals[0].arguments for course in probe_plays if course.stuck or len(course.refusals) > 3
    ]
    assert failed == []


@pytest.mark.parametrize(
    "arguments", [WIDE, {"assistant": {}}, {"assistant": {"model": {"provider": "openai"}}}]
)
async def test_a_refused_call_sends_nothing(
    toolset: Toolset, upstream: FakeUpstream, arguments: Json
) -> None:
    with pytest.raises(InvalidArgumentsError, match="nothing was sent"):
        await toolset.call("create_session", arguments, Credential("a-private-key"))
    assert upstream.requests == []
