"""Settings made a toolset: the contract, the transport, and where the key may go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.settings import Flags, Settings, resolve
from vapi_sessions_tools.errors import DocumentError, SettingsError, UnknownOutcomeError
from vapi_sessions_tools.toolset import UnknownToolError

if TYPE_CHECKING:
    from pathlib import Path

    from fake_upstream import FakeUpstream


def published(folder: Path, *servers: str) -> str:
    """Write a small document of another API and return its path."""
    document = {
        "openapi": "3.0.0",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": server} for server in servers],
        "paths": {
            "/things": {
                "get": {
                    "operationId": "listThings",
                    "responses": {"200": {"description": "ok"}},
                }
            }
        },
    }
    file = folder / "things.json"
    file.write_text(json.dumps(document))
    return str(file)


def settings(**flags: str | bool) -> Settings:
    """Return the settings that flags alone make."""
    return resolve(Flags.model_validate(flags), {"VAPI_API_KEY": "a-private-key"})


async def test_the_shipped_contract_is_used_unless_told_otherwise() -> None:
    assert [tool.name for tool in assemble(settings()).tools] == [
        "create_session",
        "list_sessions",
        "get_session",
        "update_session",
        "delete_session",
    ]


async def test_calls_go_to_the_base_url_with_the_key(upstream: FakeUpstream, upstream_url: str) -> None:
    chosen = settings(base_url=upstream_url)
    toolset = assemble(chosen)
    await toolset.call("list_sessions", {}, chosen.credential)
    await toolset.aclose()
    assert upstream.requests[0].headers["authorization"] == "Bearer a-private-key"


async def test_the_sandbox_keeps_its_sessions_in_the_file(tmp_path: Path) -> None:
    chosen = settings(sandbox_db=str(tmp_path / "sessions.db"))
    for expected in (1, 2):
        toolset = assemble(chosen)
        await toolset.call("create_session", {"name": "kept"}, chosen.credential)
        found = await toolset.call("list_sessions", {}, chosen.credential)
        await toolset.aclose()
        assert len(found["results"]) == expected


async def test_a_sandbox_file_that_cannot_be_used_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no-such-folder"):
        assemble(settings(sandbox_db=str(tmp_path / "no-such-folder" / "sessions.db")))


async def test_the_sandbox_in_memory_needs_nothing() -> None:
    chosen = settings(sandbox=True)
    toolset = assemble(chosen)
    assert (await toolset.call("list_sessions", {}, chosen.credential))["results"] == []
    await toolset.aclose()


class TestWhichToolsExist:
    @pytest.mark.parametrize(
        ("flags", "names"),
        [
            ({"read_only": True}, ["list_sessions", "get_session"]),
            ({"tools": "get_session, create_session"}, ["create_session", "get_session"]),
            ({"tools": "get_session,delete_session", "read_only": True}, ["get_session"]),
        ],
    )
    async def test_only_those_asked_for(self, flags: dict[str, str | bool], names: list[str]) -> None:
        assert [tool.name for tool in assemble(settings(**flags)).tools] == names

    async def test_a_tool_that_is_left_out_is_unknown_when_called(self) -> None:
        chosen = settings(sandbox=True, read_only=True)
        with pytest.raises(UnknownToolError):
            await assemble(chosen).call("create_session", {}, chosen.credential)

    async def test_an_unknown_name_is_refused_at_the_start(self) -> None:
        with pytest.raises(SettingsError, match="no tool 'list_session'; did you mean list_sessions"):
            assemble(settings(tools="list_session"))

    async def test_a_tool_to_ask_about_must_be_one_too(self) -> None:
        with pytest.raises(SettingsError, match="no tool 'delete_sesion'; did you mean delete_session"):
            assemble(settings(confirm="delete_sesion"))

    async def test_one_that_is_not_offered_may_be_named_all_the_same(self) -> None:
        assert len(assemble(settings(confirm="delete_session", read_only=True)).tools) == 2

    async def test_creating_alone_can_still_look_up_what_became_of_a_lost_creation(
        self, upstream: FakeUpstream, upstream_url: str
    ) -> None:
        upstream.respond({"message": "lost"}, 502)
        chosen = settings(base_url=upstream_url, tools="create_session")
        toolset = assemble(chosen)
        with pytest.raises(UnknownOutcomeError):
            await toolset.call("create_session", {"name": "n"}, chosen.credential)
        await toolset.aclose()
        assert [request.method for request in upstream.requests] == ["POST", "GET"]


class TestAnotherDocument:
    async def test_its_tools_are_offered(self, tmp_path: Path) -> None:
        toolset = assemble(settings(openapi=published(tmp_path)))
        assert len(toolset.tools) == 1

    async def test_one_that_cannot_be_read_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(DocumentError, match=r"none\.json"):
            assemble(settings(openapi=str(tmp_path / "none.json")))

    async def test_the_key_is_not_sent_to_an_address_that_only_the_document_names(
        self, tmp_path: Path
    ) -> None:
        document = published(tmp_path, "https://elsewhere.example")
        with pytest.raises(SettingsError, match=r"https://elsewhere\.example.*--base-url"):
            assemble(settings(openapi=document))

    @pytest.mark.parametrize("flags", [{"base_url": "https://elsewhere.example"}, {"sandbox": True}])
    async def test_naming_the_address_or_the_sandbox_allows_it(
        self, tmp_path: Path, flags: dict[str, str | bool]
    ) -> None:
        document = published(tmp_path, "https://elsewhere.example")
        assert assemble(settings(openapi=document, **flags)).tools

    @pytest.mark.parametrize("server", ["https://api.vapi.ai", "https://api.eu.vapi.ai"])
    async def test_a_document_of_the_api_itself_needs_no_naming(self, tmp_path: Path, server: str) -> None:
        assert assemble(settings(openapi=published(tmp_path, server))).tools
