"""What changed between two states of an API, told a change a line: pure, over extracted documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vapi_sessions_tools.engine.document import Document

_SHOWN = 8
_USUAL_MEDIA = "application/json"


def differences(old: Document, new: Document) -> list[str]:
    """Return the changes from `old` to `new`, operations first, then schemas by name.

    Each line begins with `+` (only in the new state), `-` (only in the old one) or `~` (changed).
    """
    lines = list(_operations(old["paths"], new["paths"]))
    before, after = old["components"]["schemas"], new["components"]["schemas"]
    lines += _only("schema", before, after)
    for name in sorted(before.keys() & after.keys()):
        lines += _schema(name, before[name], after[name])
    return lines


def _only(what: str, old: Document, new: Document) -> Iterator[str]:
    yield from (f"- {what} {name}" for name in sorted(old.keys() - new.keys()))
    yield from (f"+ {what} {name}" for name in sorted(new.keys() - old.keys()))


def _operations(old: Document, new: Document) -> Iterator[str]:
    before, after = _by_place(old), _by_place(new)
    yield from _only("operation", before, after)
    for place in sorted(before.keys() & after.keys()):
        one, other = before[place], after[place]
        if one.get("operationId") != other.get("operationId"):
            yield f"~ operation {place}: operationId {one.get('operationId')} -> {other.get('operationId')}"
        yield from _truth(f"operation {place}", "deprecated", one, other)
        yield from _parameters(place, one["parameters"], other["parameters"])
        yield from _request_body(place, one.get("requestBody"), other.get("requestBody"))
        yield from _responses(place, one["responses"], other["responses"])


def _by_place(paths: Document) -> Document:
    return {f"{method.upper()} {path}": raw for path, item in paths.items() for method, raw in item.items()}


def _parameters(place: str, old: list[Document], new: list[Document]) -> Iterator[str]:
    before = {f"{p['in']} {p['name']}": p for p in old}
    after = {f"{p['in']} {p['name']}": p for p in new}
    yield from _only(f"parameter of {place}:", before, after)
    for name in sorted(before.keys() & after.keys()):
        for key in ("required", "deprecated"):
            yield from _truth(f"{place} {name}", key, before[name], after[name])
        yield from _schema(f"{place} {name}", before[name].get("schema", {}), after[name].get("schema", {}))


def _truth(path: str, key: str, old: Document, new: Document) -> Iterator[str]:
    """Compare a keyword that says the same when it is left out as when it is false."""
    before, after = bool(old.get(key)), bool(new.get(key))
    if before != after:
        yield f"~ {path}: {key} {before} -> {after}"


def _request_body(place: str, old: Document | None, new: Document | None) -> Iterator[str]:
    if old is None or new is None:
        if old is not new:
            yield f"{'+' if old is None else '-'} request body of {place}"
        return
    yield from _truth(f"{place} request body", "required", old, new)
    yield from _content(f"{place} request body", old, new)


def _responses(place: str, old: Document, new: Document) -> Iterator[str]:
    yield from _only(f"response of {place}:", old, new)
    for status in sorted(old.keys() & new.keys()):
        yield from _content(f"{place} response {status}", old[status], new[status])


def _content(path: str, old: Document, new: Document) -> Iterator[str]:
    """Compare the schemas of a body, media type by media type."""
    before, after = old.get("content", {}), new.get("content", {})
    yield from _only(f"media type of {path}:", before, after)
    for media in sorted(before.keys() & after.keys()):
        name = path if media == _USUAL_MEDIA else f"{path} ({media})"
        yield from _schema(name, before[media].get("schema", {}), after[media].get("schema", {}))


def _schema(path: str, old: Any, new: Any) -> Iterator[str]:
    """Compare two schemas: fields, types, limits, enum values, branches, at any depth."""
    if old == new or not is_object(old) or not is_object(new):
        return
    fields, others = old.get("properties", {}), new.get("properties", {})
    yield from _only("field", {f"{path}.{n}": 0 for n in fields}, {f"{path}.{n}": 0 for n in others})
    for name in sorted(fields.keys() & others.keys()):
        yield from _schema(f"{path}.{name}", fields[name], others[name])
    yield from _truth(path, "deprecated", old, new)
    for key in sorted((old.keys() | new.keys()) - {"properties", "deprecated"}):
        yield from _keyword(path, key, old.get(key), new.get(key))


def _keyword(path: str, key: str, old: Any, new: Any) -> Iterator[str]:
    if old == new:
        return
    if key == "items" and is_object(old) and is_object(new):
        yield from _schema(f"{path}[]", old, new)
    elif key == "additionalProperties" and _is_inline(old) and _is_inline(new):
        yield from _schema(f"{path}{{}}", old, new)
    elif is_list(old) and is_list(new):
        yield from _list(path, key, old, new)
    else:
        yield f"~ {path}: {key} {_short(old)} -> {_short(new)}"


def _is_inline(schema: Any) -> bool:
    return is_object(schema) and "$ref" not in schema


def _list(path: str, key: str, old: list[Any], new: list[Any]) -> Iterator[str]:
    gone = [value for value in old if value not in new]
    come = [value for value in new if value not in old]
    for sign, values in (("-", gone), ("+", come)):
        if values:
            yield f"{sign} {path}: {key} {_shown(values)}"
    if not gone and not come:
        yield f"~ {path}: {key} in another order"


def _shown(values: list[Any]) -> str:
    more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return ", ".join(_short(value) for value in values[:_SHOWN]) + more


def _short(value: Any) -> str:
    if value is None:
        return "none"
    if is_object(value):
        return _short(value["$ref"]) if "$ref" in value else str(value.get("type", "a schema"))
    return _shown(value) if is_list(value) else str(value).removeprefix("#/components/schemas/")
