"""The published contract (facts.json) as JSON Schema, read without any code of the product.

Its known faults are corrected by rules of its own: mixed unions, bare objects, lists with an enum, messages.
"""

from __future__ import annotations

import json
from collections import deque
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema_rs

from fake_upstream import SESSION_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
BODY = "CreateSessionDTO"
TAGS = ("provider", "on", "role", "type", "format")
"""The fields by whose constants the published unions tell their branches apart; the first one counts."""

_SAME_TAG = {"VapiSmartEndpointingPlan", "HandoffDestinationAssistant", "TransferDestinationAssistant"}
_TRANSCRIPT = ("UserMessage", "SystemMessage", "BotMessage", "ToolCallMessage", "ToolCallResultMessage")
_ROLES = ("user", "system", "bot", "tool_calls", "tool_call_result")
_CHAT = ("ChatSystemMessage", "ChatUserMessage", "AssistantMessage", "ToolMessage", "DeveloperMessage")
_KEPT = {"type", "enum", "required", "format", "minimum", "maximum", "minLength", "maxLength"}
_INNER: dict[str, str | int] = {"items": 0, "additionalProperties": "any"}
_NUMBERS = (-1_000_000_000, 1_000_000_000_000)
_WRONG: dict[str, tuple[Any, ...]] = {
    "string": ("x" * 10_001, 12345),
    "number": _NUMBERS,
    "integer": (*_NUMBERS, 0.5),
    "array": ([{}], [True]),
}


class Branch(NamedTuple):
    """One object of a union, and the constant by which it is chosen."""

    name: str
    tag: str | None = None
    value: str | None = None

    @property
    def start(self) -> Json:
        return {self.tag: self.value} if self.tag else {}


Way = tuple["str | int | Branch", ...]
"""Names, positions and the branches chosen on the way to a place."""


class Target(NamedTuple):
    """A branch of a union in the body of create_session."""

    way: Way
    branch: Branch
    siblings: tuple[str, ...]

    @property
    def path(self) -> tuple[str | int, ...]:
        return tuple(step for step in self.way if not isinstance(step, Branch))

    @property
    def place(self) -> str:
        return "".join("[]" if isinstance(step, int) else f".{step}" for step in self.path).removeprefix(".")

    @property
    def wanted(self) -> set[str | None]:
        """The tag, and the types on the way and at its end."""
        return {self.branch.value, *(one.name for one in (*self.way, self.branch) if isinstance(one, Branch))}


def arguments_of(way: Way, value: Any) -> Json:
    """Return arguments with a value at the end of a way, and the least that leads there."""
    for step in reversed(way):
        if isinstance(step, Branch):
            value = {**step.start, **value}
        else:
            value = [value] if isinstance(step, int) else {step: value}
    arguments: Json = value
    return arguments


class PublishedContract:
    """The corrected types by their names, and one validator over all of them."""

    def __init__(self) -> None:
        text = files("vapi_sessions_tools.contract").joinpath("facts.json").read_text(encoding="utf-8")
        facts = json.loads(text)
        self._listing: list[Json] = facts["paths"]["/session"]["get"]["parameters"]
        self.schemas = {name: _correct(schema) for name, schema in facts["components"]["schemas"].items()}
        _correct_messages(self.schemas)
        by_name = {name: {"$ref": f"#/$defs/{name}"} for name in self.schemas}
        self._validator = jsonschema_rs.Draft202012Validator(
            {"properties": by_name, "$defs": self.schemas},
            validate_formats=True,
            formats={"date-time": lambda text: text[:4].isdigit()},  # a date alone is taken as well
        )

    def faults(self, name: str, value: Any) -> list[str]:
        """Return why a value is not of a type; nothing where it is."""
        return [error.message for error in self._validator.iter_errors({name: value})]

    def field_faults(self, name: str, fields: Json) -> list[str]:
        """Return what is wrong with some fields of a type, not with those that are missing."""
        errors = self._validator.iter_errors({name: fields})
        return [one.message for one in errors if one.kind.name != "required" or len(one.instance_path) > 1]

    def targets(self) -> list[Target]:
        """Return each object branch of each union of create_session, every union once."""
        found: list[Target] = []
        for way, schema in self._walk():
            branches = self._branches(schema)
            found += [Target(way, one, tuple(branch.name for branch in branches)) for one in branches]
        return found

    def wrong_calls(self) -> Iterator[tuple[str, Json]]:
        """Yield calls of all tools, each with one value that may be wrong, at every place."""
        places = {way: schema for way, schema in self._walk() if way and not isinstance(way[-1], Branch)}
        for way, schema in places.items():
            yield from (("create_session", arguments_of(way, value)) for value in _wrong(schema))
        text = {"id": {"type": "string"}}
        others: dict[str, Json] = {
            "list_sessions": {one["name"]: one["schema"] for one in self._listing},
            "update_session": {**text, **self.schemas["UpdateSessionDTO"]["properties"]},
            **dict.fromkeys(("get_session", "delete_session"), text),
        }
        for tool, fields in others.items():
            base = {} if tool == "list_sessions" else {"id": SESSION_ID}
            for name, schema in fields.items():
                yield from ((tool, {**base, name: value}) for value in _wrong(schema))

    def _walk(self) -> Iterator[tuple[Way, Json]]:
        """Yield every schema of the body once, breadth first, with a shortest way to it."""
        waiting: deque[tuple[Way, Json]] = deque([((), self.schemas[BODY])])
        seen = set[int]()
        while waiting:
            way, schema = waiting.popleft()
            if id(schema) not in seen:
                seen.add(id(schema))
                yield way, schema
                waiting.extend(((*way, one), self.schemas[one.name]) for one in self._branches(schema))
                waiting.extend(((*way, *steps), inner) for steps, inner in self._parts(schema))

    def _branches(self, schema: Json) -> list[Branch]:
        names = (_type_name(one) for one in _alternatives(schema))
        return [self._branch(name) for name in names if name and self.schemas[name].get("type") == "object"]

    def _branch(self, name: str) -> Branch:
        fields = self.schemas[name]["properties"]
        constants = ((tag, fields.get(tag, {}).get("enum", ())) for tag in TAGS)
        found = (Branch(name, tag, listed[0]) for tag, listed in constants if 0 < len(listed) <= 3)
        return next(found, Branch(name))

    def _parts(self, schema: Json) -> Iterator[tuple[Way, Json]]:
        """Yield what a schema is made of, other than the object branches of a union."""
        branches = _alternatives(schema)
        if "$ref" in schema:
            yield (), self.schemas[_type_name(schema)]
        yield from (((), part) for part in ([] if branches else schema.get("allOf", ())))
        yield from (((), branch) for branch in branches if "$ref" not in branch)
        yield from (((name,), field) for name, field in schema.get("properties", {}).items())
        yield from (((step,), schema[key]) for key, step in _INNER.items() if key in schema)


def _type_name(schema: Json) -> str:
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]


def _alternatives(schema: Json) -> list[Json]:
    found: list[Json] = schema.get("oneOf") or schema.get("anyOf") or []
    return found


def _wrong(schema: Json) -> tuple[Any, ...]:
    return (True, "no such value", [], {}, *_WRONG.get(schema.get("type", ""), ()))


def _correct_messages(schemas: dict[str, Json]) -> None:
    """State the known roles, and restore the chat messages that transcript types of their name displaced."""
    for name, role in zip(_TRANSCRIPT, _ROLES, strict=True):
        schemas[name]["properties"]["role"] = {"enum": [role]}
    text = {"type": "string"}
    for name, role in (("ChatUserMessage", "user"), ("ChatSystemMessage", "system")):
        limited = {
            "content": {**text, "maxLength": 10_000},
            "name": {**text, "maxLength": 40},
            "metadata": {},
        }
        fields = {"role": {**text, "enum": [role]}, **limited}
        schemas[name] = {"type": "object", "required": ["role", "content"], "properties": fields}
    fields = schemas["AssistantMessage"]["properties"]
    fields["content"] = {"anyOf": [fields["content"], {"type": "null"}]}


def _correct(schema: Json) -> Json:
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{_type_name(schema)}"}
    result = {key: value for key, value in schema.items() if key in _KEPT}
    result |= {key: _correct(schema[key]) for key in _INNER if key in schema}
    if fields := schema.get("properties"):
        result["properties"] = {name: _correct(field) for name, field in fields.items()}
    if "allOf" in schema:
        result["allOf"] = [_correct(part) for part in schema["allOf"]]
    if "oneOf" in schema:  # what stands beside it repeats one branch, and refuses the others
        result = _union(schema["oneOf"])
    listed = result.pop("enum", None)
    if result.get("type") == "object" and not {"properties", "additionalProperties"} & set(result):
        result = {}  # any JSON
    if listed and result.get("type") == "array":
        result["items"] = {**result.get("items", {}), "enum": listed}
    elif listed:
        result["enum"] = listed
    if "pattern" in schema:  # a JavaScript literal, `/.../u`
        result["pattern"] = schema["pattern"].strip("u").strip("/")
    return {"anyOf": [result, {"type": "null"}]} if schema.get("nullable") is True else result


def _union(branches: list[Json]) -> Json:
    """Return a union: one of its objects, but any of branches that overlap (kinds, or objects of one tag)."""
    names = [_type_name(branch) for branch in branches]
    if "DeveloperMessage" in names:
        return {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in (*_CHAT, *_TRANSCRIPT)]}
    overlapping = not all(names) or _SAME_TAG & set(names)
    return {"anyOf" if overlapping else "oneOf": [_correct(branch) for branch in branches]}
