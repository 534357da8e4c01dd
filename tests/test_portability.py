"""The tools of every document that is at hand are taken by every client and model provider.

At hand are the shipped contract, the documents beside these tests, the published ones where
`VAPI_REFERENCE_DIR` names their folder, and whatever `PORTABILITY_DOCUMENTS` lists.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from portability import LONGEST_WORDS, tool_faults, toolset_faults
from vapi_sessions_mcp.registration import SERVER_NAME
from vapi_sessions_tools.contract.loading import Contract, load_published
from vapi_sessions_tools.engine.operation import Hints
from vapi_sessions_tools.toolset import Tool, Toolset

FORMATS = (".json", ".yaml", ".yml")


def documents() -> list[str]:
    folders = [Path(__file__).parent / "documents"]
    if reference := os.environ.get("VAPI_REFERENCE_DIR"):
        folders.append(Path(reference))
    found = [str(file) for folder in folders for file in sorted(folder.iterdir()) if "openapi" in file.name]
    found += [str(file) for file in sorted(folders[0].iterdir()) if file.suffix in FORMATS]
    listed = os.environ.get("PORTABILITY_DOCUMENTS", "").split(os.pathsep)
    return list(dict.fromkeys([*found, *filter(None, listed)]))


def tools(contract: Contract) -> tuple[Tool, ...]:
    def connect() -> Any:
        raise AssertionError("nothing is sent here")

    return Toolset(contract, connect).tools


def test_the_five_tools_are_portable(contract: Contract) -> None:
    assert toolset_faults(tools(contract), SERVER_NAME) == []
    assert len(contract.instructions.encode()) <= LONGEST_WORDS


@pytest.mark.parametrize("document", documents(), ids=lambda source: Path(source).name)
def test_the_tools_of_a_document_are_portable(document: str) -> None:
    made = load_published(document)
    assert made.left_out == {}
    assert toolset_faults(tools(made), SERVER_NAME) == []


HINTS = Hints(read_only=True, destructive=False, idempotent=True)
FINE: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}


def tool(name: str = "tool", description: str = "Does it.", **schema: Any) -> Tool:
    return Tool(name, "Tool", description, {**FINE, **schema}, HINTS)


def nested(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        inner = {"type": "object", "properties": {"a": inner}}
    return inner


@pytest.mark.parametrize(
    "faulty",
    [
        tool(name="Tool"),
        tool(name="t" * 44),
        tool(description=""),
        tool(description="x" * 2_001),
        tool(oneOf=[]),
        tool(properties={"a": {"type": ["string", "null"]}}),
        tool(properties={"a": {"type": "array"}}),
        tool(properties={"a": {"anyOf": [{"type": "string"}]}}),
        tool(properties={"tools:append": {"type": "string"}}),
        tool(properties={"a": {"type": "string", "enum": []}}),
        tool(properties={"a": {"type": "string", "enum": ["x", "x"]}}),
        tool(properties={"a": {"type": "string", "enum": [str(number) for number in range(1_001)]}}),
        tool(properties={f"a{number}": {"type": "string"} for number in range(5_001)}),
        tool(properties={"a": nested(10)}),
        tool(properties={"a": {"type": "string", "format": "uuid"}}),
        tool(properties={"a": {"type": "object", "additionalProperties": False}}),
        tool(properties={"a": {"type": "object", "propertyNames": {"pattern": "x"}}}),
        tool(properties={"a": {"type": "string", "if": {"const": "x"}, "then": {"$ref": "#"}}}),
        tool(properties={"a": {"type": "array", "items": {"type": "string"}, "prefixItems": [{}]}}),
        tool(properties={"a": {"type": "number", "enum": [1, 1.0]}}),
        tool(properties={"a": {"type": "integer", "enum": ["x"]}}),
        tool(properties={"a": {"type": "number", "enum": [True]}}),
    ],
)
def test_what_some_client_does_not_take_is_found(faulty: Tool) -> None:
    assert tool_faults(tool(), SERVER_NAME) == []
    assert tool_faults(faulty, SERVER_NAME) != []


def test_too_many_tools_and_two_of_one_name_are_found() -> None:
    assert toolset_faults([tool(name=f"tool_{number}") for number in range(80)], SERVER_NAME) == []
    assert toolset_faults([tool(name=f"tool_{number}") for number in range(81)], SERVER_NAME) != []
    assert toolset_faults([tool(), tool()], SERVER_NAME) != []
