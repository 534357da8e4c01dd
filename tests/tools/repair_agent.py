"""An agent that knows no contract: it writes what the errors of a call say, and nothing else.

It sees the error as JSON, its own arguments and the names of the types it is meant to use.
"""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from tools.published_contract import arguments_of
from vapi_sessions_tools.errors import InvalidArgumentsError

if TYPE_CHECKING:
    from collections.abc import Collection

    from tools.published_contract import PublishedContract, Target
    from vapi_sessions_tools.toolset import Toolset

Json = dict[str, Any]
Path = tuple["str | int", ...]

_PATIENCE = 6
_PARTS = re.compile(r"\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\.?([^.\[\]]{80}\.\.\.|[^.\[\]]+)")
_OUTSIDE = re.compile(r" or (?![^(]*\))")
_KIND = re.compile(
    r"(?:an? )?(list of|object by|one of|exactly|string|(?:whole )?number|boolean|any JSON|object|list)\b,? ?"
)
_LIMITS = re.compile(r"(?:(-?[\d.]+) to |at least (-?[\d.]+)|at most )(-?[\d.]+)?( characters| items)?")
_SIMPLEST: Json = {"boolean": True, "list": [], "object": {}, "any JSON": "anything"}


class Course(NamedTuple):
    """How a call was repaired: the last arguments, the refusals in their order, whether it was given up."""

    arguments: Json
    refusals: list[Refusal]
    stuck: bool


class Refusal(NamedTuple):
    """A refused call and its problems, as a client receives them; `more` problems are only counted."""

    tool: str
    arguments: Json
    problems: list[Json]
    more: int


def read_line(line: str) -> list[tuple[str, list[Any]]]:
    """Read `list of string or number, 1 to 4`: for each alternative its kind and values, the least first."""
    return [_read(part) for part in _OUTSIDE.split(line.replace("true or false", "boolean"))]


def _read(part: str) -> tuple[str, list[Any]]:
    found = _KIND.match(part)
    kind, rest = (found[1], part[found.end() :]) if found else ("", part)
    if kind == "list of":
        items, at_least, _ = rest.partition(", at least ")
        some = [[value] for _, values in read_line(items.strip("()")) for value in values]
        return kind, some if at_least else [[], *some]
    if kind == "object by":
        tag, _, listed = rest.partition(": ")
        return kind, [{tag: value} for value in named(listed.split(", "))]
    if kind in ("one of", "exactly"):
        return kind, named(rest.split(", "))
    head, such_as, tail = rest.partition("such as ")
    limits = _LIMITS.search(head)
    assert kind or limits or such_as, f"nobody reads {part!r}"
    low, high, unit = (
        (limits[1] or limits[2], limits[3], limits[4]) if limits else (None, None, " characters")
    )
    kind = kind or {" characters": "string", " items": "list"}.get(unit, "number")
    if such_as:
        texts = tail.split("; ")[0].split(", ")
        return kind, [json.loads(text) for text in texts] if "number" in kind else texts
    if kind == "string":
        return kind, ["x" * int(low or 1), "x" * min(int(high or 1_000), 20_000)]
    if "number" in kind:
        most = json.loads(high or "1000000000")
        return kind, [min(0, most) if low is None else json.loads(low), most]
    return kind, [copy.copy(_SIMPLEST[kind])]


def named(listed: list[Any]) -> list[Any]:
    """Return the values of a list without the count of the others at its end."""
    return [one for one in listed if not re.fullmatch(r"(?:\.\.\. )?\d+ more", str(one))]


def parts_of(place: str) -> Path:
    """Read a place: `assistant.model.messages[0].role`."""
    return tuple(int(m[1]) if m[1] else (m[2] or m[3]) for m in _PARTS.finditer(place))


def value_at(arguments: Any, path: Path) -> Any:
    for part in path:
        arguments = arguments[part]
    return arguments


def compose(said: Any, wanted: Collection[str | None] = ()) -> Any:
    """Return the least value that a line, a list of values or an outline allows."""
    if isinstance(said, list):
        return said[0]
    if isinstance(said, str):
        return read_line(said)[0][1][0]
    if "any of" in said:
        return compose(_wanted_of(said["any of"], wanted), wanted)
    if "list of" in said:
        return [compose(said["list of"], wanted)]
    outline = _chosen(said, wanted)
    fields = outline.get("required") or dict(list(outline.get("optional", {}).items())[:1])
    return {name: compose(line, wanted) for name, line in fields.items()}


def _chosen(outline: Any, wanted: Collection[str | None]) -> Json:
    """Return the outline of the object that is meant, where several are offered."""
    if not isinstance(outline, dict):
        return {}
    if "any of" in outline:
        return _chosen(_wanted_of(outline["any of"], wanted), wanted)
    if "tag" not in outline:
        return outline
    branches = outline["branches"]
    types = branches if isinstance(branches, dict) else dict.fromkeys(branches, "")
    names = {value: one if isinstance(one, list) else [one] for value, one in types.items()}
    meant = (value for value in types if {value, *names[value]} & set(wanted))
    return {"required": {outline["tag"]: [next(meant, next(iter(types)))]}}


def _wanted_of(offered: list[Any], wanted: Collection[str | None]) -> Any:
    names = (
        one.get("type") if isinstance(one, dict) else str(one).removeprefix("object ") for one in offered
    )
    return next((one for one, name in zip(offered, names, strict=True) if name in wanted), offered[0])


def refusal_of(toolset: Toolset, tool: str, arguments: Json) -> Refusal | None:
    """Return how a call is refused; None where it would be sent."""
    try:
        toolset.prepare(tool, arguments)
    except InvalidArgumentsError as error:
        received = json.loads(json.dumps(error.as_result()))["error"]
        return Refusal(tool, arguments, received["problems"], received.get("more", 0))
    return None


def call_until_accepted(
    toolset: Toolset, tool: str, arguments: Json, wanted: Collection[str | None] = ()
) -> Course:
    """Repair a call from its errors until it is accepted, or until they say nothing more."""
    refusals: list[Refusal] = []
    while (refused := refusal_of(toolset, tool, arguments)) is not None:
        refusals.append(refused)
        repaired = _repaired(refused, wanted)
        if json.dumps(repaired) == json.dumps(arguments) or len(refusals) == _PATIENCE:
            return Course(arguments, refusals, stuck=True)
        arguments = repaired
    return Course(arguments, refusals, stuck=False)


def try_branch(toolset: Toolset, target: Target) -> list[Course]:
    """Write a branch from its tag alone, and from an empty object."""
    starts = [arguments_of(target.way, value) for value in (target.branch.start, {})]
    return [call_until_accepted(toolset, "create_session", start, target.wanted) for start in starts]


def shortcoming(course: Course, target: Target, published: PublishedContract) -> str:
    """Return why a call did not end with the branch that was wanted; nothing where it did."""
    if course.stuck:
        return f"the refusal of {course.refusals[-1].problems[0]['path']} taught nothing more"
    value = value_at(course.arguments, target.path)
    faults = published.faults(target.branch.name, value)
    taken_as = [name for name in target.siblings if faults and not published.faults(name, value)]
    return f"accepted as {taken_as[0]}" if taken_as else "; ".join(faults)


def _repaired(refused: Refusal, wanted: Collection[str | None]) -> Json:
    arguments, outlines = copy.deepcopy(refused.arguments), dict[Path, Any]()
    for problem in refused.problems:
        path, missing = parts_of(problem["path"]), problem["rule"] == "is required"
        outline, allowed = problem.get("schema"), problem.get("allowed")
        place = path[:-1] if missing else path
        if isinstance(outline, dict) and "as at" in outline:
            outline = outlines.get(parts_of(outline["as at"]))
        outline = outlines.get(place) if outline is None else outlines.setdefault(place, outline)
        owner = value_at(arguments, path[:-1])
        if problem["rule"].startswith(("is no argument of", "is no field of this object")):
            owner.pop(path[-1])
        elif missing:
            lines = {path[-1]: allowed, **_chosen(outline, wanted).get("required", {})}
            for name, line in lines.items():
                is_wrong = name not in owner or (isinstance(line, list) and owner[name] not in line)
                if line is not None and is_wrong:
                    owner[name] = compose(line, wanted)
        elif outline is not None or allowed is not None:
            owner[path[-1]] = compose(allowed if outline is None else outline, wanted)
    return arguments
