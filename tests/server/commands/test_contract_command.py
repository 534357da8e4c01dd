"""`contract`: published documents made facts or a contract, and compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_mcp.commands.contract_command import build, diff
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path


def published(file: Path, longest: int, *paths: str) -> str:
    """Write a document with these paths, whose one schema has this limit, and return its name."""
    thing: dict[str, Any] = {
        "type": "object",
        "description": "prose",
        "properties": {"name": {"type": "string", "maxLength": longest}},
    }
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    operation = {"requestBody": body, "responses": {"201": {"description": "ok"}}}
    document = {
        "openapi": "3.0.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {path: {"post": {"operationId": f"make{path}", **operation}} for path in paths},
        "components": {"schemas": {"Thing": thing}},
    }
    file.write_text(json.dumps(document))
    return str(file)


def test_facts_are_the_union_without_prose(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = published(tmp_path / "old.json", 40, "/a")
    new = published(tmp_path / "new.json", 80, "/a", "/b")
    target = tmp_path / "facts.json"
    assert build([old, new], str(target), overlay=None, only=[]) == 0
    facts = json.loads(target.read_text())
    assert set(facts["paths"]) == {"/a", "/b"}
    assert facts["components"]["schemas"]["Thing"]["properties"]["name"]["maxLength"] == 80
    assert "prose" not in target.read_text()
    assert capsys.readouterr().out == f"{target}: 2 operations, 1 schemas\n"


def test_only_some_paths_are_kept(tmp_path: Path) -> None:
    target = tmp_path / "facts.json"
    build([published(tmp_path / "x.json", 40, "/a", "/b")], str(target), overlay=None, only=["/b"])
    assert set(json.loads(target.read_text())["paths"]) == {"/b"}


def test_with_an_overlay_the_contract_is_built(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    actions = [{"target": "$.info", "update": {"x-word": "ours"}}]
    overlay.write_text(
        json.dumps({"overlay": "1.0.0", "info": {"title": "o", "version": "1"}, "actions": actions})
    )
    target = tmp_path / "contract.json"
    assert build([published(tmp_path / "x.json", 40, "/a")], str(target), overlay=str(overlay), only=[]) == 0
    assert json.loads(target.read_text())["info"]["x-word"] == "ours"


def test_an_output_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    source = published(tmp_path / "x.json", 40, "/a")
    with pytest.raises(SettingsError, match=r"no-folder.* cannot be written"):
        build([source], str(tmp_path / "no-folder" / "out.json"), overlay=None, only=[])


def test_changes_are_printed_one_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = published(tmp_path / "old.json", 40, "/a")
    new = published(tmp_path / "new.json", 80, "/a", "/b")
    assert diff(old, new, only=[]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("/b" in line for line in lines)
    assert any("40" in line and "80" in line for line in lines)


def test_the_same_has_no_differences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = published(tmp_path / "x.json", 40, "/a")
    assert diff(same, same, only=["/a"]) == 0
    assert capsys.readouterr().out == "no differences\n"
