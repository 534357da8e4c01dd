"""Contracts ready for use: the shipped one, and any other document in its own words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.contract.loading import as_contract, load_published
from vapi_sessions_tools.errors import DocumentError, SettingsError

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


class TestOffering:
    def test_everything_is_offered_unless_told_otherwise(self, contract: Contract) -> None:
        assert contract.offering(None, read_only=False) == contract

    def test_the_named_tools_are_offered_in_the_order_of_the_contract(self, contract: Contract) -> None:
        assert offered(contract, "get_session", "create_session") == ["create_session", "get_session"]

    def test_read_only_offers_what_changes_nothing(self, contract: Contract) -> None:
        reading = contract.offering(None, read_only=True)
        assert [operation.tool for operation in reading.operations] == ["list_sessions", "get_session"]

    def test_read_only_leaves_of_the_named_tools_those_that_change_nothing(self, contract: Contract) -> None:
        assert offered(contract, "get_session", "create_session", read_only=True) == ["get_session"]

    def test_what_is_not_offered_can_still_be_looked_up(self, contract: Contract) -> None:
        creating = contract.offering(["create_session"], read_only=False)
        assert creating.operation("SessionController_findOne") is not None
        again = creating.offering(None, read_only=False)
        assert again.operation("SessionController_findOne") is not None

    def test_an_unknown_name_is_told_with_the_nearest_and_the_known(self, contract: Contract) -> None:
        words = r"no tool 'list_session'; did you mean list_sessions\? .*create_session, .*delete_session"
        with pytest.raises(SettingsError, match=words):
            contract.offering(["get_session", "list_session"], read_only=False)

    def test_a_name_like_no_other_is_told_with_the_known(self, contract: Contract) -> None:
        with pytest.raises(SettingsError, match=r"no tool 'x'; the tools are create_session, .*"):
            contract.offering(["x"], read_only=False)

    @pytest.mark.parametrize(("names", "read_only"), [([], False), (["delete_session"], True)])
    def test_offering_nothing_is_refused(
        self, contract: Contract, names: list[str], *, read_only: bool
    ) -> None:
        with pytest.raises(SettingsError, match="leaves no tool"):
            contract.offering(names, read_only=read_only)


def offered(contract: Contract, *names: str, read_only: bool = False) -> list[str]:
    """Return the tools that are left of a contract."""
    return [operation.tool for operation in contract.offering(names, read_only=read_only).operations]


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


def test_the_instructions_name_only_tools_that_are_offered(contract: Contract) -> None:
    tools = ["create_session", "list_sessions", "get_session", "update_session", "delete_session"]
    for kept in (["list_sessions"], ["get_session", "update_session"], ["create_session"]):
        said = contract.offering(kept, read_only=False).instructions
        assert {tool for tool in tools if tool in said} <= set(kept)
        assert "untrusted" in said
    assert "update_session" in contract.instructions


def test_a_published_document_of_this_api_has_the_shipped_policy_for_secrets(
    contract: Contract, tmp_path: Path
) -> None:
    for url, shipped in (("https://api.vapi.ai", True), ("https://things.example", False)):
        file = tmp_path / "published.json"
        file.write_text(json.dumps({**document(), "servers": [{"url": url}]}))
        assert (load_published(str(file)).secrets == contract.secrets) is shipped


def test_no_document_passes_off_a_change_as_reading(tmp_path: Path) -> None:
    lying = {"x-hints": {"read_only": True}}
    file = tmp_path / "published.json"
    file.write_text(json.dumps(document(**lying)))
    published = load_published(str(file))
    assert published.operations[0].hints.read_only
    with pytest.raises(SettingsError, match="none of them only reads"):
        published.offering(None, read_only=True)
