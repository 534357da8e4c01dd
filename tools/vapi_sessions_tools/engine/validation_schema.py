"""Shapes written as JSON Schema 2020-12 for a stock validator, so that its errors name the right branch.

A union becomes conditions on its tag instead of `oneOf`: a failing value is then measured against the
branch it claims to be, never against all of them. What the contract cannot rule out passes: unknown
tag values, unknown nested fields, values missing from an open enum, anything at a bare object.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.engine.union_choice import choose, open_tag_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.shape import Shape, Shapes
    from vapi_sessions_tools.engine.union_choice import TaggedBranches

CHECKED_FORMATS = frozenset({"uuid", "date-time", "date", "uri", "email", "ipv4", "ipv6"})
"""Formats whose rule is certain; any other is a hint."""


_MOST_EXAMPLES = 5


class SchemaWriter:
    """Writes schemas of one document and collects the named ones they refer to.

    Args:
        shapes: The document's schemas.

    Attributes:
        definitions: JSON Schemas of the named schemas reached so far, for `$defs`.
    """

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self.definitions: Document = {}
        self._writing: set[int] = set()

    def write(self, schema: Document) -> Document:
        """Return the JSON Schema of a schema, with `$ref` into `$defs` where it has a name."""
        shape = self._shapes.read(schema)
        if shape.name is None or shape.kind not in ("object", "union"):
            return self._inline(schema, shape)
        key = f"{shape.name}{'?' if shape.nullable else ''}{'!' if shape.closed else ''}"
        if key not in self.definitions:
            self.definitions[key] = {}  # a cycle finds this entry, filled below
            self.definitions[key] = self._body(shape)
        return {"$ref": "#/$defs/" + _pointer_part(key)}

    def _inline(self, schema: Document, shape: Shape) -> Document:
        """Write a schema where it stands; one that holds itself and has no name is not checked within."""
        if id(schema) in self._writing:
            return {}
        self._writing.add(id(schema))
        try:
            return self._body(shape)
        finally:
            self._writing.remove(id(schema))

    def _body(self, shape: Shape) -> Document:
        match shape.kind:
            case "any":
                return {}
            case "array":
                items = self.write(shape.items) if shape.items else {}
                return _typed(shape, {"items": items} if items else {})
            case "object":
                return _typed(shape, self._object(shape))
            case "union":
                return self._union(shape)
            case _:
                return _typed(shape, _scalar(shape))

    def _object(self, shape: Shape) -> Document:
        result: Document = {}
        properties = {
            name: written if name in shape.required else _or_null(written)
            for name, schema in shape.properties.items()
            if (written := self.write(schema))
        }
        if properties:
            result["properties"] = properties
        if shape.required:
            result["required"] = list(shape.required)
        if is_object(shape.additional):
            result["additionalProperties"] = self.write(shape.additional)
        elif shape.additional is False:
            result["additionalProperties"] = False
        return result

    def _union(self, shape: Shape) -> Document:
        choice = choose(self._shapes, shape)
        if choice.anything:
            return {}
        kinds = [*choice.by_type, *(["object"] if choice.objects else [])]
        kinds = list(dict.fromkeys(kinds + (["null"] if choice.nullable else [])))
        result: Document = {"type": kinds if len(kinds) > 1 else kinds[0]}
        conditions = [
            {"if": {"type": kind}, "then": rule}
            for kind, branches in choice.by_type.items()
            if (rule := self._same_type(branches))
        ]
        if choice.objects and "object" not in choice.by_type:
            rule = self._tagged(choice.objects)
            # Also for objects alone: otherwise a wrong type would be reported once for each branch.
            conditions.append({"if": {"type": "object"}, "then": rule})
        if conditions:
            result["allOf"] = conditions
        return result

    def _same_type(self, branches: Sequence[Document]) -> Document:
        """Scalars of one type: listed-or-any is any, and each branch may be the one that is meant."""
        rules = [self.write(branch) for branch in branches]
        if any(set(rule) <= {"type", "examples"} and rule.get("type") != "integer" for rule in rules):
            return {}
        return rules[0] if len(rules) == 1 else {"anyOf": rules}

    def _tagged(self, tagged: TaggedBranches) -> Document:
        tag = tagged.tag
        if tag is None:
            return self._any_of(tagged.open)
        values = list(tagged.by_value)
        examples = list(open_tag_values(self._shapes, tagged))
        told = {"examples": examples} if examples else {}
        rule = {"enum": values} if tagged.closed else {"type": "string", **told}
        result: Document = {"properties": {tag: rule}}
        if tagged.required:
            result["required"] = [tag]
        conditions = [
            {"if": {"properties": {tag: {"const": value}}, "required": [tag]}, "then": self._any_of(branches)}
            for value, branches in tagged.by_value.items()
        ]
        if tagged.open:
            # Of an open branch with examples only what begins like one is measured; others may be new.
            begins = {"pattern": f"^(?:{'|'.join(map(re.escape, examples))})"} if examples else {}
            named = {"properties": {tag: {"type": "string", **begins}}, "required": [tag]}
            unlisted = {**named, "not": {"properties": {tag: {"enum": values}}}}
            conditions.append({"if": unlisted, "then": self._any_of(tagged.open)})
        if not tagged.required:
            untagged = {"not": {"required": [tag]}}
            # The tag comes first: of what is missing alike, it is what was meant.
            tagless: Document = {"required": [tag], "properties": self._named(tagged)}
            branches = [self.write(branch) for branch in self._untagged(tagged)]
            conditions.append({"if": untagged, "then": {"anyOf": [tagless, *branches]}})
        return {**result, "allOf": conditions}

    def _named(self, tagged: TaggedBranches) -> Document:
        """Return all fields of the branches, without their rules, and the tag with its values."""
        names = {name for branch in tagged.every for name in self._shapes.read(branch).properties}
        return {**{name: {} for name in sorted(names)}, str(tagged.tag): {"enum": list(tagged.by_value)}}

    def _untagged(self, tagged: TaggedBranches) -> list[Document]:
        """Return the branches that a value without the tag may be."""
        return [branch for branch in tagged.every if tagged.tag not in self._shapes.read(branch).required]

    def _any_of(self, branches: Sequence[Document]) -> Document:
        rules = [self.write(branch) for branch in branches]
        return rules[0] if len(rules) == 1 else {"anyOf": rules}


def _or_null(rule: Document) -> Document:
    """Let null stand for nothing in an optional field, as validators of the API's kind do."""
    kinds = rule.get("type")
    if kinds is None or "allOf" in rule:
        return {"if": {"not": {"type": "null"}}, "then": rule}
    listed = kinds if is_list(kinds) else [kinds]
    result = {**rule, "type": listed if "null" in listed else [*listed, "null"]}
    if "enum" in rule and None not in rule["enum"]:
        result["enum"] = [*rule["enum"], None]
    return result


def _typed(shape: Shape, rules: Document) -> Document:
    limits = {key: value for key, value in shape.limits.items() if key != "format"}
    kind: Any = [shape.kind, "null"] if shape.nullable else shape.kind
    return {"type": kind, **limits, **rules}


def _scalar(shape: Shape) -> Document:
    result: Document = {}
    if shape.limits.get("format") in CHECKED_FORMATS:
        result["format"] = shape.limits["format"]
    if shape.pattern is not None and is_checkable(shape.pattern):
        result["pattern"] = shape.pattern
    if shape.closed and shape.enum:
        result["enum"] = [*shape.enum, *([None] if shape.nullable else [])]
    elif shape.enum:
        result["examples"] = list(shape.enum[:_MOST_EXAMPLES])  # no rule, but worth telling
    return result


def is_checkable(pattern: str) -> bool:
    """Whether the validator's regular expressions can express a pattern; if not, it is a hint."""
    import jsonschema_rs

    try:
        re.compile(pattern)
        jsonschema_rs.validator_for({"pattern": pattern})
    except (re.error, ValueError, jsonschema_rs.ValidationError):
        return False
    return True


def _pointer_part(name: str) -> str:
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~")
