"""Checks of what errors offer: accepted by the tools, known to the published contract, small."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from tools.published_contract import TAGS, Json, PublishedContract
from tools.repair_agent import Path, Refusal, compose, named, parts_of, read_line, refusal_of, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vapi_sessions_tools.toolset import Toolset

_NO_VALUES = ("is no argument of", "is no field of this object", "is empty, and all that was given")


def exceeds_budget(refusal: Refusal) -> bool:
    """Whether an error has more than 1,500 bytes a problem, or 6,000 bytes or 8 problems in all."""
    sizes = [_size(problem) for problem in refusal.problems]
    return max(sizes) > 1_500 or _size(refusal.problems) > 6_000 or len(sizes) > 8


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def offers(said: Any) -> Iterator[tuple[Any, Path]]:
    """Yield values that a line, a list or an outline offers, and the path within each to what is offered."""
    if isinstance(said, list):
        yield from ((value, ()) for value in named(said))
    elif isinstance(said, str):
        for kind, values in read_line(said):
            if kind not in ("object", "list"):
                yield from ((value, tuple(value) if kind == "object by" else ()) for value in values)
    elif "any of" in said:
        yield from (offer for one in said["any of"] for offer in offers(one))
    elif "list of" in said:
        yield from (([value], (0, *below)) for value, below in offers(said["list of"]))
    elif "tag" in said:
        yield from (({said["tag"]: value}, (said["tag"],)) for value in said["branches"])
    elif "as at" not in said:
        base = {name: compose(line, [said.get("type")]) for name, line in said.get("required", {}).items()}
        for name, line in {**said.get("required", {}), **said.get("optional", {})}.items():
            yield from (({**base, name: value}, (name, *below)) for value, below in offers(line))


class Judge:
    """Finds what is wrong in the errors of tools; the same statement is judged once."""

    def __init__(self, toolset: Toolset, published: PublishedContract) -> None:
        self._toolset = toolset
        self._published = published
        self._seen = set[str]()
        self.offers = 0

    def faults(self, refusal: Refusal) -> Iterator[str]:
        """Yield each offer that is refused, and what the published contract contradicts."""
        for problem in refusal.problems:
            path, rule = parts_of(problem["path"]), problem["rule"]
            place = path[:-1] if rule == "is required" else path
            allowed = None if rule.startswith(_NO_VALUES) else problem.get("allowed")
            for where, said in ((place, problem.get("schema")), (path, allowed)):
                key = f"{refusal.tool} {where[-1:]} {said}"
                if said is not None and key not in self._seen:
                    self._seen.add(key)
                    yield from self._refused(refusal, where, said)
                    yield from self._contradicted(said)

    def _refused(self, refusal: Refusal, place: Path, said: Any) -> Iterator[str]:
        for value, below in offers(said):
            self.offers += 1
            arguments = copy.deepcopy(refusal.arguments)
            value_at(arguments, place[:-1])[place[-1]] = value
            again = refusal_of(self._toolset, refusal.tool, arguments)
            places = [parts_of(problem["path"]) for problem in again.problems] if again else []
            if any(one == (*place, *below)[: len(one)] for one in places):
                yield f"{place}: {str(value)[:200]} is offered, and refused"

    def _contradicted(self, said: Any) -> Iterator[str]:
        """Yield what is wrong with the objects of an outline: the names of their fields, and their values."""
        if isinstance(said, list):
            yield from (fault for one in said for fault in self._contradicted(one))
        if not isinstance(said, dict) or "as at" in said:
            return
        fields = {**said.get("required", {}), **said.get("optional", {})}
        yield from self._contradicted([said.get("any of"), said.get("list of"), *fields.values()])
        if name := said.get("type"):
            yield from _wrong_names(said, self._published.schemas[name])
            given = ((field, value) for field, line in fields.items() for value, _ in offers(line))
            for field, value in given:
                faults = [] if "{" in str(value) else self._published.field_faults(name, {field: value})
                yield from (f"{name}.{field}: {fault[:200]}" for fault in faults)


def _wrong_names(said: Json, schema: Json) -> list[str]:
    """Return what is wrong with the names of an object's fields: all are named, the required ones as such."""
    required = {*said.get("required", {}), *named(said.get("also required", []))}
    others = {*said.get("optional", {}), *named(said.get("further", []))}
    needed = set(schema.get("required", ()))
    wrong = [f"{name} is not a field" for name in (required | others) - set(schema.get("properties", {}))]
    return wrong + [f"{said['type']}: {required} are required"] * (required - set(TAGS) != needed - set(TAGS))
