"""Facts are built from published documents, and the contract from facts and an overlay."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.contract.building import build_contract, build_facts, contract_text
from vapi_sessions_tools.errors import OverlayError, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

THING: dict[str, Any] = {"get": {"operationId": "list", "summary": "prose", "responses": {"200": {}}}}


@pytest.fixture
def sources(tmp_path: Path) -> list[str]:
    """The files of two states of a document."""
    files = [tmp_path / "old.json", tmp_path / "new.json"]
    for version, (file, path) in enumerate(zip(files, ("/thing", "/other"), strict=True), start=1):
        info = {"title": "T", "version": str(version)}
        file.write_text(json.dumps({"openapi": "3.0.0", "info": info, "paths": {path: THING}}))
    return [str(file) for file in files]


def test_two_states_become_their_union_without_prose(sources: list[str], tmp_path: Path) -> None:
    facts = build_facts(sources)
    assert set(facts["paths"]) == {"/thing", "/other"}
    assert facts["info"] == {"version": "2"}
    assert "prose" not in contract_text(facts)
    file = tmp_path / "facts.json"
    file.write_text(contract_text(facts))
    assert build_facts([str(file)]) == facts
    assert set(build_facts([str(file)], only=["/other"])["paths"]) == {"/other"}


def test_an_overlay_that_is_missing_or_does_not_fit_is_refused(sources: list[str], tmp_path: Path) -> None:
    facts = build_facts(sources)
    with pytest.raises(SettingsError, match="cannot be read"):
        build_contract(facts, tmp_path / "none.yaml")
    overlay = tmp_path / "overlay.json"
    actions: list[dict[str, Any]] = [{"target": "$.paths['/gone']", "update": {}}]
    overlay.write_text(json.dumps({"overlay": "1.0.0", "actions": actions}))
    with pytest.raises(OverlayError, match="selects nothing"):
        build_contract(facts, overlay)
