"""How a caller reads one line of a refusal: alternatives, kinds, extents, examples.

Knows the grammar of the texts and nothing of any contract.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_YES_OR_NO = "true or false"
_HIDDEN = "true/false"
_ARTICLE = re.compile(r"\A(?:a|an) (?=string|number|whole|list|object)")
_COMPOUNDS = ("list of", "object by")
_KINDS = ("string", "number", "whole number", _HIDDEN, "any JSON", "object", "list")
_EXTENTS = (
    (re.compile(r"-?[\d.]+ to -?[\d.]+\Z"), "number"),
    (re.compile(r"\d+ to \d+ characters\Z"), "string"),
    (re.compile(r"\d+ to \d+ items\Z"), "list"),
)
_LOWEST = re.compile(r"(?:at least |more than )?(-?[\d.]+)(?: to |(?: characters)?\Z)")
_OUTSIDE = re.compile(r" or (?![^(]*\))")
"""Between alternatives; one within parentheses is within a list's items."""

_ITEMS = re.compile(r"(?:\A|, )(?:(?:at least )?(\d+)(?: to \d+)?|at most \d+) items\Z")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the things that may stand at a place.

    Args:
        kind: Its JSON type in words, `list of` and `object by` included; nothing for a value or a form.
        rest: What is said further: extents and examples.
    """

    kind: str
    rest: str

    @property
    def examples(self) -> list[Any]:
        """The values that are offered, as values of the kind."""
        if not self.kind:
            return [self.rest]
        _, told, listed = self.rest.partition("such as ")
        if not told:
            return []
        return [_as_kind(self.kind, text) for text in listed.split(", ")]

    @property
    def least(self) -> float:
        """The lower end of the extent; 0 where none is told."""
        for part in self.rest.split(", "):
            found = _LOWEST.match(part)
            if found:
                return float(found[1]) + (1 if part.startswith("more than") else 0)
        return 0

    @property
    def items(self) -> str:
        """What a list's items are, in words."""
        plain = _ITEMS.sub("", self.rest)
        return plain[1:-1] if plain.startswith("(") else plain

    @property
    def least_items(self) -> int:
        """How many items a list has at least."""
        return items_at_least(self.rest)


def items_at_least(extent: str) -> int:
    """Return how many items an extent asks for: `list of string, at least 2 items`."""
    found = _ITEMS.search(extent)
    return int(found[1]) if found and found[1] else 0


def alternatives(told: str) -> list[Alternative]:
    """Read a line: `string, 1 to 40 characters or list of string`."""
    line = told.replace(_YES_OR_NO, _HIDDEN)
    found: list[Alternative] = []
    for part in _OUTSIDE.split(line):
        # All that follows a list is about its items.
        whole = part.startswith("list of ")
        found += _alternative(part if whole else part.split("; ")[0])
    return found


def _alternative(part: str) -> list[Alternative]:
    plain = _ARTICLE.sub("", part).strip(", ")
    for beginning in _COMPOUNDS:
        if plain.startswith(f"{beginning} "):
            return [Alternative(beginning, plain.removeprefix(f"{beginning} "))]
    if plain.startswith("exactly "):
        return [Alternative("", plain.removeprefix("exactly "))]
    if plain.startswith("one of "):
        return [Alternative("", value) for value in plain.removeprefix("one of ").split(", ")]
    for kind in _KINDS:
        if plain == kind or plain.startswith((f"{kind},", f"{kind} ")):
            return [Alternative(kind.replace(_HIDDEN, _YES_OR_NO), plain.removeprefix(kind).strip(", "))]
    return [_without_kind(plain)]


def _without_kind(plain: str) -> Alternative:
    """Read a bare extent, a form with an example, or a value itself."""
    for pattern, kind in _EXTENTS:
        if pattern.match(plain):
            return Alternative(kind, plain)
    form, such_as, _ = plain.partition("such as ")
    return Alternative("string", plain.removeprefix(form)) if such_as else Alternative("", plain)


def _as_kind(kind: str, text: str) -> Any:
    if kind == "whole number":
        return int(text)
    if kind == "number":
        return float(text) if "." in text else int(text)
    return text
