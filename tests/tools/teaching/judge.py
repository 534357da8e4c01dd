"""Judges what refusals tell and offer, by the published contract alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tools.teaching.json_kinds import is_list, is_object
from tools.teaching.measured_outline import Measure
from tools.teaching.measured_words import is_right
from tools.teaching.published_arguments import argument_schemas
from tools.teaching.published_choices import PublishedChoices
from tools.teaching.published_places import Place, place_at, united
from tools.teaching.told_words import named

if TYPE_CHECKING:
    from tools.teaching.offers import Offer, Told
    from tools.teaching.published_contract import PublishedContract

_ADVICE = str
"""In place of names a text may say where an argument belongs."""


def _is_choice(words: Any) -> bool:
    """Whether a text tells by which tag an object is chosen."""
    return "tag" in words if is_object(words) else "object by " in str(words)


class Judge:
    """Finds the place that a text is about, and says what is not right there.

    Args:
        contract: The published one.
    """

    def __init__(self, contract: PublishedContract) -> None:
        self._published = PublishedChoices(contract)
        self._arguments = argument_schemas(contract)
        self._whole = Measure(self._published)
        self._brief = Measure(self._published, briefly=True)

    def misstatements(self, told: Told) -> list[str]:
        """Return what is not right in a text, by the reading of its place that it comes nearest to."""
        measure = self._brief if told.briefly else self._whole
        place = self._place(told)
        readings = place.unchosen if _is_choice(told.words) else place.readings
        found = (measure.faults(told.words, reading) for reading in readings)
        return min(found, key=len, default=["the contract has no such place"])

    def refuses(self, offer: Offer) -> bool:
        """Whether an offered value is not right where it was offered; of objects and lists only whether."""
        there = united(self._place(offer).ways)
        if is_object(offer.value) or is_list(offer.value):
            kinds = ("object" if is_object(offer.value) else "list", "any JSON")
            return not any(one.kind in kinds for one in there)
        return not any(is_right(one, offer.value) for one in there if one.kind not in ("object", "list"))

    def wrong_names(self, tool: str, told: list[str] | _ADVICE) -> list[str]:
        """Return what are told as the names of a tool's arguments and are none, or wrongly counted."""
        if isinstance(told, _ADVICE):
            return []
        arguments = self._arguments[tool]["properties"]
        names, more = named(told)
        counted = not more or len(names) + more == len(arguments)
        return [name for name in names if name not in arguments] + ["the count"] * (not counted)

    def _place(self, named: Told | Offer) -> Place:
        root = self._arguments[named.tool]
        return place_at(self._published, root, named.arguments, named.path)
