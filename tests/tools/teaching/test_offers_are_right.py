"""Whatever value or branch a refusal names as right is accepted in the place that it was named for."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from teaching.json_kinds import is_list, is_object
from teaching.mechanical_agent import path_parts
from teaching.offers import Offer, offers
from teaching.play import Play, Refusal, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from teaching.json_kinds import Json
    from teaching.published_contract import PublishedContract
    from teaching.union_branches import Target
    from vapi_sessions_tools.toolset import Toolset

BothPlays = tuple["Target", Play, Play]


@pytest.fixture(scope="session")
def refusals(branch_plays: list[BothPlays], probe_plays: list[Play]) -> list[Refusal]:
    """Every refusal that was met in any play."""
    courses = [*chain.from_iterable(both for _, *both in branch_plays), *probe_plays]
    return [refused for course in courses for refused in course.refusals]


def wrong_offers(
    unconnected: Toolset, published: PublishedContract, refusals: Iterable[Refusal]
) -> list[str]:
    """Return the offers that the tools refuse where they were made, or the published contract does."""
    distinct = {offer.key: offer for refused in _distinct(refusals) for offer in offers(refused)}
    wrong: list[str] = []
    for key, offer in distinct.items():
        faults = published.faults_at(offer.type, offer.owner(), offer.field) if offer.type else []
        if faults or _refused_there(unconnected, offer):
            wrong.append(key)
    return wrong


def _distinct(refusals: Iterable[Refusal]) -> Iterator[Refusal]:
    """Yield refusals without the problems that were told word for word before."""
    seen = set[str]()
    for refused in refusals:
        told = {f"{refused.tool} {problem}": problem for problem in refused.problems}
        new = [problem for text, problem in told.items() if text not in seen]
        seen.update(told)
        if new:
            yield Refusal(refused.tool, refused.arguments, {"error": {"problems": new}})


def _refused_there(unconnected: Toolset, offer: Offer) -> bool:
    refused = refusal(unconnected, offer.tool, offer.arguments)
    return refused is not None and any(path_parts(one["path"]) == offer.path for one in refused.problems)


def test_each_value_and_branch_that_is_offered_is_accepted(
    unconnected: Toolset, published: PublishedContract, refusals: list[Refusal]
) -> None:
    assert wrong_offers(unconnected, published, refusals) == []


def test_each_type_is_told_with_the_fields_it_has(
    published: PublishedContract, refusals: list[Refusal]
) -> None:
    for refused in refusals:
        for outline in _typed_outlines([problem.get("schema") for problem in refused.problems]):
            properties = published.schemas[outline["type"]].get("properties", {})
            told = [*outline.get("required", {}), *outline.get("optional", {}), *outline.get("further", [])]
            named = [name for name in told if not name.startswith("... ")]
            assert set(named) <= set(properties), outline
            assert named != told or len(named) == len(properties), outline


def _typed_outlines(told: Any) -> Iterator[Json]:
    if is_object(told):
        if "type" in told and "as at" not in told and set(told) & {"required", "optional", "further"}:
            yield told
        for value in told.values():
            yield from _typed_outlines(value)
    elif is_list(told):
        for value in told:
            yield from _typed_outlines(value)


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


def _refusal_that_tells(told: Any) -> Refusal:
    problem = {"path": "assistant.model", "rule": "must be an object, not a number", "schema": told}
    return Refusal("create_session", {"assistant": {"model": 5}}, {"error": {"problems": [problem]}})


@pytest.mark.parametrize(
    "told",
    [
        {
            "type": "OpenAIModel",
            "required": {"provider": ["openai"]},
            "optional": {"temperature": "number, such as 7"},
        },
        {
            "type": "OpenAIModel",
            "required": {"provider": ["openai"], "model": "string, such as no-such-model"},
        },
        {
            "type": "OpenAIModel",
            "required": {"provider": ["openai"]},
            "optional": {"toolIds": "list of number, such as 1"},
        },
        {"any of": ["string, such as openai"]},
        {"tag": "provider", "branches": [5]},
    ],
)
def test_a_wrong_offer_would_be_found(unconnected: Toolset, published: PublishedContract, told: Any) -> None:
    assert wrong_offers(unconnected, published, [_refusal_that_tells(told)])
