"""How a caller reads one line of a refusal: alternatives, kinds, limits, examples.

Knows the grammar of the texts and nothing of any contract.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tools.teaching.told_limits import Limits, kind_of, least_number, read_limits

ANY_FORM = "any form"
"""The form of a value of which nothing but limits or examples are told."""

_YES_OR_NO = "true or false"
_HIDDEN = "true/false"
_ARTICLE = re.compile(r"\A(?:a|an) (?=string|number|whole|list|object)")
_COMPOUNDS = ("list of", "object by")
_KINDS = ("string", "number", "whole number", _HIDDEN, "any JSON", "object", "list")
_OUTSIDE = re.compile(r" or (?![^(]*\))")
"""Between alternatives; one within parentheses is within a list's items."""

_MORE = re.compile(r"\A(?P<listed>.*?)(?:; (?P<more>\d+) more)?(?:; (?!\d+ more).*)?\Z", re.DOTALL)
"""What is listed, how many are not, and advice that may follow."""

_COUNTED = re.compile(r"(?:\A|, )((?:at least |at most )?\d+(?: to \d+)? items)\Z")
_MATCHING = re.compile(r"(?:\A|, )matching (.+?)(?=, such as |\Z)")
_SUCH_AS = re.compile(r"(?:\A|, )such as (.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the things that may stand at a place.

    Args:
        kind: Its JSON type in words, `list of` and `object by` included; nothing for a value.
        rest: What is said further: limits and examples.
        more: How many values there are that are not listed.
        form: How a text is written, where it has a form: `a UUID: ...`.
    """

    kind: str
    rest: str
    more: int = 0
    form: str = ""

    @property
    def examples(self) -> list[Any]:
        """The values that are offered, as values of the kind."""
        if not self.kind:
            return [self.rest]
        told = _SUCH_AS.search(self.rest)
        return [_as_kind(self.kind, text) for text in told[1].split(", ")] if told else []

    @property
    def pattern(self) -> str | None:
        """What a text must match."""
        told = _MATCHING.search(self.rest)
        return told[1] if told else None

    @property
    def limits(self) -> Limits | None:
        """All limits, by their keyword; None where something else is told in their place."""
        if self.kind == "list of":
            counted = _COUNTED.search(self.rest)
            return read_limits(counted[1]) if counted else {}
        return read_limits(_MATCHING.sub("", _SUCH_AS.sub("", self.rest)))

    @property
    def least(self) -> float:
        """A number within the limits, or how many characters there must be."""
        limits = self.limits or {}
        return limits.get("minLength", 0) if self.kind == "string" else least_number(limits)

    @property
    def items(self) -> str:
        """What a list's items are, in words."""
        plain = _COUNTED.sub("", self.rest)
        return plain[1:-1] if plain.startswith("(") else plain

    @property
    def least_items(self) -> int:
        """How many items a list has at least."""
        return items_at_least(self.rest)


def items_at_least(extent: str) -> int:
    """Return how many items an extent asks for: `list of string, at least 2 items`."""
    found = _COUNTED.search(extent)
    limits = read_limits(found[1]) if found else None
    return int((limits or {}).get("minItems", 0))


def named(told: list[Any]) -> tuple[list[Any], int]:
    """Return what a list names, and how many more it counts at its end."""
    if told and (counted := re.fullmatch(r"(?:\.\.\. )?(\d+) more", str(told[-1]))):
        return told[:-1], int(counted[1])
    return told, 0


def alternatives(told: str) -> list[Alternative]:
    """Read a line: `string, 1 to 40 characters or list of string`."""
    line = told.replace(_YES_OR_NO, _HIDDEN)
    return [one for part in _OUTSIDE.split(line) for one in _alternative(_ARTICLE.sub("", part))]


def _alternative(plain: str) -> list[Alternative]:
    for beginning in _COMPOUNDS:
        if plain.startswith(f"{beginning} "):
            return [Alternative(beginning, plain.removeprefix(f"{beginning} "))]
    read = _MORE.match(plain)
    listed, more = (read["listed"], int(read["more"] or 0)) if read else (plain, 0)
    for words in ("exactly ", "one of "):
        if listed.startswith(words):
            values, others = named(listed.removeprefix(words).split(", "))
            return [Alternative("", value, others) for value in values]
    for kind in _KINDS:
        if listed == kind or listed.startswith((f"{kind},", f"{kind} ")):
            rest = listed.removeprefix(kind).removeprefix(",").removeprefix(" ")
            return [Alternative(kind.replace(_HIDDEN, _YES_OR_NO), rest, more)]
    return [_without_kind(listed, more)]


def _without_kind(plain: str, more: int) -> Alternative:
    """Read bare limits, a form with an example, or a value itself."""
    told = _SUCH_AS.search(plain) or re.search(r"such as (.*)\Z", plain)
    if told:
        return Alternative(
            "string", f"such as {told[1]}", more, plain[: told.start()].strip(": ") or ANY_FORM
        )
    limits = read_limits(plain)
    return Alternative(kind_of(limits), plain, more, ANY_FORM) if limits else Alternative("", plain, more)


def _as_kind(kind: str, text: str) -> Any:
    """Read a value; what is no number stays a text."""
    if kind in ("number", "whole number") and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    return text
