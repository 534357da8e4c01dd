"""What every client and model provider accepts of a tool, checked at every depth."""

from __future__ import annotations

import json
import re
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vapi_sessions_tools.toolset import Tool

TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object"})
BANNED = frozenset({"$ref", "$defs", "const", "oneOf", "allOf", "anyOf", "not", "patternProperties"})
LONGEST_WORDS = 2_000
"""Bytes of a description, or of a server's instructions: some client cuts what is longer."""
LONGEST_FULL_NAME = 60
MOST_PROPERTIES = 5_000
MOST_VALUES = 1_000
DEEPEST = 10
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
NAME = re.compile(r"[a-z0-9_]{1,40}")


def tool_faults(tool: Tool, server: str) -> list[str]:
    """Return what some client or provider does not take of a tool.

    Args:
        tool: As it is offered.
        server: The name of the server that offers it, which some clients put before the tool's.
    """
    faults = name_faults(tool.name) + schema_faults(tool.input_schema)
    if len(server) + len(tool.name) > LONGEST_FULL_NAME:
        faults.append(f"{server} and {tool.name} are too long together")
    if not tool.description or len(tool.description.encode()) > LONGEST_WORDS:
        faults.append(f"{tool.name}: its description is empty or too long")
    sizes = list(_sizes(tool.input_schema, 0))
    for what, most in (("properties", MOST_PROPERTIES), ("values", MOST_VALUES)):
        if sum(count for kind, count in sizes if kind == what) > most:
            faults.append(f"{tool.name}: more than {most} {what}")
    if max(count for kind, count in sizes if kind == "depth") > DEEPEST:
        faults.append(f"{tool.name}: deeper than {DEEPEST} levels")
    return faults


def _sizes(schema: dict[str, Any], depth: int) -> Iterator[tuple[str, int]]:
    properties: dict[str, Any] = schema.get("properties", {})
    yield "depth", depth
    yield "properties", len(properties)
    yield "values", len(schema.get("enum", ()))
    for child in (*properties.values(), schema.get("items", {})):
        if child:
            yield from _sizes(child, depth + 1)


def name_faults(name: str) -> list[str]:
    """Return what is wrong with a tool's name."""
    return [] if NAME.fullmatch(name) else [f"{name!r} is no portable tool name"]


def schema_faults(schema: dict[str, Any]) -> list[str]:
    """Return what some client or provider does not take in a tool's input schema."""
    root = [] if schema.get("type") == "object" else ["the root is no object"]
    return root + list(_faults(schema, "root"))


def _faults(schema: dict[str, Any], place: str) -> Iterator[str]:
    if schema.get("type") not in list(TYPES):
        yield f"{place}: its type is {schema.get('type')!r}"
    yield from (f"{place}: has {key}" for key in sorted(BANNED & schema.keys()))
    if isinstance(schema.get("additionalProperties"), dict):
        yield f"{place}: its additionalProperties is a schema"
    if schema.get("type") == "array" and not isinstance(schema.get("items"), dict):
        yield f"{place}: an array without items"
    yield from _enum_faults(schema, place)
    properties: dict[str, Any] = schema.get("properties", {})
    missing = set(schema.get("required", [])) - properties.keys()
    yield from (f"{place}: requires {name}, which it does not have" for name in sorted(missing))
    for key, child in properties.items():
        if not KEY.fullmatch(key):
            yield f"{place}: the key {key!r}"
        yield from _faults(child, f"{place}.{key}")
    if isinstance(schema.get("items"), dict):
        yield from _faults(schema["items"], f"{place}[]")


def _enum_faults(schema: dict[str, Any], place: str) -> Iterator[str]:
    if "enum" not in schema:
        return
    values: list[Any] = schema["enum"]
    if not values:
        yield f"{place}: an empty enum"
    if len({json.dumps(value) for value in values}) < len(values):
        yield f"{place}: a doubled enum value"
    if schema.get("type") == "string" and not all(isinstance(value, str) for value in values):
        yield f"{place}: an enum value that is no string"


def compact(value: Any) -> str:
    """Write a value as compact JSON, as it is sent to a model."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def tokens(text: str) -> int:
    """Count the tokens of a text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how the package reads its own data
        bpe_openai = import_module("bpe_openai")  # it comes without types
    return len(bpe_openai.get_encoding("o200k_base").encode(text))
