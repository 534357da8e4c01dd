"""A toolset from settings: the contract, the transport, and where the key may be sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from small_contract import DONE, small_document
from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.settings import Flags, Settings, resolve
from vapi_sessions_tools.errors import DocumentError, SettingsError, UnknownOutcomeError
from vapi_sessions_tools.toolset import UnknownToolError

if TYPE_CHECKING:
    from pathlib import Path

    from fake_upstream import FakeUpstream


def settings(**flags: str | bool) -> Settings:
    """Return the settings of flags alone."""
    return resolve(Flags.model_validate(flags), {"VAPI_API_KEY": "a-private-key"})


def offered(**flags: str | bool) -> list[str]:
    """Return the names of the tools that flags lead to."""
    return [tool.name for tool in assemble(settings(**flags)).tools]


async def test_calls_go_to_the_base_url_with_the_key(upstream: FakeUpstream, upstream_url: str) -> None:
    chosen = settings(base_url=upstream_url)
    toolset = assemble(chosen)
    await toolset.call("list_sessions", {}, chosen.credential)
    await toolset.aclose()
    assert upstream.requests[0].headers["authorization"] == "Bearer a-private-key"


async def test_a_sandbox_in_memory_begins_empty() -> None:
    chosen = settings(sandbox=True)
    toolset = assemble(chosen)
    assert (await toolset.call("list_sessions", {}, chosen.credential))["results"] == []
    await toolset.aclose()


async def test_a_sandbox_file_keeps_its_sessions(tmp_path: Path) -> None:
    chosen = settings(sandbox_db=str(tmp_path / "sessions.db"))
    for expected in (1, 2):
        toolset = assemble(chosen)
        await toolset.call("create_session", {"name": "kept"}, chosen.credential)
        found = await toolset.call("list_sessions", {}, chosen.credential)
        await toolset.aclose()
        assert len(found["results"]) == expected


def test_a_sandbox_file_that_cannot_be_used_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no-such-folder"):
        assemble(settings(sandbox_db=str(tmp_path / "no-such-folder" / "sessions.db")))


@pytest.mark.parametrize(
    ("flags", "names"),
    [
        ({}, ["create_session", "list_sessions", "get_session", "update_session", "delete_session"]),
        ({"read_only": True}, ["list_sessions", "get_session"]),
        ({"tools": "get_session, create_session"}, ["create_session", "get_session"]),
        ({"tools": "get_session,delete_session", "read_only": True}, ["get_session"]),
        ({"confirm": "delete_session", "read_only": True}, ["list_sessions", "get_session"]),
    ],
)
def test_the_settings_choose_the_tools(flags: dict[str, str | bool], names: list[str]) -> None:
    assert offered(**flags) == names


@pytest.mark.parametrize("flag", ["tools", "confirm"])
def test_an_unknown_tool_is_refused_at_the_start_with_the_right_name(flag: str) -> None:
    with pytest.raises(SettingsError, match="no tool 'delete_sesion'; did you mean delete_session"):
        assemble(settings(**{flag: "delete_sesion"}))


async def test_a_tool_that_is_not_offered_is_unknown_when_it_is_called() -> None:
    chosen = settings(sandbox=True, read_only=True)
    with pytest.raises(UnknownToolError):
        await assemble(chosen).call("create_session", {}, chosen.credential)


async def test_a_lost_creation_is_looked_up_where_only_creating_is_offered(
    upstream: FakeUpstream, upstream_url: str
) -> None:
    upstream.respond({"message": "lost"}, 502)
    chosen = settings(base_url=upstream_url, tools="create_session")
    toolset = assemble(chosen)
    with pytest.raises(UnknownOutcomeError):
        await toolset.call("create_session", {"name": "n"}, chosen.credential)
    await toolset.aclose()
    assert [request.method for request in upstream.requests] == ["POST", "GET"]


class TestAnotherDocument:
    @staticmethod
    def published(folder: Path, *servers: str) -> str:
        """Write a document of another API and return its path."""
        get = {"operationId": "listThings", "responses": DONE}
        document = {**small_document({"/things": {"get": get}}), "servers": [{"url": url} for url in servers]}
        (folder / "things.json").write_text(json.dumps(document))
        return str(folder / "things.json")

    def test_one_that_cannot_be_read_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(DocumentError, match=r"none\.json"):
            assemble(settings(openapi=str(tmp_path / "none.json")))

    def test_the_key_is_not_sent_to_an_address_that_only_the_document_names(self, tmp_path: Path) -> None:
        document = self.published(tmp_path, "https://elsewhere.example")
        with pytest.raises(SettingsError, match=r"https://elsewhere\.example.*--base-url"):
            assemble(settings(openapi=document))

    @pytest.mark.parametrize("flags", [{"base_url": "https://elsewhere.example"}, {"sandbox": True}])
    def test_a_document_of_another_address_is_used_if_the_flags_name_where_to_call(
        self, tmp_path: Path, flags: dict[str, str | bool]
    ) -> None:
        document = self.published(tmp_path, "https://elsewhere.example")
        assert len(offered(openapi=document, **flags)) == 1

    @pytest.mark.parametrize("servers", [(), ("https://api.vapi.ai",), ("https://api.eu.vapi.ai",)])
    def test_a_document_of_the_api_or_without_an_address_is_used(
        self, tmp_path: Path, servers: tuple[str, ...]
    ) -> None:
        assert len(offered(openapi=self.published(tmp_path, *servers))) == 1
