"""How a published schema is read: one immutable form for the many ways to write the same thing.

Generators of OpenAPI documents wrap references in `allOf` of one, list strings beside "any string",
put an enum on an array, leave objects bare and write patterns as JavaScript literals. `Shapes.read`
turns each into a `Shape`, and every later stage (validation, input schemas, coercion, teaching texts)
works on shapes alone. Reading is lazy: a shape holds its parts as schemas, so cycles cost nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.engine.limits import read_limits, relevant_limits
from vapi_sessions_tools.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.union_choice import Choice

Kind = Literal["any", "string", "number", "integer", "boolean", "array", "object", "union"]

_PLAIN_KINDS: tuple[Kind, ...] = ("string", "number", "integer", "boolean", "array")
_JAVASCRIPT_LITERAL = re.compile(r"\A/(?P<body>.*)/(?P<flags>[a-z]*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand at one place.

    Args:
        kind: The JSON type; `any` where the document names none, `union` where it lists branches.
        name: The component schema this shape is, where it has a name.
        limits: Length, range, count and format rules, by their JSON Schema keyword.
        pattern: A regular expression in plain syntax.
        enum: Listed values without repetition. They are vocabulary; only a `closed` enum is a rule.
        closed: Whether a value that is not listed is surely refused.
        nullable: Whether null may stand here.
        items: The schema of an array's elements.
        properties: The schemas of an object's declared fields.
        required: The fields an object must have.
        additional: The schema of an object's further fields, or whether there may be any.
        branches: The schemas a union chooses from.
        tag: The field whose constant a published discriminator names for choosing a branch.
        mapping: A discriminator's tag values by the name of the schema they choose.
        meta: Default, deprecation, words and `x-` extensions, by their keyword.
    """

    kind: Kind
    name: str | None = None
    limits: Mapping[str, Any] = field(default_factory=dict[str, Any])
    pattern: str | None = None
    enum: tuple[Any, ...] = ()
    closed: bool = False
    nullable: bool = False
    items: Document | None = None
    properties: Mapping[str, Document] = field(default_factory=dict[str, "Document"])
    required: tuple[str, ...] = ()
    additional: Document | bool = True
    branches: tuple[Document, ...] = ()
    tag: str | None = None
    mapping: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, "tuple[str, ...]"])
    meta: Mapping[str, Any] = field(default_factory=dict[str, Any])


Declared = tuple[dict[str, "Document"], dict[str, str]]
"""The fields declared for an object, and the API's name for each field that tool schemas rename."""


class Shapes:
    """Reads the schemas of one document; each schema is read once.

    Args:
        document: An extracted document, with `components.schemas`.

    Attributes:
        choices: For each union read so far, how its branches are told apart.
        declared: For each object read so far, and each tag of a union, the fields declared for it.
    """

    def __init__(self, document: Document) -> None:
        self._schemas: Document = document.get("components", {}).get("schemas", {})
        self._read: dict[int, tuple[Document, Shape]] = {}
        self.choices: dict[int, tuple[Shape, Choice]] = {}
        self.declared: dict[tuple[int, str | None], tuple[Shape, Declared]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the component schemas, in their order."""
        return tuple(self._schemas)

    def named(self, name: str) -> Shape:
        """Return the shape of a component schema.

        Raises:
            DocumentError: The document has none of that name.
        """
        return self.read({"$ref": f"#/components/schemas/{name}"})

    def read(self, schema: Document) -> Shape:
        """Return the shape of a schema of this document.

        Raises:
            DocumentError: A reference leads nowhere, or in a circle.
        """
        if not is_object(schema):
            return Shape(kind="any")  # true and false are schemas too; they tell nothing
        known = self._read.get(id(schema))
        if known is None:
            # The schema is kept beside its shape, so that its id is not given to another.
            known = self._read[id(schema)] = (schema, self._shape(schema, ()))
        return known[1]

    def _shape(self, schema: Document, trail: tuple[str, ...]) -> Shape:
        if "$ref" in schema:
            return self._referenced(schema, trail)
        if "oneOf" in schema or "anyOf" in schema:
            return self._union(schema)
        parts = schema.get("allOf")
        if parts:
            return self._all_of(schema, parts, trail)
        return _plain(schema)

    def _referenced(self, schema: Document, trail: tuple[str, ...]) -> Shape:
        reference = schema["$ref"]
        name = reference.removeprefix("#/components/schemas/")
        if name == reference or name not in self._schemas:
            raise DocumentError(f"$ref {reference!r} leads nowhere")
        if name in trail:
            raise DocumentError(f"schema {name} refers to nothing but itself")
        target = self._shape(self._schemas[name], (*trail, name))
        return _with_siblings(replace(target, name=name), schema)

    def _all_of(self, schema: Document, parts: list[Document], trail: tuple[str, ...]) -> Shape:
        """One part is a wrapper around it; several are one object with the fields of all."""
        shapes = [self._shape(part, trail) for part in parts]
        rest = {key: value for key, value in schema.items() if key != "allOf"}
        if len(shapes) == 1 and "properties" not in rest:
            return _with_siblings(shapes[0], rest)
        own = _plain({"type": "object", **rest})
        objects = [shape for shape in (*shapes, own) if shape.kind == "object"]
        others = [shape for shape in shapes if shape.kind not in ("object", "any")]
        if others or not objects:  # a part that is no object says what the whole is
            limits = {key: value for part in (*parts, rest) for key, value in read_limits(part).items()}
            first = (others or shapes)[0]
            return _with_siblings(replace(first, limits={**first.limits, **limits}), rest)
        properties: dict[str, Document] = {}
        for shape in objects:
            properties |= shape.properties
        stated = (shape.required for shape in objects)
        bare = (_required(part) for part in (*parts, rest))  # a part may hold nothing but `required`
        required = tuple(dict.fromkeys(name for names in (*stated, *bare) for name in names))
        return replace(own, kind="object", properties=properties, required=required)

    def _union(self, schema: Document) -> Shape:
        branches = tuple(schema.get("oneOf") or schema.get("anyOf") or ())
        if not branches:
            return _plain({key: value for key, value in schema.items() if key not in ("oneOf", "anyOf")})
        discriminator: Document = schema.get("discriminator") or {}
        mapping: dict[str, tuple[str, ...]] = {}
        for value, reference in discriminator.get("mapping", {}).items():
            name = reference.rsplit("/", 1)[-1]
            mapping[name] = (*mapping.get(name, ()), value)
        return Shape(
            kind="union",
            branches=branches,
            tag=discriminator.get("propertyName"),
            mapping=mapping,
            closed=schema.get("x-closed-enum") is True,
            nullable=schema.get("nullable") is True,
            meta=_meta(schema),
        )


def _with_siblings(shape: Shape, schema: Document) -> Shape:
    """Lay what stands beside a reference over what it refers to."""
    meta = {**shape.meta, **_meta(schema)}
    nullable = shape.nullable or schema.get("nullable") is True
    closed = shape.closed or schema.get("x-closed-enum") is True
    return replace(shape, meta=MappingProxyType(meta), nullable=nullable, closed=closed)


def _meta(schema: Document) -> Mapping[str, Any]:
    kept = ("default", "deprecated", "description", "title", "writeOnly", "readOnly")
    return MappingProxyType({k: v for k, v in schema.items() if k in kept or k.startswith("x-")})


def _plain(schema: Document) -> Shape:
    """Read a schema without references and branches."""
    kind = _kind_of(schema)
    items = schema.get("items") if is_object(schema.get("items")) else None
    if kind == "array":
        items = _items_with_enum(items or {}, _listed(schema, "enum"))
    return Shape(
        kind=kind,
        limits=MappingProxyType(relevant_limits(kind, read_limits(schema))),
        pattern=plain_pattern(schema.get("pattern")),
        enum=()
        if kind == "array"
        else _distinct(_listed(schema, "enum") or _listed(schema, "x-former-enum")),
        closed=schema.get("x-closed-enum") is True,
        nullable=schema.get("nullable") is True or None in _listed(schema, "enum"),
        items=items,
        properties=schema.get("properties") or {},
        required=_required(schema) if kind == "object" else (),
        additional=schema.get("additionalProperties", True),
        meta=_meta(schema),
    )


def _required(schema: Document) -> tuple[str, ...]:
    """Return the required fields; `required: true` on a field's own schema says nothing about its fields."""
    listed: Any = schema.get("required")
    return tuple(dict.fromkeys(listed)) if is_list(listed) else ()


def _kind_of(schema: Document) -> Kind:
    kind = schema.get("type")
    for known in _PLAIN_KINDS:
        if kind == known:
            return known
    further = schema.get("additionalProperties")
    if schema.get("properties") or is_object(further) or (kind == "object" and further is not None):
        return "object"
    if kind == "object":
        # Neither fields nor a rule for them: the generator's stand-in for any JSON value.
        return "any"
    if "items" in schema:
        return "array"
    return _kind_of_values(_listed(schema, "enum"))


def _kind_of_values(values: Any) -> Kind:
    present = [value for value in values if value is not None]
    if present and all(isinstance(value, str) for value in present):
        return "string"
    if present and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in present):
        return "number"
    return "any"


def _items_with_enum(items: Document, enum: Any) -> Document:
    """An enum on an array is meant for its elements."""
    return {**items, "enum": enum} if enum and "enum" not in items else items


def _listed(schema: Document, key: str) -> list[Any]:
    values = schema.get(key)
    return values if is_list(values) else []


def _distinct(values: Any) -> tuple[Any, ...]:
    result: list[Any] = []
    for value in values:
        if value is not None and not any(value == v and type(value) is type(v) for v in result):
            result.append(value)
    return tuple(result)


def plain_pattern(pattern: Any) -> str | None:
    r"""Return a pattern without the slashes and flags of a JavaScript literal.

    Args:
        pattern: `^a$`, or the same as `/^a$/i`.

    Returns:
        The expression, its case and line flags inline; None where there is none to speak of.
    """
    if not isinstance(pattern, str) or not pattern:
        return None
    literal = _JAVASCRIPT_LITERAL.match(pattern)
    if literal is None:
        return pattern
    flags = "".join(flag for flag in literal["flags"] if flag in "ims")
    return (f"(?{flags})" if flags else "") + literal["body"].replace(r"\/", "/")
