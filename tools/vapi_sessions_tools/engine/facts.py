"""A published document reduced to the operations and the schemas they reach, in one plain form.

Whatever a document may factor out (parameters of a path, `components.parameters`, referenced bodies
and responses) is put in its place, so that the stages after this one meet a single form. Without
prose nothing is left but facts: names, types, limits, enums, required, defaults, deprecations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vapi_sessions_tools.engine.document import Document

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The HTTP methods an OpenAPI 3.0 path item may hold."""

PROSE = frozenset({"description", "summary", "title", "example", "examples", "externalDocs"})
"""Keywords whose text is the publisher's, not a fact."""

_SCHEMA_LISTS = ("oneOf", "anyOf", "allOf")
_SCHEMA_SINGLES = ("items", "not")
_MAX_REFERENCE_HOPS = 20


def extract(document: Document, *, prose: bool = False, only: Sequence[str] = ()) -> Document:
    """Return the document's operations with all they reach.

    Args:
        document: A parsed OpenAPI 3.0 document.
        prose: Whether descriptions, titles and examples are kept.
        only: Path prefixes; when given, operations elsewhere are left out.

    Raises:
        DocumentError: A reference leads nowhere, or a part is not of the form it must have.
    """
    try:
        return _extracted(document, prose=prose, only=only)
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise DocumentError(f"the document is malformed: {type(error).__name__}: {error}") from error


def _extracted(document: Document, *, prose: bool, only: Sequence[str]) -> Document:
    paths = {
        path: operations
        for path, item in document["paths"].items()
        if not only or any(path == prefix or path.startswith(prefix.rstrip("/") + "/") for prefix in only)
        if (operations := dict(_operations(document, item, prose=prose)))
    }
    if not paths:
        raise DocumentError("the document has no operation" + (f" under {', '.join(only)}" if only else ""))
    components: Document = {"schemas": _reached_schemas(document, paths, prose=prose)}
    if security := document.get("components", {}).get("securitySchemes"):
        components["securitySchemes"] = _plain(security, prose=prose)
    info = document.get("info", {})
    return {
        "openapi": document["openapi"],
        "info": _plain(info, prose=prose) if prose else {"version": str(info.get("version", ""))},
        "servers": [{"url": server["url"]} for server in document.get("servers", []) if "url" in server],
        "paths": paths,
        "components": components,
    }


def _operations(document: Document, item: Document, *, prose: bool) -> Iterator[tuple[str, Document]]:
    item = resolve(document, item)
    shared = item.get("parameters", [])
    for method, raw in item.items():
        if method in METHODS:
            yield method, _operation(document, raw, shared, prose=prose)


def _operation(document: Document, raw: Document, shared: list[Document], *, prose: bool) -> Document:
    own = [resolve(document, parameter) for parameter in raw.get("parameters", [])]
    taken = {(parameter["name"], parameter["in"]) for parameter in own}
    inherited = [resolve(document, parameter) for parameter in shared]
    own = [p for p in inherited if (p["name"], p["in"]) not in taken] + own
    result: Document = {
        key: raw[key] for key in ("operationId", "deprecated", "tags", "security") if key in raw
    }
    if prose:
        result |= {key: raw[key] for key in ("summary", "description") if key in raw}
    result |= {key: value for key, value in raw.items() if key.startswith("x-") and prose}
    result["parameters"] = [_parameter(parameter, prose=prose) for parameter in own]
    if "requestBody" in raw:
        result["requestBody"] = _content(resolve(document, raw["requestBody"]), prose=prose)
    result["responses"] = {
        str(status): _content(resolve(document, answer), prose=prose)
        for status, answer in raw.get("responses", {}).items()
    }
    return result


def _parameter(raw: Document, *, prose: bool) -> Document:
    rest = {key: value for key, value in raw.items() if key not in _SCHEMA_HOLDERS}
    result: Document = _plain(rest, prose=prose)
    for key in _SCHEMA_HOLDERS:
        if key in raw:
            value = raw[key]
            result[key] = (
                [strip(branch, prose=prose) for branch in value]
                if is_list(value)
                else strip(value, prose=prose)
            )
    return result


_SCHEMA_HOLDERS = ("schema", *_SCHEMA_LISTS)


def _content(raw: Document, *, prose: bool) -> Document:
    result: Document = {
        key: raw[key] for key in ("required", "description") if key in raw and (prose or key == "required")
    }
    content = {
        media: {"schema": strip(entry["schema"], prose=prose)} if "schema" in entry else {}
        for media, entry in raw.get("content", {}).items()
    }
    if content:
        result["content"] = content
    return result


def strip(schema: Any, *, prose: bool = False) -> Any:
    """Return a schema without its prose; names of properties are never mistaken for keywords."""
    if not is_object(schema) or prose:
        return schema
    result: Document = {}
    for key, value in schema.items():
        if key in PROSE or (key.startswith("x-") and key != "x-former-enum"):
            continue
        if key == "properties":
            result[key] = {name: strip(child) for name, child in value.items()}
        elif key in _SCHEMA_LISTS:
            result[key] = [strip(child) for child in value]
        elif key in _SCHEMA_SINGLES or (key == "additionalProperties" and is_object(value)):
            result[key] = strip(value)
        else:
            result[key] = value
    return result


def _plain(value: Any, *, prose: bool) -> Any:
    if is_object(value) and not prose:
        return {
            k: _plain(v, prose=prose) for k, v in value.items() if k not in PROSE and not k.startswith("x-")
        }
    return value


def resolve(document: Document, node: Document) -> Document:
    """Follow `$ref` from a parameter, body or response to the object it stands for.

    Raises:
        DocumentError: The reference leads out of the document, nowhere, or in a circle.
    """
    for _ in range(_MAX_REFERENCE_HOPS):
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return node
        node = _at(document, reference)
    raise DocumentError("a $ref leads in a circle")


def _at(document: Document, reference: str) -> Document:
    if not reference.startswith("#/"):
        raise DocumentError(f"$ref {reference!r} leads out of the document; bundle it into one file first")
    node: Any = document
    for part in reference[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if not is_object(node) or key not in node:
            raise DocumentError(f"$ref {reference!r} leads nowhere")
        node = node[key]
    if not is_object(node):
        raise DocumentError(f"$ref {reference!r} leads to no object")
    return node


def _reached_schemas(document: Document, paths: Document, *, prose: bool) -> Document:
    todo = sorted(set(references(paths)))
    reached: Document = {}
    while todo:
        name = todo.pop()
        if name in reached:
            continue
        reached[name] = strip(_at(document, f"#/components/schemas/{name}"), prose=prose)
        todo += set(references(reached[name])) - reached.keys()
    return dict(sorted(reached.items()))


def references(node: Any) -> Iterator[str]:
    """Yield the names of the component schemas that `node` refers to, at any depth."""
    if is_object(node):
        target = node.get("$ref")
        if isinstance(target, str) and target.startswith("#/components/schemas/"):
            yield target.removeprefix("#/components/schemas/")
        for value in node.values():
            yield from references(value)
    elif is_list(node):
        for value in node:
            yield from references(value)
