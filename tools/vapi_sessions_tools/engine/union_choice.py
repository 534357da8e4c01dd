"""Which branches of a union a value can belong to: by JSON type first, by a tag among objects.

A tag is a field that tells object branches apart by its constants. Published discriminators name it;
elsewhere it is the declared string field with listed values that separates the branches best. A
branch that leaves its tag open takes the values that no other branch lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.shape import Shape, Shapes

JSON_TYPES = ("object", "array", "string", "number", "boolean")


@dataclass(frozen=True, slots=True)
class TaggedBranches:
    """The object branches of a union, sorted by their tag.

    Args:
        tag: The telling field, or None where nothing tells the branches apart.
        by_value: For each listed tag value, the branches that list it.
        open: The branches that list no value for the tag.
        required: Whether every branch requires the tag.
        closed: Whether a value that no branch lists is surely refused.
    """

    tag: str | None
    by_value: dict[str, tuple[Document, ...]]
    open: tuple[Document, ...]
    required: bool
    closed: bool

    @property
    def every(self) -> tuple[Document, ...]:
        """All branches, those that list tags first."""
        return (*(branch for found in self.by_value.values() for branch in found), *self.open)


@dataclass(frozen=True, slots=True)
class Choice:
    """A union's branches by the JSON type they describe.

    Args:
        by_type: The branches for each JSON type other than object.
        objects: The object branches, or None where there is none.
        anything: Whether a branch accepts any value whatever.
        nullable: Whether null may stand here.
    """

    by_type: dict[str, tuple[Document, ...]]
    objects: TaggedBranches | None
    anything: bool
    nullable: bool


@dataclass(slots=True)
class _Sorted:
    by_type: dict[str, list[Document]] = field(default_factory=dict[str, "list[Document]"])
    objects: list[Document] = field(default_factory=list["Document"])
    anything: bool = False
    nullable: bool = False
    seen: set[str | None] = field(default_factory=set["str | None"])


def choose(shapes: Shapes, union: Shape) -> Choice:
    """Sort a union's branches by what tells them apart; each union is sorted once."""
    known = shapes.choices.get(id(union))
    if known is None:
        # The union is kept beside its choice, so that its id is not given to another.
        known = shapes.choices[id(union)] = (union, _sorted(shapes, union))
    return known[1]


def open_tag_values(shapes: Shapes, tagged: TaggedBranches) -> dict[str, Document]:
    """Return the tags that the contract gives as examples (`x-examples`) of branches that list none."""
    found: dict[str, Document] = {}
    for branch in tagged.open:
        declared = shapes.read(branch).properties.get(tagged.tag or "")
        examples = shapes.read(declared).meta.get("x-examples", ()) if declared is not None else ()
        found |= dict.fromkeys(examples, branch)
    return found


def _sorted(shapes: Shapes, union: Shape) -> Choice:
    found = _Sorted(nullable=union.nullable, seen={union.name})
    for branch in union.branches:
        _sort_in(shapes, branch, found)
    objects = _tagged(shapes, union, found.objects) if found.objects else None
    return Choice({k: tuple(v) for k, v in found.by_type.items()}, objects, found.anything, found.nullable)


def _sort_in(shapes: Shapes, branch: Document, found: _Sorted) -> None:
    shape = shapes.read(branch)
    found.nullable = found.nullable or shape.nullable
    if shape.kind == "union":
        if shape.name is not None and shape.name in found.seen:
            return  # a union that lists itself adds nothing to itself
        found.seen.add(shape.name)
        for inner in shape.branches:
            _sort_in(shapes, inner, found)
    elif shape.kind == "object":
        found.objects.append(branch)
    elif shape.kind != "any":
        kind = "number" if shape.kind == "integer" else shape.kind
        found.by_type.setdefault(kind, []).append(branch)
    elif branch.get("type") == "object":
        # A bare object beside other kinds: here the word object is meant.
        found.by_type.setdefault("object", []).append(branch)
    else:
        found.anything = True


def _tagged(shapes: Shapes, union: Shape, branches: list[Document]) -> TaggedBranches:
    tag = union.tag or _best_tag(shapes, branches)
    by_value: dict[str, list[Document]] = {}
    open_branches: list[Document] = []
    closed, required = union.closed, tag is not None
    for branch in branches:
        shape = shapes.read(branch)
        values = _tag_values(shapes, union, shape, tag)
        for value in values:
            by_value.setdefault(value, []).append(branch)
        if not values:
            open_branches.append(branch)
        required = required and tag in shape.required
        closed = closed or (tag is not None and _is_closed(shapes, shape, tag))
    listed = {value: tuple(found) for value, found in by_value.items()}
    return TaggedBranches(tag, listed, tuple(open_branches), required, closed and not open_branches)


def _tag_values(shapes: Shapes, union: Shape, shape: Shape, tag: str | None) -> tuple[str, ...]:
    if tag is None:
        return ()
    declared = shape.properties.get(tag)
    listed = tuple(v for v in shapes.read(declared).enum if isinstance(v, str)) if declared else ()
    return listed or union.mapping.get(shape.name or "", ())


def _is_closed(shapes: Shapes, shape: Shape, tag: str) -> bool:
    declared = shape.properties.get(tag)
    return declared is not None and shapes.read(declared).closed


def _best_tag(shapes: Shapes, branches: list[Document]) -> str | None:
    """Return the field that separates the branches best, or None where no field does."""
    read = [shapes.read(branch) for branch in branches]
    best: tuple[tuple[int, ...], str] | None = None
    for name in read[0].properties:
        score = _score(shapes, read, name)
        if score is not None and (best is None or score < best[0]):
            best = (score, name)
    return None if best is None else best[1]


_MOST_CONSTANTS = 4


def _score(shapes: Shapes, branches: list[Shape], name: str) -> tuple[int, ...] | None:
    """Rank a field as a tag: by overlaps, open branches, optional ones and listed values; fewer is better."""
    seen: list[Any] = []
    unlisted = optional = 0
    for branch in branches:
        declared = branch.properties.get(name)
        if declared is None:
            return None
        shape = shapes.read(declared)
        if shape.kind != "string" or len(shape.enum) > _MOST_CONSTANTS:
            return None
        seen += shape.enum
        unlisted += not shape.enum
        optional += name not in branch.required
    overlaps = len(seen) - len(set(seen))
    if not seen or unlisted == len(branches) or (unlisted and optional):
        return None
    if len(branches) == 1 and len(seen) > 1:
        return None  # the only branch's field with a choice is a choice, not a tag
    return (overlaps, unlisted, optional, len(seen))
