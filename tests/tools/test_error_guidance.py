"""Errors say how to write each branch of the contract, offer what is accepted, and stay small.

Here a sample of branches and wrong values is tried; `extended/error_guidance/` runs the same tests with all.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tools.error_offers import Judge, exceeds_budget
from tools.published_contract import PublishedContract, Target
from tools.repair_agent import Course, Refusal, call_until_accepted, refusal_of, shortcoming, try_branch
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

Json = dict[str, Any]
Tried = tuple[Target, list[Course], str]

NOT_TAUGHT = {
    # It has the same tag as the other, and requires nothing else: nothing is refused there.
    "squad.members[].assistantDestinations[]": "accepted as HandoffDestinationAssistant",
}
WIDE: Json = {
    "assistant": {
        "model": {"provider": "openai"},
        "voice": {"provider": "11labs"},
        "credentials": [{"provider": "s3"}, {"provider": "twilio"}],
        "hooks": [{"on": "call.ending"}],
    },
    "phoneNumber": {},
    "messages": [{"role": "user"}],
}
"""Wrong in many places, each with much to say."""


@pytest.fixture(scope="module")
def steps() -> tuple[int, int, int]:
    """The branches, the wrong calls and the errors of which each so-manieth is tried."""
    return 11, 41, 5


@pytest.fixture(scope="module")
def published() -> PublishedContract:
    return PublishedContract()


@pytest.fixture(scope="module")
def offline(contract: Contract) -> Toolset:
    return Toolset(contract, lambda: pytest.fail("a refused call was sent"))


@pytest.fixture(scope="module")
def branches(offline: Toolset, published: PublishedContract, steps: tuple[int, int, int]) -> list[Tried]:
    """Return how each branch went, and why it did not become what was wanted."""
    tried = [(target, try_branch(offline, target)) for target in published.targets()[:: steps[0]]]
    return [
        (target, both, "".join({shortcoming(one, target, published): None for one in both}))
        for target, both in tried
    ]


@pytest.fixture(scope="module")
def courses(offline: Toolset, published: PublishedContract, steps: tuple[int, int, int]) -> list[Course]:
    """Return how each call with a wrong value went."""
    calls = list(published.wrong_calls())
    others = [call for call in calls if call[0] != "create_session" or "'headers': True" in str(call)]
    return [call_until_accepted(offline, *call) for call in (*calls[:: steps[1]], *others)]


@pytest.fixture(scope="module")
def refusals(branches: list[Tried], courses: list[Course]) -> list[Refusal]:
    found = [*(course for _, both, _ in branches for course in both), *courses]
    return [refusal for course in found for refusal in course.refusals]


def test_branches_are_accepted_after_at_most_three_refusals(branches: list[Tried]) -> None:
    failed = {target.place: reason for target, _, reason in branches if reason}
    assert failed == {place: reason for place, reason in NOT_TAUGHT.items() if place in failed}
    assert [target for target, both, _ in branches if max(len(one.refusals) for one in both) > 3] == []


def test_wrong_values_are_repaired_after_at_most_three_refusals(courses: list[Course]) -> None:
    assert len({refusal.tool for course in courses for refusal in course.refusals}) == 5
    assert [course.refusals[0] for course in courses if course.stuck or len(course.refusals) > 3] == []


def test_offers_are_accepted(
    offline: Toolset, published: PublishedContract, refusals: list[Refusal], steps: tuple[int, int, int]
) -> None:
    judge = Judge(offline, published)
    assert [fault for refusal in refusals[:: steps[2]] for fault in judge.faults(refusal)] == []
    assert judge.offers > 200


def test_errors_are_small(offline: Toolset, refusals: list[Refusal]) -> None:
    wide = refusal_of(offline, "create_session", WIDE)
    assert wide is not None
    assert len(json.dumps(wide.problems)) > 3_000
    assert [refusal.arguments for refusal in [wide, *refusals] if exceeds_budget(refusal)] == []


@pytest.mark.parametrize("letter", ["x", "é", "😀", '"', "\n", ".", "'"])
@pytest.mark.parametrize("length", [80, 81, 5_000])
@pytest.mark.parametrize("count", [1, 8, 9, 100])
def test_long_names_and_many_problems_do_not_make_errors_large(
    offline: Toolset, letter: str, length: int, count: int
) -> None:
    nested: Json = {"type": 5}
    for _ in range(30):
        nested = {"type": "object", "properties": {letter * length: nested}}
    for wrong in (nested, {}, {"type": "array", "items": {"type": 5}}):
        properties = {f"{at}{letter * length}": wrong for at in range(count if length < 5_000 else 5)}
        function = {"name": "look_up", "parameters": {"type": "object", "properties": properties}}
        tools = [{"type": "function", "function": function}]
        arguments = {"assistant": {"model": {"provider": "openai", "model": "gpt-4o", "tools": tools}}}
        refusal = refusal_of(offline, "create_session", arguments)
        assert refusal is not None
        assert not exceeds_budget(refusal)
        assert len(refusal.problems) + refusal.more == len(properties)
