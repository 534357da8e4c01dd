"""What refusals tell or offer that is not right: by the published contract, or by the tools themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.teaching.mechanical_agent import path_parts
from tools.teaching.offers import Offer, offers, texts
from tools.teaching.play import Refusal, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tools.teaching.judge import Judge
    from vapi_sessions_tools.toolset import Toolset


def wrong_offers(unconnected: Toolset, judge: Judge, refusals: Iterable[Refusal]) -> list[str]:
    """Return the texts that the published contract contradicts, and the offers that are refused."""
    told = list(_distinct(refusals))
    wrong = [
        f"{text.path}: {fault}" for one in told for text in texts(one) for fault in judge.misstatements(text)
    ]
    offered = {offer.key: offer for one in told for offer in offers(one)}
    refused = [key for key, one in offered.items() if judge.refuses(one) or tools_refuse(unconnected, one)]
    return [*wrong, *refused]


def _distinct(refusals: Iterable[Refusal]) -> Iterator[Refusal]:
    """Yield refusals without the problems that were told word for word before."""
    seen = set[str]()
    for refused in refusals:
        told = {f"{refused.tool} {problem}": problem for problem in refused.problems}
        new = [problem for text, problem in told.items() if text not in seen]
        seen.update(told)
        if new:
            yield Refusal(refused.tool, refused.arguments, {"error": {"problems": new}})


def tools_refuse(unconnected: Toolset, offer: Offer) -> bool:
    """Whether the tools refuse an offered value, or what it makes of the values around it."""
    refused = refusal(unconnected, offer.tool, offer.arguments)
    places = [] if refused is None else [path_parts(problem["path"]) for problem in refused.problems]
    return any(place == offer.path[: len(place)] for place in places)
