"""One alternative of a told line, measured against the choices that the published contract has there."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from tools.teaching.json_kinds import is_list
from tools.teaching.published_choices import is_open, tag_values
from tools.teaching.published_contract import FORMATS
from tools.teaching.told_words import ANY_FORM, named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.teaching.published_choices import Choice, Choices
    from tools.teaching.told_words import Alternative

Rule = tuple[dict[str, float] | None, str | None, str]
"""Limits, a pattern and a form."""

Finding = tuple[list[str], list["Choice"]]
"""What is wrong, and the choices that are told."""

_FORMS = {
    "a UUID: 8-4-4-4-12 hexadecimal digits": "uuid",
    "8-4-4-4-12 hexadecimal digits": "uuid",
    "a URL": "uri",
    "a date and time in ISO 8601": "date-time",
    "a date in ISO 8601": "date",
    "an e-mail address": "email",
}


def scalar(one: Alternative, there: Choices, *, briefly: bool = False) -> Finding:
    """Measure words for a scalar, a bare list or any JSON; briefly, values need not be counted."""
    kinds = ("number", "whole number") if one.form == ANY_FORM and one.kind == "number" else (one.kind,)
    of_kind = [choice for choice in there if choice.kind in kinds]
    if not of_kind:
        return [f"{one.kind}: what may stand here is {_kinds(there)}"], []
    rules = [_rule(choice, one) for choice in of_kind]
    told = (one.limits, one.pattern, one.form)
    ruled = [choice for choice, rule in zip(of_kind, rules, strict=True) if rule == told]
    if not ruled:
        return [f"{one.kind} {told}: published are {rules}"], of_kind
    # Examples speak for what is listed beside any value, whose limits may be others.
    listed = [choice for choice in of_kind if choice.listed]
    unlisted = [choice for choice in ruled if not choice.listed]
    groups = [*([choice] for choice in ruled), [*unlisted, *listed], *([unlisted] if unlisted else [])]
    found = [(_examples(one, group, briefly=briefly), group) for group in groups]
    return min(found, key=lambda finding: (len(finding[0]), -len(finding[1])))


def _rule(choice: Choice, one: Alternative) -> Rule:
    """Return a choice's limits, pattern and form; as they were told where nothing is told of them."""
    written = choice.schema.get("format", "")
    pattern = choice.schema.get("pattern")
    if one.form == ANY_FORM:
        return choice.limits if one.limits else one.limits, one.pattern, one.form
    return choice.limits, pattern, one.form if _FORMS.get(one.form, "") == written else written


def _examples(one: Alternative, told: list[Choice], *, briefly: bool) -> list[str]:
    """Measure examples: each is published, or at least right where only a form is, and the rest counted."""
    known = [value for choice in told for value in choice.known]
    if known:
        wrong = [f"{value!r} is none of the values" for value in one.examples if value not in known]
        counted = [] if briefly and not one.more else _count(one.examples, one.more, known)
        return wrong + counted
    ruled = [choice for choice in told if {"pattern", "format"} & set(choice.schema)]
    wrong = [value for value in one.examples if not any(is_right(choice, value) for choice in ruled)]
    return [f"{value!r} is known of nowhere" for value in wrong] + ["more of nothing"] * bool(one.more)


def values(told: list[Any], there: Iterable[Choice]) -> Finding:
    """Measure a list of the only values there are."""
    listed = [choice for choice in there if choice.listed]
    listed += [choice for choice in there if listed and choice not in listed and choice.known]
    known = [value for choice in listed for value in choice.known]
    names, more = named(told)
    wrong = [f"{value!r} is none of the values" for value in names if not _among(value, known)]
    return wrong + _count(names, more, known), listed


def written(told: list[Any], more: int, there: Iterable[Choice]) -> Finding:
    """Measure values as a line has them, which does not tell texts from numbers."""
    listed = [choice for choice in there if choice.listed]
    groups = [*([choice] for choice in listed), listed]
    return min(((_written(told, more, group), group) for group in groups), key=lambda one: len(one[0]))


def _written(told: list[Any], more: int, listed: list[Choice]) -> list[str]:
    known = [str(value) for choice in listed for value in choice.listed]
    wrong = [f"{value!r} is none of the values" for value in told if value not in known]
    return wrong + _count(told, more, known)


def tags(tag: str, told: list[Any], there: Choices) -> Finding:
    """Measure the field that chooses among objects, and the values by which it does."""
    objects = [choice for choice in there if choice.kind == "object"]
    told_by = [choice for choice in objects if choice.tag == tag]
    if not told_by:
        return [f"{tag} is not what tells the objects apart"], objects
    known = [value for choice in told_by for value in tag_values(choice)]
    names, more = named(told)
    wrong = [f"{tag}: {value!r} chooses nothing" for value in names if not _among(value, known)]
    return wrong + _count(names, more, known), [one for one in told_by if tag_values(one)]


def branches(told: dict[str, Any], other: Any, there: Choices) -> list[str]:
    """Measure which types a tag's values choose."""
    objects = [choice for choice in there if choice.kind == "object"]
    wrong = [
        f"{value!r} chooses {names}, not {sorted(_as_list(told_names))}"
        for value, told_names in told.items()
        if (names := sorted(one.name for one in objects if value in tag_values(one)))
        != sorted(_as_list(told_names))
    ]
    opened = sorted(one.name for one in objects if is_open(one))
    if other is not None and sorted(_as_list(other)) != opened:
        wrong.append(f"any other tag chooses {opened}, not {other}")
    return wrong


def is_right(choice: Choice, value: Any) -> bool:
    """Whether a scalar is right by a stock validator, or by the examples where nothing else is known."""
    if choice.known and not choice.listed:
        return value in choice.known
    return _validator(json.dumps(choice.schema)).is_valid(value)


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(schema), validate_formats=True, formats=FORMATS)


def _count(told: list[Any], more: int, known: list[Any]) -> list[str]:
    there = {(isinstance(value, bool), value) for value in known}
    right = len(told) == len(set(map(str, told))) and len(told) + more == len(there)
    return [] if right else [f"{len(told)} and {more} more are told of {len(there)}"]


def _among(value: Any, known: list[Any]) -> bool:
    return any(value == one and type(value) is type(one) for one in known)


def _kinds(there: Iterable[Choice]) -> str:
    return " or ".join(dict.fromkeys(choice.kind for choice in there))


def _as_list(told: Any) -> list[Any]:
    return told if is_list(told) else [told]
