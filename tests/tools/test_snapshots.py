"""Each tool's schema in a file of its own: what a model is shown changes on purpose, or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.engine.input_schema import input_schema

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
TOOLS = ("create_session", "list_sessions", "get_session", "update_session", "delete_session")


def shown(contract: Contract, tool: str) -> str:
    operation = next(operation for operation in contract.operations if operation.tool == tool)
    offered = {
        "name": operation.tool,
        "title": operation.title,
        "description": operation.description,
        "inputSchema": input_schema(operation, contract.shapes),
        "annotations": operation.hints.model_dump(),
    }
    return json.dumps(offered, ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_is_shown_as_its_snapshot_says(contract: Contract, tool: str) -> None:
    path = SNAPSHOTS / f"{tool}.json"
    now = shown(contract, tool)
    if os.environ.get("REFRESH_SNAPSHOTS"):
        path.write_text(now, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == now, f"{tool} changed; `make snapshots` accepts the change"


def test_there_is_a_snapshot_for_each_tool_and_no_other(contract: Contract) -> None:
    assert tuple(operation.tool for operation in contract.operations) == TOOLS
    assert {path.stem for path in SNAPSHOTS.glob("*.json")} == set(TOOLS)
