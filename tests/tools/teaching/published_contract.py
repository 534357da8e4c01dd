"""The published contract as JSON Schema for a stock validator, with its known faults corrected by hand.

Made from the facts alone and by rules of its own: what the tools under test make of the same facts is
measured against it, so it shares nothing with them. Listed values stay a rule here: an example that a
refusal offers must be one of them.
"""

from __future__ import annotations

import json
from datetime import datetime
from importlib.resources import files
from typing import Any

import jsonschema_rs

Json = dict[str, Any]

BODY = "CreateSessionDTO"
"""The type of create_session's body."""

_SAME_TAG = ("VapiSmartEndpointingPlan", "HandoffDestinationAssistant", "TransferDestinationAssistant")
"""Branches that share their tag's value with a sibling, so that one value is right for both."""

_CHAT_FORM: Json = {
    "content": {"type": "string", "maxLength": 10_000},
    "name": {"type": "string", "maxLength": 40},
    "metadata": {},
}
_TRANSCRIPT_ROLES = {
    "UserMessage": "user",
    "SystemMessage": "system",
    "BotMessage": "bot",
    "ToolCallMessage": "tool_calls",
    "ToolCallResultMessage": "tool_call_result",
}
_MESSAGES = (
    "ChatSystemMessage",
    "ChatUserMessage",
    "AssistantMessage",
    "ToolMessage",
    "DeveloperMessage",
    *_TRANSCRIPT_ROLES,
)


def corrected_schemas() -> dict[str, Json]:
    """Return every published type by its name, as JSON Schema 2020-12."""
    text = files("vapi_sessions_tools.contract").joinpath("facts.json").read_text(encoding="utf-8")
    published: dict[str, Json] = json.loads(text)["components"]["schemas"]
    schemas = {name: _corrected(schema) for name, schema in published.items()}
    _correct_messages(schemas)
    # The one event of this kind that is known; others may follow it in brackets.
    schemas["CallHookCustomerSpeechTimeout"]["properties"]["on"]["examples"] = ["customer.speech.timeout"]
    return schemas


def _correct_messages(schemas: dict[str, Json]) -> None:
    """State the roles that are known, and restore the chat form that two transcript types displaced.

    The published union of messages holds the call transcript's UserMessage and SystemMessage, because two
    types of one name collided; the API's documentation sends the chat form, and null as an assistant's
    content.
    """
    for name, role in _TRANSCRIPT_ROLES.items():
        schemas[name]["properties"]["role"] = {"type": "string", "enum": [role]}
    for name, role in (("ChatUserMessage", "user"), ("ChatSystemMessage", "system")):
        properties = {"role": {"type": "string", "enum": [role]}, **_CHAT_FORM}
        schemas[name] = {"type": "object", "required": ["role", "content"], "properties": properties}
    content = schemas["AssistantMessage"]["properties"]["content"]
    schemas["AssistantMessage"]["properties"]["content"] = _or_null(content)


def _corrected(schema: Json) -> Json:
    """Return a schema with its faults corrected, and so all within it."""
    if "$ref" in schema:
        return {"$ref": "#/$defs/" + type_name(schema)}
    result = {key: value for key, value in schema.items() if key in _KEPT}
    if "properties" in schema:
        result["properties"] = {name: _corrected(field) for name, field in schema["properties"].items()}
    for key in ("items", "additionalProperties"):
        if key in schema:
            result[key] = _corrected(schema[key])
    if "allOf" in schema:
        result["allOf"] = [_corrected(part) for part in schema["allOf"]]
    if "oneOf" in schema:
        result = {
            **_union(schema["oneOf"])
        }  # what stands beside it repeats one branch, and refuses the others
    result = _without_wrong_enum(_without_bare_object(result))
    if "x-former-enum" in schema:
        result["examples"] = schema["x-former-enum"]
    if "pattern" in schema:
        result["pattern"] = _plain_pattern(schema["pattern"])
    return _or_null(result) if schema.get("nullable") is True else result


_KEPT = {
    "type", "enum", "required", "format",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "minItems", "maxItems",
}  # fmt: skip
"""Keywords whose meaning is JSON Schema's own."""


def _union(branches: list[Json]) -> Json:
    """Read a union: strictly one of objects, but any of branches that overlap by what they are.

    `oneOf` of listed strings and any string refuses each listed value, and so it is with every mixture of
    kinds; objects that share their tag are told apart by nobody.
    """
    names = [type_name(branch) for branch in branches]
    if "DeveloperMessage" in names:
        return {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in _MESSAGES]}
    overlapping = not all(names) or any(name in _SAME_TAG for name in names)
    return {"anyOf" if overlapping else "oneOf": [_corrected(branch) for branch in branches]}


def _without_bare_object(schema: Json) -> Json:
    """Read an object with neither fields nor a rule for them as any JSON: scalars are right there."""
    if schema.get("type") != "object" or schema.get("properties") or "additionalProperties" in schema:
        return schema
    return {key: value for key, value in schema.items() if key not in ("type", "properties", "required")}


def _without_wrong_enum(schema: Json) -> Json:
    """Let an enum on a list speak of its items, and an empty one of nothing."""
    listed = schema.get("enum")
    if listed is None:
        return schema
    rest = {key: value for key, value in schema.items() if key != "enum"}
    if not listed:
        return rest
    if schema.get("type") == "array":
        return {**rest, "items": {**rest.get("items", {}), "enum": listed}}
    return schema


def _plain_pattern(pattern: str) -> str:
    """Read a JavaScript literal, `/.../u`, as the expression between its slashes."""
    return pattern.split("/", 1)[1].rsplit("/", 1)[0] if pattern.startswith("/") else pattern


def _or_null(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _is_moment(text: str) -> bool:
    """Whether a text is ISO 8601, of which a date alone is one: the validators of such APIs take both."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


FORMATS = {"date-time": _is_moment}
"""What a validator is to know of formats beside the standard."""


def type_name(schema: Json) -> str:
    """Return the name of the type a schema refers to, or nothing."""
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]


class PublishedContract:
    """The corrected types, and one stock validator over all of them."""

    def __init__(self) -> None:
        self.schemas = corrected_schemas()
        by_name = {name: {"$ref": f"#/$defs/{name}"} for name in self.schemas}
        whole = {"type": "object", "properties": by_name, "$defs": self.schemas}
        self._validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True, formats=FORMATS)

    def faults(self, name: str, value: Any) -> list[str]:
        """Return what keeps a value from being of a type; nothing where it is one."""
        return [error.message for error in self._validator.iter_errors({name: value})]
