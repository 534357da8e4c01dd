"""An agent that knows nothing writes every branch of every union right, from the refusals alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.teaching.branch_table import Outcome, table
from tools.teaching.play import Play, Refusal, play, refusal, shortcoming

if TYPE_CHECKING:
    from tools.teaching.json_kinds import Json
    from tools.teaching.published_contract import PublishedContract
    from tools.teaching.union_branches import Target
    from vapi_sessions_tools.toolset import Toolset

BothPlays = tuple["Target", Play, Play]

TABLE = Path(__file__).parents[2] / "snapshots" / "branches.md"
MOST_REFUSALS = 3

NOT_TAUGHT = {
    ("squad.members[].assistantDestinations[]", "TransferDestinationAssistant"): (
        "accepted as HandoffDestinationAssistant"  # which has the same tag and requires nothing else
    ),
}
"""The branches that nothing teaches, by their union's place, with the reason: nothing is refused there."""


@pytest.fixture(scope="session")
def outcomes(branch_plays: list[BothPlays], published: PublishedContract) -> list[Outcome]:
    """How each branch went at each place."""
    return [
        Outcome(
            target,
            len(from_tag.refusals),
            len(from_empty.refusals),
            shortcoming(from_tag, target, published) or shortcoming(from_empty, target, published) or "",
        )
        for target, from_tag, from_empty in branch_plays
    ]


def test_each_branch_is_accepted_for_what_it_is(outcomes: list[Outcome]) -> None:
    failed = {(one.target.place, one.target.branch.name): one.reason for one in outcomes if one.reason}
    assert failed == NOT_TAUGHT


def test_three_refusals_are_enough_for_each_branch(outcomes: list[Outcome]) -> None:
    slow = [one for one in outcomes if max(one.from_tag, one.from_empty) > MOST_REFUSALS]
    assert slow == []


def test_the_table_of_branches_is_as_committed(outcomes: list[Outcome]) -> None:
    now = table(outcomes)
    if os.environ.get("REFRESH_SNAPSHOTS"):
        TABLE.write_text(now, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == now, "teaching changed; `make snapshots` accepts the change"


@pytest.mark.parametrize(
    "union", ["model", "voice", "transcriber", "tools:append[]", "credentials[]", "hooks[]", "messages[]"]
)
def test_the_unions_that_callers_meet_most_are_among_them(outcomes: list[Outcome], union: str) -> None:
    found = {one.target.branch.name for one in outcomes if one.target.place.split(".")[-1] == union}
    assert len(found) > 3


def test_without_its_texts_a_refusal_teaches_no_branch(
    unconnected: Toolset, branch_plays: list[BothPlays]
) -> None:
    def ask(arguments: Json) -> Refusal | None:
        refused = refusal(unconnected, "create_session", arguments)
        return None if refused is None else _without_texts(refused)

    refused_at_first = [target for target, course, _ in branch_plays if course.refusals]
    assert refused_at_first
    for target in refused_at_first:
        assert play(ask, target.arguments(), target.wanted).stuck, target


def _without_texts(refused: Refusal) -> Refusal:
    bare = [{"path": problem["path"], "rule": problem["rule"]} for problem in refused.problems]
    return Refusal(refused.tool, refused.arguments, {"error": {"problems": bare}})


def test_what_is_accepted_as_another_branch_counts_as_not_taught(
    branch_plays: list[BothPlays], published: PublishedContract
) -> None:
    target = next(target for target, _, _ in branch_plays if target.branch.name == "OpenAIModel")
    other = {"provider": "anthropic", "model": "claude-3-opus-20240229"}
    accepted = Play({"assistant": {"model": other}})
    assert target.place == "assistant.model"
    assert shortcoming(accepted, target, published) == "accepted as AnthropicModel"


def test_what_no_branch_takes_counts_as_not_taught(
    branch_plays: list[BothPlays], published: PublishedContract
) -> None:
    target = next(target for target, _, _ in branch_plays if target.branch.name == "OpenAIModel")
    accepted = Play({"assistant": {"model": {"provider": "openai"}}})
    assert shortcoming(accepted, target, published) == 'accepted, although "model" is a required property'
