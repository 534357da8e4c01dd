"""Rules that every client and model provider applies to a tool, at every depth."""

from __future__ import annotations

import json
import re
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

import jsonschema_rs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vapi_sessions_tools.toolset import Tool

LONGEST_WORDS = 2_000
"""Bytes of a description, or of a server's instructions: some client cuts what is longer."""
MOST_TOOLS = 80
LONGEST_FULL_NAME = 60
MOST_PROPERTIES = 5_000
MOST_VALUES = 1_000
DEEPEST = 10
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
NAME = re.compile(r"[a-z0-9_]{1,40}")

COUNT = {"type": "integer", "minimum": 0}
TEXT = {"type": "string"}
TYPES = ("string", "number", "integer", "boolean")
PORTABLE: dict[str, Any] = {
    "$ref": "#/$defs/schema",
    "properties": {"type": {"const": "object"}},
    "$defs": {
        "schema": {
            "type": "object",
            "required": ["type"],
            "additionalProperties": False,  # any other keyword is mishandled by some client or provider
            "properties": {
                "type": {"enum": [*TYPES, "array", "object"]},
                "title": TEXT,
                "description": TEXT,
                "format": {"enum": ["date-time", "enum"]},
                "properties": {
                    "type": "object",
                    "propertyNames": {"pattern": f"^{KEY.pattern}$"},
                    "additionalProperties": {"$ref": "#/$defs/schema"},
                },
                "required": {"type": "array", "items": TEXT},
                "items": {"$ref": "#/$defs/schema"},
                "enum": {"type": "array", "minItems": 1, "uniqueItems": True},
                **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), COUNT),
                "minimum": {"type": "number"},
                "maximum": {"type": "number"},
            },
            "allOf": [
                {"if": {"properties": {"type": {"const": "array"}}}, "then": {"required": ["items"]}},
                *(
                    {
                        "if": {"properties": {"type": {"const": kind}}},
                        "then": {"properties": {"enum": {"items": {"type": kind}}}},
                    }
                    for kind in TYPES
                ),
            ],
        }
    },
}
_VALIDATOR = jsonschema_rs.validator_for(PORTABLE)


def toolset_faults(tools: Sequence[Tool], server: str) -> list[str]:
    """Return what some client or provider refuses in the tools of a server."""
    faults = [fault for tool in tools for fault in tool_faults(tool, server)]
    if len({tool.name for tool in tools}) < len(tools):
        faults.append("two tools have one name")
    return faults + ([f"more than {MOST_TOOLS} tools"] if len(tools) > MOST_TOOLS else [])


def tool_faults(tool: Tool, server: str) -> list[str]:
    """Return what some client or provider refuses in a tool; some put the server's name before the tool's."""
    faults = name_faults(tool.name) + schema_faults(tool.input_schema)
    if len(server) + len(tool.name) > LONGEST_FULL_NAME:
        faults.append(f"{server} and {tool.name} are too long together")
    if not tool.description or len(tool.description.encode()) > LONGEST_WORDS:
        faults.append(f"{tool.name}: its description is empty or too long")
    levels = list(_levels(tool.input_schema, 0))
    if max(depth for depth, _ in levels) > DEEPEST:
        faults.append(f"{tool.name}: deeper than {DEEPEST} levels")
    for keyword, most in (("properties", MOST_PROPERTIES), ("enum", MOST_VALUES)):
        if sum(len(schema.get(keyword, ())) for _, schema in levels) > most:
            faults.append(f"{tool.name}: more than {most} in {keyword}")
    return faults


def name_faults(name: str) -> list[str]:
    """Return what is wrong with a tool's name."""
    return [] if NAME.fullmatch(name) else [f"{name!r} is not a portable tool name"]


def schema_faults(schema: dict[str, Any]) -> list[str]:
    """Return what some client or provider refuses in a tool's input schema."""
    faults = [f"{error.instance_path}: {error.message[:200]}" for error in _VALIDATOR.iter_errors(schema)]
    for _, part in _levels(schema, 0):
        missing = set(part.get("required", ())) - part.get("properties", {}).keys()
        faults += [f"{name} is required, but not a property" for name in sorted(missing)]
    return faults


def _levels(schema: dict[str, Any], depth: int) -> Iterator[tuple[int, dict[str, Any]]]:
    yield depth, schema
    for child in (*schema.get("properties", {}).values(), schema.get("items")):
        if isinstance(child, dict):
            yield from _levels(child, depth + 1)


def compact(value: Any) -> str:
    """Write a value as compact JSON, as it is sent to a model."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def tokens(text: str) -> int:
    """Count the tokens of a text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how the package reads its own data
        bpe_openai = import_module("bpe_openai")  # it comes without types
    return len(bpe_openai.get_encoding("o200k_base").encode(text))
