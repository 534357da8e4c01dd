"""Contracts built: published documents made facts, facts and overlay made the contract."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.contract.building import build_contract, build_facts, contract_text
from vapi_sessions_tools.errors import OverlayError, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

THING: dict[str, Any] = {"get": {"operationId": "list", "summary": "prose", "responses": {"200": {}}}}


def state(version: str, *paths: str) -> dict[str, Any]:
    info = {"title": "T", "version": version}
    return {"openapi": "3.0.0", "info": info, "paths": dict.fromkeys(paths, THING)}


OLD, NEW, BOTH = state("1", "/thing"), state("2", "/other"), state("3", "/thing", "/other")


def written(folder: Path, name: str, content: object) -> str:
    path = folder / name
    path.write_text(json.dumps(content))
    return str(path)


def test_two_states_become_their_union_without_prose(tmp_path: Path) -> None:
    facts = build_facts([written(tmp_path, "old.json", OLD), written(tmp_path, "new.json", NEW)])
    assert set(facts["paths"]) == {"/thing", "/other"}
    assert facts["info"] == {"version": "2"}
    assert "prose" not in contract_text(facts)


def test_facts_may_be_a_source_themselves(tmp_path: Path) -> None:
    facts = build_facts([written(tmp_path, "old.json", OLD)])
    assert build_facts([written(tmp_path, "facts.json", facts)]) == facts


def test_only_the_paths_that_are_asked_for_are_kept(tmp_path: Path) -> None:
    source = written(tmp_path, "both.json", BOTH)
    assert set(build_facts([source], only=["/other"])["paths"]) == {"/other"}


def test_an_overlay_that_is_not_there_or_does_not_fit_is_told(tmp_path: Path) -> None:
    facts = build_facts([written(tmp_path, "old.json", OLD)])
    with pytest.raises(SettingsError, match="cannot be read"):
        build_contract(facts, tmp_path / "none.yaml")
    overlay: dict[str, Any] = {"overlay": "1.0.0", "actions": [{"target": "$.paths['/gone']", "update": {}}]}
    with pytest.raises(OverlayError, match="selects nothing"):
        build_contract(facts, tmp_path / written(tmp_path, "overlay.json", overlay))
