"""Operations out of a contract: what each path and method becomes as a tool.

General: nothing here knows what the API is about. What a document cannot say (which arguments are
joined by commas, what a lost creation is looked up by) it carries as `x-` extensions, usually from an
overlay; a document without them gives working tools with its own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.facts import METHODS
from vapi_sessions_tools.engine.invisible import seen_line
from vapi_sessions_tools.engine.names import legal_key, tool_name
from vapi_sessions_tools.engine.operation import Argument, Hints, LookUp, Operation, Pages
from vapi_sessions_tools.engine.union import unite_schemas
from vapi_sessions_tools.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.shape import Shapes

QUERY_ARGUMENT = "query"
"""The argument that selects from the full answer; a parameter of that name gives way to it."""

_WORDS_LIMIT = 300
_TITLE_LIMIT = 200
_DESCRIPTION_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Derived:
    """What a contract gives.

    Args:
        operations: The operations that became tools.
        left_out: The others, as `METHOD /path`, with the reason.
    """

    operations: tuple[Operation, ...]
    left_out: dict[str, str]


def derive(document: Document, shapes: Shapes) -> Derived:
    """Derive an operation for each path and method of an extracted document."""
    operations: list[Operation] = []
    left_out: dict[str, str] = {}
    for method, path, raw in _each(document):
        try:
            operations.append(_operation(method, path, raw, shapes, {op.tool for op in operations}))
        except DocumentError as error:
            left_out[f"{method} {path}"] = str(error)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            left_out[f"{method} {path}"] = (
                f"it is malformed: {type(error).__name__}: {_line(str(error), 200)}"
            )
    return Derived(tuple(operations), left_out)


def _each(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, item in document["paths"].items():
        for method, raw in item.items():
            if method in METHODS:
                yield method.upper(), path, raw


def _operation(method: str, path: str, raw: Document, shapes: Shapes, taken: set[str]) -> Operation:
    body = _json_schema(raw.get("requestBody"), "its request body", "sent")
    parameters = _folded(raw.get("parameters", []))
    _check_places(path, parameters)
    whole_body = body is not None and shapes.read(body).kind != "object"
    identity = raw.get("operationId") or f"{method} {path}"
    queryable = raw.get("x-queryable", method != "DELETE")
    return Operation(
        id=identity,
        tool=tool_name(raw.get("x-tool-name") or identity, taken),
        title=_line(raw.get("x-title") or raw.get("summary") or identity, _TITLE_LIMIT),
        description=_line(raw.get("description") or raw.get("summary") or identity, _DESCRIPTION_LIMIT),
        method=method,
        path=path,
        rest_path=raw.get("x-rest-path", path),
        created="201" in raw["responses"],
        arguments=tuple(
            _arguments(parameters, body, raw, shapes, whole_body=whole_body, queryable=queryable)
        ),
        whole_body=whole_body,
        has_body=body is not None,
        success=_success(raw),
        hints=_hints(method, raw),
        pages=Pages(**raw["x-pages"]) if "x-pages" in raw else None,
        look_up=LookUp(**raw["x-reconcile"]) if "x-reconcile" in raw else None,
        queryable=queryable,
        gone=raw.get("x-gone", False),
        not_arguments=raw.get("x-not-an-argument", {}),
        summary=raw.get("x-summary", ""),
        asks_when_empty=raw.get("x-asks-when-empty", False),
    )


def _check_places(path: str, parameters: list[Document]) -> None:
    """Refuse what a tool call could never fill in.

    Raises:
        DocumentError: The path has a place without a parameter, or a header or cookie is required.
    """
    declared = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
    if missing := set(re.findall(r"\{([^}]+)\}", path)) - declared:
        raise DocumentError(f"its path has {{{missing.pop()}}}, but no path parameter of that name")
    for parameter in parameters:
        if parameter["in"] in ("header", "cookie") and parameter.get("required"):
            raise DocumentError(f"it requires the {parameter['in']} {parameter['name']!r}, which is not sent")


def _json_schema(content: Document | None, what: str, done: str) -> Document | None:
    """Return the schema of a JSON body.

    Raises:
        DocumentError: There is a body, but none in JSON.
    """
    if not content or not content.get("content"):
        return None
    for media, entry in content["content"].items():
        if media.split(";")[0].strip() == "application/json" or media.split(";")[0].endswith("+json"):
            schema: Document = entry.get("schema", {})
            return schema
    raise DocumentError(f"{what} is {', '.join(content['content'])}; only JSON can be {done}")


def _success(raw: Document) -> Document | None:
    for status, answer in raw["responses"].items():
        if status.startswith("2"):
            return _json_schema(answer, "its answer", "read")
    return None


def _folded(parameters: list[Document]) -> list[Document]:
    """Make repeated declarations of one parameter one, by the looser rule of them."""
    folded: dict[tuple[str, str], Document] = {}
    for parameter in parameters:
        key = (parameter["in"], parameter["name"])
        if key in folded:
            first = folded[key]
            schema = _loosest(parameter_schema(first), parameter_schema(parameter))
            required = bool(first.get("required")) and bool(parameter.get("required"))
            folded[key] = {**parameter, **first, "schema": schema, "required": required}
        else:
            folded[key] = parameter
    return list(folded.values())


def _loosest(one: Document, other: Document) -> Document:
    """Return what both declarations ask for: a limit, or a type, that only one of them has is none."""
    if one.get("type") != other.get("type"):
        return {}
    both = unite_schemas(one, other)
    return {key: value for key, value in both.items() if key in one and key in other}


def parameter_schema(parameter: Document) -> Document:
    """Return a parameter's schema, `{}` where it has none that tells anything.

    A parameter may have an empty `schema` with `allOf` beside it: such a one has no schema on the
    wire, its value is sent as the text it is.
    """
    schema: Document = parameter.get("schema") or {}
    extensions = {key: value for key, value in parameter.items() if key.startswith("x-")}
    return {**schema, **extensions} if schema else {"type": "string", **extensions}


def _arguments(
    parameters: list[Document],
    body: Document | None,
    raw: Document,
    shapes: Shapes,
    *,
    whole_body: bool,
    queryable: bool,
) -> Iterator[Argument]:
    taken = {QUERY_ARGUMENT} if queryable else set[str]()
    placed = [p for place in ("path", "query") for p in parameters if p["in"] == place]
    for parameter in placed:
        argument = _from_parameter(parameter, _argument_name(parameter["name"], parameter["in"], taken))
        taken.add(argument.name)
        yield argument
    for wire, schema, required in _body_fields(body, raw, shapes, whole_body=whole_body):
        name = _argument_name(wire, "body", taken)
        taken.add(name)
        shape = shapes.read(schema)
        words = _line(shape.meta.get("description", ""), _WORDS_LIMIT)
        yield Argument(
            name=name,
            wire=wire,
            place="body",
            required=required,
            schema_=schema,
            words=words,
            summary=shape.meta.get("x-summary", ""),
        )


def _argument_name(wire: str, place: str, taken: set[str]) -> str:
    name = legal_key(wire)
    return legal_key(f"{place}_{wire}", taken) if name in taken else name


def _from_parameter(parameter: Document, name: str) -> Argument:
    schema = parameter_schema(parameter)
    form = parameter.get("x-query-form")
    if form is None and schema.get("type") == "array":
        form = "comma" if parameter.get("explode") is False else "repeat"
    words = parameter.get("description") or schema.get("description") or ""
    return Argument(
        name=name,
        wire=parameter["name"],
        place=parameter["in"],
        required=parameter["in"] == "path" or parameter.get("required") is True,
        schema_=schema,
        form=form or "one",
        date_edge=parameter.get("x-date-edge"),
        default=parameter.get("x-default"),
        way_out=parameter.get("x-way-out", ""),
        words=_line(words, _WORDS_LIMIT),
        summary=schema.get("x-summary", ""),
    )


def _body_fields(
    body: Document | None, raw: Document, shapes: Shapes, *, whole_body: bool
) -> Iterator[tuple[str, Document, bool]]:
    if body is None:
        return
    needed = raw["requestBody"].get("required") is True
    if whole_body:
        yield "body", body, needed
        return
    shape = shapes.read(body)
    for name, schema in shape.properties.items():
        yield name, schema, needed and name in shape.required


def _hints(method: str, raw: Document) -> Hints:
    defaults = Hints(
        read_only=method in ("GET", "HEAD", "OPTIONS"),
        destructive=method in ("PUT", "PATCH", "DELETE"),
        idempotent=method != "POST",
    )
    stated: dict[str, Any] = raw.get("x-hints", {})
    return Hints(**{**defaults.model_dump(), **stated})


def _line(text: str, limit: int) -> str:
    """Make words one line of at most `limit` characters."""
    line = seen_line(text)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
