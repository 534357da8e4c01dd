"""Contracts ready for use: the shipped one, and any other document in its own words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.contract.loading import as_contract, load_published
from vapi_sessions_tools.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

    from vapi_sessions_tools.contract.loading import Contract


def document(**operation: Any) -> dict[str, Any]:
    return {
        "openapi": "3.0.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://things.example"}],
        "paths": {"/thing": {"post": {"operationId": "makeThing", "responses": {"200": {}}, **operation}}},
    }


def test_the_shipped_contract_knows_its_server_and_its_words(contract: Contract) -> None:
    assert contract.server == "https://api.vapi.ai"
    assert "untrusted speech" in contract.instructions
    assert contract.left_out == {}
    assert contract.operation("SessionController_findOne") is not None
    assert contract.operation("SessionController_findTwo") is None


def test_another_document_speaks_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "things.json"
    path.write_text(json.dumps(document(summary="Make a thing")))
    contract = load_published(str(path))
    assert [(op.tool, op.description) for op in contract.operations] == [("make_thing", "Make a thing")]
    assert contract.server == "https://things.example"


def test_a_document_that_gives_no_tool_says_why(tmp_path: Path) -> None:
    path = tmp_path / "upload.json"
    path.write_text(json.dumps(document(requestBody={"content": {"multipart/form-data": {}}})))
    with pytest.raises(DocumentError, match=r"gives no tool: POST /thing: .*multipart/form-data"):
        load_published(str(path))


def test_a_malformed_policy_names_its_place() -> None:
    policy: dict[str, Any] = {"components": {"schemas": {}}, "x-secret": {"names": 7}}
    raw = document(parameters=[]) | policy
    with pytest.raises(DocumentError, match="policy is malformed at"):
        as_contract(raw)
