"""The shipped contract, contracts with fewer tools, and contracts of other documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.contract.loading import as_contract, load_published
from vapi_sessions_tools.errors import DocumentError, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from vapi_sessions_tools.contract.loading import Contract

TOOLS = ["create_session", "list_sessions", "get_session", "update_session", "delete_session"]


def document(url: str = "https://things.example", **operation: Any) -> dict[str, Any]:
    return {
        "openapi": "3.0.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": url}],
        "paths": {"/thing": {"post": {"operationId": "makeThing", "responses": {"200": {}}, **operation}}},
    }


def published(folder: Path, raw: dict[str, Any]) -> Contract:
    file = folder / "published.json"
    file.write_text(json.dumps(raw))
    return load_published(str(file))


def test_the_shipped_contract_has_its_server_and_instructions(contract: Contract) -> None:
    assert contract.server == "https://api.vapi.ai"
    assert "untrusted speech" in contract.instructions
    assert contract.left_out == {}
    assert contract.operation("SessionController_findTwo") is None
    assert contract.offering(None, read_only=False) == contract


@pytest.mark.parametrize(
    ("names", "read_only", "tools"),
    [
        (["get_session", "create_session"], False, ["create_session", "get_session"]),
        (None, True, ["list_sessions", "get_session"]),
    ],
)
def test_the_chosen_tools_are_offered_and_the_others_can_be_looked_up(
    contract: Contract, names: list[str] | None, *, read_only: bool, tools: list[str]
) -> None:
    offered = contract.offering(names, read_only=read_only)
    assert [operation.tool for operation in offered.operations] == tools
    for known in (offered, offered.offering(None, read_only=False)):
        assert known.operation("SessionController_remove") is not None


@pytest.mark.parametrize(
    ("names", "read_only", "words"),
    [
        (
            ["list_session"],
            False,
            r"'list_session'; did you mean list_sessions\? .*create_session, .*delete_",
        ),
        (["x"], False, r"no tool 'x'; the tools are create_session, .*"),
        ([], False, "leaves no tool"),
        (["delete_session"], True, "leaves no tool"),
    ],
)
def test_a_wrong_choice_of_tools_is_refused(
    contract: Contract, names: list[str], *, read_only: bool, words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        contract.offering(names, read_only=read_only)


@pytest.mark.parametrize("kept", [["list_sessions"], ["get_session", "update_session"], ["create_session"]])
def test_the_instructions_name_only_tools_that_are_offered(contract: Contract, kept: list[str]) -> None:
    words = contract.offering(kept, read_only=False).instructions
    assert "untrusted" in words
    assert not [tool for tool in TOOLS if tool in words and tool not in kept]
    assert "update_session" in contract.instructions


def test_another_document_gives_its_own_tools(tmp_path: Path) -> None:
    contract = published(tmp_path, document(summary="Make a thing"))
    assert [(op.tool, op.description) for op in contract.operations] == [("make_thing", "Make a thing")]
    assert contract.server == "https://things.example"


def test_a_document_that_gives_no_tool_is_refused_with_the_reason(tmp_path: Path) -> None:
    raw = document(requestBody={"content": {"multipart/form-data": {}}})
    with pytest.raises(DocumentError, match=r"gives no tool: POST /thing: .*multipart/form-data"):
        published(tmp_path, raw)


def test_a_malformed_policy_is_refused_with_its_place() -> None:
    policy: dict[str, Any] = {"components": {"schemas": {}}, "x-secret": {"names": 7}}
    with pytest.raises(DocumentError, match="policy is malformed at"):
        as_contract(document(parameters=[]) | policy)


@pytest.mark.parametrize(
    ("url", "is_shipped"), [("https://api.vapi.ai", True), ("https://things.example", False)]
)
def test_a_published_document_of_this_api_has_the_shipped_policy_for_secrets(
    contract: Contract, tmp_path: Path, url: str, *, is_shipped: bool
) -> None:
    assert (published(tmp_path, document(url)).secrets == contract.secrets) is is_shipped


def test_no_document_can_declare_a_change_to_be_a_read(tmp_path: Path) -> None:
    hints: dict[str, Any] = {"x-hints": {"read_only": True}}
    contract = published(tmp_path, document(**hints))
    assert contract.operations[0].hints.read_only
    with pytest.raises(SettingsError, match="none of them only reads"):
        contract.offering(None, read_only=True)
