"""What may stand at a place of the published contract: a flat list of choices, each of one kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tools.teaching.published_contract import type_name
from tools.teaching.union_branches import TAGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tools.teaching.published_contract import Json, PublishedContract

_KINDS = {
    "string": "string",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "array": "list",
}
_LIMITS = {
    "string": ("minLength", "maxLength"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "whole number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "list": ("minItems", "maxItems"),
}
_NULL = {"type": "null"}
_MOST_CONSTANTS = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind of value.

    Args:
        schema: Its own, without references and unions.
        name: Of its type, or nothing.
        in_union: Whether it is a branch of a union.
        tag: The field by which that union tells its object branches apart.
    """

    schema: Json
    name: str = ""
    in_union: bool = False
    tag: str | None = None

    @property
    def kind(self) -> str:
        """What it is, in the words of the refusals."""
        if "properties" in self.schema or "additionalProperties" in self.schema:
            return "object"
        return _KINDS.get(self.schema.get("type", ""), "any JSON")

    @property
    def listed(self) -> list[Any]:
        """The values it has and no other; nothing where none are listed."""
        return list(self.schema.get("enum", []))

    @property
    def known(self) -> list[Any]:
        """The values that are known to be right."""
        return self.listed or list(self.schema.get("examples", []))

    @property
    def limits(self) -> dict[str, float]:
        """The limits that say something of this kind, by their keyword."""
        return {key: self.schema[key] for key in _LIMITS.get(self.kind, ()) if key in self.schema}

    @property
    def fields(self) -> Json:
        """The schemas of an object's fields."""
        fields: Json = self.schema.get("properties", {})
        return fields

    @property
    def required(self) -> set[str]:
        """The fields an object must have."""
        return set(self.schema.get("required", []))


Choices = tuple[Choice, ...]


class PublishedChoices:
    """The choices at each schema of a contract, made once for each.

    Args:
        contract: The published one.
    """

    def __init__(self, contract: PublishedContract) -> None:
        self._schemas = contract.schemas
        self._made: dict[int, tuple[Json, Choices]] = {}

    def of(self, schema: Json) -> Choices:
        """Return what may stand where a schema holds."""
        if id(schema) not in self._made:
            # The schema is kept beside its choices, so that its id is given to no other.
            self._made[id(schema)] = (schema, tagged(self._leaves(schema, "")))
        return self._made[id(schema)][1]

    def _leaves(self, schema: Json, name: str) -> Iterator[Choice]:
        branches: list[Json] = schema.get("oneOf") or schema.get("anyOf") or []
        if "$ref" in schema:
            yield from self._leaves(self._schemas[type_name(schema)], type_name(schema))
        elif branches:
            yield from self._of_branches([one for one in branches if one != _NULL], branches)
        elif "allOf" in schema:
            for part in schema["allOf"]:
                yield from self._leaves(part, name)
        else:
            yield Choice(schema, name)

    def _of_branches(self, branches: list[Json], with_null: list[Json]) -> Iterator[Choice]:
        """Yield the choices of a union; one with null for its only company is none."""
        in_union = len(branches) == len(with_null)
        for branch in branches:
            leaves = self._leaves(branch, "")
            yield from (replace(leaf, in_union=in_union or leaf.in_union) for leaf in leaves)


def tagged(leaves: Iterable[Choice]) -> Choices:
    """Return distinct choices, object branches with their union's tag."""
    found = list(leaves)
    distinct = [one for at, one in enumerate(found) if one not in found[:at]]
    branches = [one for one in distinct if one.kind == "object" and one.in_union]
    tag = next((name for name in TAGS if branches and _tells(name, branches)), None)
    return tuple(replace(one, tag=tag) if one in branches else one for one in distinct)


def _tells(name: str, branches: list[Choice]) -> bool:
    """Whether a field tells branches apart: each declares it, and some have constants for it."""
    declared = [branch.fields.get(name) for branch in branches]
    listed = [field.get("enum", []) for field in declared if field is not None]
    most = _MOST_CONSTANTS if len(branches) > 1 else 1
    return len(listed) == len(branches) and any(listed) and max(map(len, listed)) <= most


def tag_values(branch: Choice) -> list[Any]:
    """Return the values by which a union's branch is chosen."""
    field: Json = branch.fields[branch.tag] if branch.tag else {}
    return Choice(field).known


def is_open(branch: Choice) -> bool:
    """Whether a branch takes the tags that no branch lists."""
    return branch.tag is not None and not branch.fields[branch.tag].get("enum")
