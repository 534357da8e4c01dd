"""`tools`: what a model sees of the tools, and what it costs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.commands.tools_command import run
from vapi_sessions_mcp.cost import cost
from vapi_sessions_mcp.settings import Flags, resolve

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SANDBOX = resolve(Flags(sandbox=True), {})
FIVE = ["create_session", "list_sessions", "get_session", "update_session", "delete_session"]


def test_people_read_names_descriptions_arguments_and_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(SANDBOX, as_json=False) == 0
    told = capsys.readouterr()
    for name in FIVE:
        assert f"{name}  (" in told.out
    assert "Arguments: id*, name" in told.out
    assert told.out.splitlines()[-1].startswith("5 tools, ")
    assert told.err == ""


def test_programs_read_what_a_client_receives(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(SANDBOX, as_json=True) == 0
    tools = json.loads(capsys.readouterr().out)["tools"]
    assert [tool["name"] for tool in tools] == FIVE
    assert set(tools[0]) == {"name", "description", "inputSchema"}
    text = json.dumps(tools, ensure_ascii=False, separators=(",", ":"))
    assert sum(map(cost, assemble(SANDBOX).tools)) == len(text.encode()) - len("[]") - len(tools) + 1


def test_what_the_five_cost_is_within_the_budget() -> None:
    assert sum(map(cost, assemble(SANDBOX).tools)) <= 9_000


def test_operations_that_became_no_tool_are_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    upload = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    answers = {"200": {"description": "ok"}}
    document = {
        "openapi": "3.0.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {
            "/things": {
                "get": {"operationId": "listThings", "responses": answers},
                "post": {"operationId": "uploadThing", "requestBody": upload, "responses": answers},
            }
        },
    }
    file = tmp_path / "things.json"
    file.write_text(json.dumps(document))
    assert run(resolve(Flags(sandbox=True, openapi=str(file)), {}), as_json=True) == 0
    told = capsys.readouterr()
    assert len(json.loads(told.out)["tools"]) == 1
    assert "left out: POST /things: " in told.err
