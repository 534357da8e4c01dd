"""A validator's error told as a rule: what must hold at the place, and what is allowed there.

Values are never quoted: an argument may be a secret, and the caller knows what was sent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.engine.problem import Problem, path_text
from vapi_sessions_tools.engine.shape import Shape
from vapi_sessions_tools.engine.vocabulary import nearest, shown_values
from vapi_sessions_tools.engine.wording import COMPARISONS, FORMS, both_ends, extent, form_words, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema_rs import ValidationError

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.slices import Slice


def explain(error: ValidationError, root: Document, part: Slice) -> Iterator[Problem]:
    """Tell what an error means for the caller.

    Args:
        error: One error of the validator.
        root: The JSON Schema it validates with.
        part: What was validated.

    Yields:
        A problem; for alternatives those of the branch that the value is closest to.
    """
    if error.kind.name in ("anyOf", "oneOf"):
        yield from _closest_branch(error, root, part)
        return
    place = part.path(error.instance_path)
    for problem in _told(error, root, part):
        # All arguments together are no place to speak of: the client knows what they are.
        yield replace(problem, place=place or (problem.path,))


def _told(error: ValidationError, root: Document, part: Slice) -> Iterator[Problem]:
    keyword = error.kind.name
    path = list(part.path(error.instance_path))
    node: Document = _schema_at(root, list(error.schema_path)[:-1])
    value = value_at(part.value, list(error.instance_path))
    teller = _TELLERS.get(keyword)
    if keyword == "type":
        yield _type(path, node, value, _allowed_at(root, list(error.schema_path)[:-1], node))
    elif keyword == "additionalProperties":
        yield from _additional(path, node, error)
    elif teller is not None:
        yield teller(path, node, value, error)
    elif keyword in COMPARISONS:
        yield _comparison(path, keyword, node, value)
    else:
        yield Problem(path_text(path), f"breaks the rule {keyword!r}", node.get(keyword))


def _type(path: list[str | int], node: Document, value: Any, allowed: Any) -> Problem:
    wanted = _kind_words(node)
    told = None if allowed == wanted else allowed
    return Problem(path_text(path), f"must be {wanted}, not {_kind_of(value)}", told)


def _kind_words(node: Document) -> str:
    """Name the types of a schema; null goes without saying where there is another."""
    listed = node.get("type")
    kinds: list[str] = listed if is_list(listed) else [listed] if isinstance(listed, str) else []
    named = [kind for kind in kinds if kind != "null"] or kinds
    return " or ".join(_ARTICLES.get(kind, kind) for kind in named)


def _allowed_at(root: Document, place: list[str | int], node: Document) -> Any:
    """Say what may stand where a schema is declared: as a field of an object, or by itself."""
    if len(place) > 1 and place[-2] == "properties":
        return allowed_by(_schema_at(root, place[:-2]), str(place[-1]))
    return allowed_by({"properties": {"this": node}}, "this")


def _enum(path: list[str | int], node: Document, value: Any, _error: ValidationError) -> Problem:
    options: list[Any] = node["enum"]
    near = nearest(value, (option for option in options if isinstance(option, str)), 1)
    rule = "must be one of the listed values" + (f"; did you mean {near[0]!r}?" if near else "")
    return Problem(path_text(path), rule, shown_values(options, value))


def _required(path: list[str | int], node: Document, _value: Any, error: ValidationError) -> Problem:
    name: str = error.kind.as_dict()["property"]
    return Problem(path_text([*path, name]), "is required", allowed_by(node, name))


def _format(path: list[str | int], node: Document, _value: Any, _error: ValidationError) -> Problem:
    rule, allowed = FORMS.get(node["format"], (f"must be in the format {node['format']}", None))
    return Problem(path_text(path), rule, allowed)


def _pattern(path: list[str | int], node: Document, _value: Any, _error: ValidationError) -> Problem:
    shape = Shape(kind="string", limits=node, pattern=node["pattern"])
    return Problem(path_text(path), "must match the pattern", words(shape))


def _additional(path: list[str | int], node: Document, error: ValidationError) -> Iterator[Problem]:
    unexpected: list[str] = error.kind.as_dict()["unexpected"]
    names = list(node.get("properties", {}))
    for name in unexpected:
        allowed = nearest(name, names) or shown_values(names)
        yield Problem(path_text([*path, name]), "is no field of this object", allowed)


def _unique(path: list[str | int], _node: Document, _value: Any, _error: ValidationError) -> Problem:
    return Problem(path_text(path), "must not hold the same item twice")


_TELLERS: dict[str, Callable[[list[str | int], Document, Any, ValidationError], Problem]] = {
    "enum": _enum,
    "required": _required,
    "format": _format,
    "pattern": _pattern,
    "uniqueItems": _unique,
}
_ARTICLES = {
    "string": "a string",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


_LONG_NUMBER = 10_000


def _comparison(path: list[str | int], keyword: str, node: Document, value: Any) -> Problem:
    limit = node[keyword]
    rule = COMPARISONS[keyword].format(limit=f"{limit:,}" if limit >= _LONG_NUMBER else limit)
    if keyword in ("minLength", "maxLength", "minItems", "maxItems"):
        rule += f"; this has {len(value):,}"
    return Problem(path_text(path), rule, both_ends(node))


def allowed_by(node: Document, name: str) -> Any:
    """Say what may stand at the field `name` of an object schema: listed values, a range, or the type."""
    field: Document = node.get("properties", {}).get(name, {})
    listed = _enum_of(field, None) or _tag_values(node, name)
    if listed:
        return listed
    if "pattern" in field:
        return words(Shape(kind="string", limits=field, pattern=field["pattern"]))
    kinds = form_words(field.get("format")) or _kind_words(field)
    return ", ".join(part for part in (kinds, extent(field), _examples(field)) if part) or None


def _examples(node: Document) -> str | None:
    examples = ", ".join(str(value) for value in node.get("examples", ()))
    return f"such as {examples}" if examples else None


def _enum_of(node: Document, value: object) -> Any:
    return shown_values(node["enum"], value) if node.get("enum") else None


def _tag_values(node: Document, name: str) -> list[Any] | None:
    """Return the values of a tag, read off the conditions that choose a branch by it."""
    values = [
        rule["if"]["properties"][name]["const"]
        for rule in node.get("allOf", ())
        if "const" in rule.get("if", {}).get("properties", {}).get(name, {})
    ]
    values += node.get("properties", {}).get(name, {}).get("examples", []) if values else []
    return shown_values(values) if values else None


def _kind_of(value: object) -> str:
    if value is None:
        return "null"
    return next((words for kinds, words in _PYTHON_KINDS if isinstance(value, kinds)), "what JSON has not")


_PYTHON_KINDS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((bool,), "a boolean"),
    ((str,), "a string"),
    ((int, float), "a number"),
    ((list, tuple), "a list"),
    ((dict,), "an object"),
)


_UNDECLARED_COUNTS = 2
"""How many errors a field weighs that the branch does not know: who sends it hardly means that branch."""


def _closest_branch(error: ValidationError, root: Document, part: Slice) -> Iterator[Problem]:
    """Choose the alternative with the fewest errors and the fewest of the value's fields unknown to it."""
    branches: list[list[ValidationError]] = error.kind.as_dict()["context"]
    options: list[Document] = _schema_at(root, list(error.schema_path))
    value = value_at(part.value, list(error.instance_path))
    given = set(value) if is_object(value) else set[str]()

    def distance(index: int) -> tuple[int, int]:
        undeclared = given - set(dereferenced(root, options[index]).get("properties", {}))
        return len(branches[index]) + _UNDECLARED_COUNTS * len(undeclared), len(branches[index])

    best = min(range(len(branches)), key=distance)
    for inner in branches[best]:
        yield from explain(inner, root, part)


def value_at(arguments: Any, path: list[str | int]) -> Any:
    """Return what stands at a place in the arguments."""
    for part in path:
        arguments = arguments[part]
    return arguments


def _schema_at(root: Document, path: list[Any]) -> Any:
    node: Any = root
    for part in path:
        if is_list(node):
            node = node[int(part)]
        else:
            node = (node if part in node else dereferenced(root, node))[part]
    return node


def dereferenced(root: Document, node: Document) -> Document:
    """Return the schema that a reference into `$defs` stands for; any other as it is."""
    reference = node.get("$ref")
    if not isinstance(reference, str):
        return node
    name = unquote(reference.removeprefix("#/$defs/")).replace("~1", "/").replace("~0", "~")
    found: Document = root["$defs"][name]
    return found
