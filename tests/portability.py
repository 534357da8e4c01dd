"""What every client and model provider accepts of a tool, checked at every depth."""

from __future__ import annotations

import json
import re
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vapi_sessions_tools.toolset import Tool

TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object"})
WORDS = frozenset(
    {
        *("type", "description", "title", "properties", "required", "items", "enum", "format"),
        *("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"),
    }
)
"""What a schema may say: any other word is mishandled by some client or provider, at some depth."""
FORMATS = frozenset({"date-time", "enum"})
"""Formats of texts that all take."""
MOST_TOOLS = 80
LONGEST_WORDS = 2_000
"""Bytes of a description, or of a server's instructions: some client cuts what is longer."""
LONGEST_FULL_NAME = 60
MOST_PROPERTIES = 5_000
MOST_VALUES = 1_000
DEEPEST = 10
PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
}
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
NAME = re.compile(r"[a-z0-9_]{1,40}")


def toolset_faults(tools: Sequence[Tool], server: str) -> list[str]:
    """Return what some client or provider does not take of all tools of a server."""
    faults = [fault for tool in tools for fault in tool_faults(tool, server)]
    if len({tool.name for tool in tools}) < len(tools):
        faults.append("two tools have one name")
    if len(tools) > MOST_TOOLS:
        faults.append(f"{len(tools)} tools are more than {MOST_TOOLS}")
    return faults


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
    yield from (f"{place}: has {key}" for key in sorted(schema.keys() - WORDS))
    if schema.get("format", "enum") not in FORMATS:
        yield f"{place}: its format is {schema['format']!r}"
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
    if any(value == other for at, value in enumerate(values) for other in values[:at]):
        yield f"{place}: a doubled enum value"
    kinds = PYTHON_TYPES.get(str(schema.get("type")), ())
    if not all(isinstance(value, kinds) and isinstance(value, bool) == (bool in kinds) for value in values):
        yield f"{place}: an enum value of another type"


def compact(value: Any) -> str:
    """Write a value as compact JSON, as it is sent to a model."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def tokens(text: str) -> int:
    """Count the tokens of a text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how the package reads its own data
        bpe_openai = import_module("bpe_openai")  # it comes without types
    return len(bpe_openai.get_encoding("o200k_base").encode(text))
