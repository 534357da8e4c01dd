"""What a refusal tells of a place, measured against the published contract: each word that is not right."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tools.teaching import measured_words as words
from tools.teaching.json_kinds import is_list, is_object
from tools.teaching.told_limits import read_limits
from tools.teaching.told_words import alternatives, named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.teaching.json_kinds import Json
    from tools.teaching.measured_words import Finding
    from tools.teaching.published_choices import Choice, Choices, PublishedChoices
    from tools.teaching.told_limits import Limits
    from tools.teaching.told_words import Alternative

_OUTLINES = (
    {"type", "required", "also required", "optional", "further", "any other field"},
    {"type", "as at"},
    {"tag", "branches", "any other tag"},
    {"list of", "with"},
    {"any of"},
)
"""The parts that an outline may have."""


class Measure:
    """Measures texts and outlines, each once for the same choices.

    Args:
        published: The choices of the published contract.
        briefly: Whether listed values may be left out, where any value is right, and need not be counted.
    """

    def __init__(self, published: PublishedChoices, *, briefly: bool = False) -> None:
        self._published = published
        self._briefly = briefly
        self._known: dict[tuple[int, str], tuple[Choices, list[str]]] = {}

    def faults(self, told: Any, there: Choices) -> list[str]:
        """Return what is not right in what is told of choices, and which of them is not told."""
        key = (id(there), json.dumps(told))
        if key not in self._known:
            # The choices are kept beside their faults, so that their id is given to no other.
            self._known[key] = (there, self._faults(told, there))
        return self._known[key][1]

    def _faults(self, told: Any, there: Choices) -> list[str]:
        wrong, covered = self._place(told, there)
        untold = [one for one in there if one not in covered and not self._may_lack(one, covered)]
        return wrong + [f"{one.kind} {one.name or one.schema} is not told" for one in untold]

    def _may_lack(self, one: Choice, covered: list[Choice]) -> bool:
        """Whether a choice need not be told: any JSON is told, or its values are among any of its kind."""
        any_value = {told.kind for told in covered if not told.listed}
        return "any JSON" in any_value or (self._briefly and bool(one.listed) and one.kind in any_value)

    def _place(self, told: Any, there: Choices) -> Finding:
        if is_list(told):
            return words.values(told, there)
        return self._line(told, there) if isinstance(told, str) else self._outline(told, there)

    def _outline(self, told: Json, there: Choices) -> Finding:
        if not any(set(told) <= form for form in _OUTLINES):
            return [f"nobody reads {sorted(told)}"], list(there)
        if "any of" in told:
            return _together(self._best(one, there) for one in told["any of"])
        if "list of" in told:
            return self._list(told["list of"], read_limits(told.get("with", "")), there)
        if "tag" in told:
            return self._tagged(told, there)
        return self._typed(told, there)

    def _best(self, told: Any, there: Choices) -> Finding:
        """Measure one of several outlines against what it tells best: one choice, or all of a kind."""
        kinds = dict.fromkeys(one.kind for one in there)
        groups = [*((one,) for one in there), *(tuple(c for c in there if c.kind == k) for k in kinds)]
        return min(((self.faults(told, group), list(group)) for group in groups), key=lambda f: len(f[0]))

    def _line(self, told: str, there: Choices) -> Finding:
        read = alternatives(told)
        listed = [one for one in read if not one.kind]
        found = [self._alternative(one, there) for one in read if one.kind]
        if listed:
            told_values = [one.rest for one in listed]
            found.append(words.written(told_values, max(one.more for one in listed), there))
        return _together(found)

    def _alternative(self, one: Alternative, there: Choices) -> Finding:
        if one.kind == "object by":
            tag, _, listed = one.rest.partition(": ")
            return words.tags(tag, listed.split(", "), there)
        if one.kind == "list of":
            return self._list(one.items, one.limits, there)
        if one.kind == "object":
            return self._object_in_words(one.rest, there)
        return words.scalar(one, there, briefly=self._briefly)

    def _object_in_words(self, rest: str, there: Choices) -> Finding:
        objects = [one for one in there if one.kind == "object"]
        if not rest:  # the word alone is right for a bare object too, which stands for any JSON
            return [], objects or [one for one in there if one.kind == "any JSON"]
        if not objects:
            return ["no object may stand here"], []
        if rest.startswith("("):
            fields = [one for one in objects if not one.name]
            return _best_of([(_complete(rest[1:-1].split(", "), one.fields), [one]) for one in fields])
        any_names = rest.removeprefix("of any names, each: ")
        if any_names != rest:
            further = [one for one in objects if "additionalProperties" in one.schema]
            return _best_of([(self._further(any_names, one), [one]) for one in further])
        of_name = [one for one in objects if one.name == rest]
        return ([] if of_name else [f"no {rest} may stand here"]), of_name

    def _further(self, told: Any, one: Choice) -> list[str]:
        return self.faults(told, self._published.of(one.schema["additionalProperties"]))

    def _list(self, items: Any, limits: Limits | None, there: Choices) -> Finding:
        lists = [one for one in there if one.kind == "list"]
        if not lists:
            return ["no list may stand here"], []
        counted = [[] if one.limits == limits else [f"{limits}: published are {one.limits}"] for one in lists]
        inner = [self.faults(items, self._published.of(_items(one))) for one in lists]
        return _best_of([([*c, *i], [one]) for one, c, i in zip(lists, counted, inner, strict=True)])

    def _tagged(self, told: Json, there: Choices) -> Finding:
        by_tag = told["branches"]
        wrong, covered = words.tags(told["tag"], list(by_tag), there)
        if is_object(by_tag):
            wrong = wrong + words.branches(by_tag, told.get("any other tag"), there)
        opened = [one for one in there if one.kind == "object" and "any other tag" in told]
        return wrong, [*covered, *opened]

    def _typed(self, told: Json, there: Choices) -> Finding:
        name = told.get("type", "")
        of_name = [one for one in there if one.kind == "object" and one.name == name]
        if not of_name:
            return [f"no {name or 'unnamed object'} may stand here"], []
        if "as at" in told:
            return [], of_name
        return _best_of([(self._object(told, one), [one]) for one in of_name])

    def _object(self, told: Json, one: Choice) -> list[str]:
        required, optional = told.get("required", {}), told.get("optional", {})
        wrong = _required(told, one)
        if ("any other field" in told) is not ("additionalProperties" in one.schema):
            wrong.append("fields of any name are told, or are not, and should be")
        elif "any other field" in told:
            wrong += self._further(told["any other field"], one)
        for field, line in {**required, **optional}.items():
            if field in one.fields:
                found = self.faults(line, self._published.of(one.fields[field]))
                wrong += [f"{field}: {fault}" for fault in found]
        told_required = {*required, *told.get("also required", [])}
        others = [field for field in one.fields if field not in told_required]
        return wrong + _complete([*optional, *told.get("further", [])], others)


def _required(told: Json, one: Choice) -> list[str]:
    """Measure the required fields: exactly those, and it may be the tag that chose the object."""
    also, more = named(told.get("also required", []))
    names = [*told.get("required", {}), *also]
    tag = {one.tag} - one.required if one.tag in told.get("required", {}) else set[str | None]()
    right = set(names) <= {*one.required, *tag} and len(names) + more == len(one.required) + len(tag)
    return [] if right else [f"required are {sorted(one.required)}, not {names} and {more} more"]


def _complete(told: list[str], there: Iterable[str]) -> list[str]:
    """Measure names: they are right, and all, or the others are counted."""
    names, more = named(told)
    fields = set(there)
    right = set(names) <= fields and len(names) + more == len(fields)
    return [] if right else [f"the fields are {sorted(fields)}, not {names} and {more} more"]


def _items(one: Choice) -> Json:
    items: Json = one.schema.setdefault("items", {})
    return items


def _together(found: Iterable[Finding]) -> Finding:
    listed = list(found)
    return [fault for wrong, _ in listed for fault in wrong], [one for _, told in listed for one in told]


def _best_of(found: list[Finding]) -> Finding:
    return min(found, key=lambda one: len(one[0])) if found else (["there is nothing like it"], [])
