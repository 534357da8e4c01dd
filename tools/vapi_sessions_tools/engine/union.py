"""Several states of one API made one: everything that any state holds, by its looser rule.

The later state wins a conflict. Where both states hold a rule about one thing, the looser one stays,
because a caller cannot know which state the API is in: of two limits the wider, of two `required`
the shorter, of two enums the union.
"""

from __future__ import annotations

from collections import Counter
from functools import reduce
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vapi_sessions_tools.engine.document import Document

_WIDER: dict[str, Callable[[Any, Any], Any]] = {
    "minimum": min,
    "minLength": min,
    "minItems": min,
    "minProperties": min,
    "maximum": max,
    "maxLength": max,
    "maxItems": max,
    "maxProperties": max,
}
_KIND_KEYS = ("$ref", "oneOf", "anyOf", "allOf")


def unite(states: Sequence[Document]) -> Document:
    """Merge extracted documents, oldest first, into their union."""
    return reduce(_unite_two, states)


def _unite_two(older: Document, later: Document) -> Document:
    return {
        **later,
        "paths": _merge_maps(older["paths"], later["paths"], _unite_path),
        "components": {
            **older["components"],
            **later["components"],
            "schemas": dict(
                sorted(
                    _merge_maps(
                        older["components"]["schemas"], later["components"]["schemas"], unite_schemas
                    ).items()
                )
            ),
        },
    }


def _merge_maps(older: Document, later: Document, merge: Callable[[Any, Any], Any]) -> Document:
    merged = {name: merge(older[name], value) if name in older else value for name, value in later.items()}
    return merged | {name: value for name, value in older.items() if name not in later}


def _unite_path(older: Document, later: Document) -> Document:
    return _merge_maps(older, later, _unite_operation)


def _unite_operation(older: Document, later: Document) -> Document:
    merged = {**older, **later, "parameters": _unite_parameters(older["parameters"], later["parameters"])}
    if "requestBody" in older and "requestBody" in later:
        merged["requestBody"] = _unite_content(older["requestBody"], later["requestBody"])
    merged["responses"] = _merge_maps(older["responses"], later["responses"], _unite_content)
    return merged


def _unite_parameters(older: list[Document], later: list[Document]) -> list[Document]:
    """Pair parameters by place, name and occurrence: a document may declare one name twice."""
    old, new = _occurrences(older), _occurrences(later)
    return list(_merge_maps(old, new, _unite_parameter).values())


def _occurrences(parameters: list[Document]) -> dict[Any, Document]:
    seen: Counter[tuple[str, str]] = Counter()
    result: dict[Any, Document] = {}
    for parameter in parameters:
        key = (parameter["in"], parameter["name"])
        result[*key, seen[key]] = parameter
        seen[key] += 1
    return result


def _unite_parameter(older: Document, later: Document) -> Document:
    merged = {**older, **later}
    if "required" in older or "required" in later:
        merged["required"] = bool(older.get("required")) and bool(later.get("required"))
    if "schema" in older and "schema" in later:
        merged["schema"] = unite_schemas(older["schema"], later["schema"])
    return merged


def _unite_content(older: Document, later: Document) -> Document:
    merged = {**older, **later}
    if "required" in older or "required" in later:
        merged["required"] = bool(older.get("required")) and bool(later.get("required"))
    if "content" in older and "content" in later:
        merged["content"] = _merge_maps(older["content"], later["content"], _unite_media)
    return merged


def _unite_media(older: Document, later: Document) -> Document:
    if "schema" in older and "schema" in later:
        return {"schema": unite_schemas(older["schema"], later["schema"])}
    return later or older


def unite_schemas(older: Document, later: Document) -> Document:
    """Merge two states of one schema; where they differ in kind, the later stands alone."""
    if _kind(older) != _kind(later):
        return later
    merged: Document = {key: value for key, value in later.items() if key not in ("required", "nullable")}
    for key, wider in _WIDER.items():
        if key in older and key in later:
            merged[key] = wider(older[key], later[key])
    _unite_objects(older, later, merged)
    _unite_enums(older, later, merged)
    for key in ("oneOf", "anyOf"):
        if key in older and key in later:
            merged[key] = _unite_branches(older[key], later[key])
    if "items" in older and "items" in later:
        merged["items"] = unite_schemas(older["items"], later["items"])
    if older.get("nullable") or later.get("nullable"):
        merged["nullable"] = True
    if "mapping" in older.get("discriminator", {}) and "discriminator" in later:
        mapping = older["discriminator"]["mapping"] | later["discriminator"].get("mapping", {})
        merged["discriminator"] = {**later["discriminator"], "mapping": mapping}
    return merged


def _kind(schema: Document) -> Any:
    for key in _KIND_KEYS:
        if key in schema:
            return (key, schema["$ref"]) if key == "$ref" else key
    return schema.get("type")


def _unite_objects(older: Document, later: Document, merged: Document) -> None:
    if "properties" in older or "properties" in later:
        old, new = older.get("properties", {}), later.get("properties", {})
        merged["properties"] = _merge_maps(old, new, unite_schemas)
        # A field that only the later state knows is under the later state's rule alone.
        required = [n for n in later.get("required", []) if n in older.get("required", []) or n not in old]
        if required:
            merged["required"] = required
    elif later.get("required"):
        merged["required"] = later["required"]
    if is_object(older.get("additionalProperties")) and isinstance(later.get("additionalProperties"), dict):
        merged["additionalProperties"] = unite_schemas(
            older["additionalProperties"], later["additionalProperties"]
        )


def _unite_enums(older: Document, later: Document, merged: Document) -> None:
    former = [*older.get("x-former-enum", []), *older.get("enum", [])]
    if "enum" in older and "enum" in later:
        merged["enum"] = _in_order([*later["enum"], *older["enum"]])
    elif former and "enum" not in later:
        # The rule is gone, the words are still worth knowing.
        merged["x-former-enum"] = _in_order([*later.get("x-former-enum", []), *former])


def _in_order(values: list[Any]) -> list[Any]:
    result: list[Any] = []
    for value in values:
        if not any(value == seen and type(value) is type(seen) for seen in result):
            result.append(value)
    return result


def _unite_branches(older: list[Document], later: list[Document]) -> list[Document]:
    """Pair branches that refer to one schema, or are the only inline one of their form."""
    old = {_branch_key(branch): branch for branch in older}
    new = {_branch_key(branch): branch for branch in later}
    if len(old) != len(older) or len(new) != len(later):
        return later + [branch for branch in older if branch not in later]
    return list(_merge_maps(old, new, unite_schemas).values())


def _branch_key(branch: Document) -> Any:
    return (_kind(branch), "enum" in branch)
