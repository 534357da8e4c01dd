"""Where clients keep their servers, on each platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from vapi_sessions_mcp.clients.client_files import client_files, usual_file

HOME = Path("/home/ada")
CLIENTS = ("claude-desktop", "claude-code", "cursor", "vscode")


def paths(platform: str, client: str, **environment: str) -> list[str]:
    files = client_files(platform, HOME, environment)
    return [str(file.path.relative_to(HOME)) for file in files if file.client == client]


@pytest.mark.parametrize(
    ("platform", "folder"),
    [("darwin", "Library/Application Support"), ("win32", "AppData/Roaming"), ("linux", ".config")],
)
class TestEachPlatform:
    def test_vs_code_and_its_insiders_keep_them_with_the_users_settings(
        self, platform: str, folder: str
    ) -> None:
        assert paths(platform, "vscode") == [
            f"{folder}/Code/User/mcp.json",
            f"{folder}/Code - Insiders/User/mcp.json",
        ]

    def test_claude_desktop_keeps_them_among_the_applications_data(self, platform: str, folder: str) -> None:
        assert paths(platform, "claude-desktop")[-1] == f"{folder}/Claude/claude_desktop_config.json"

    def test_claude_code_and_cursor_keep_them_in_the_users_folder(self, platform: str, folder: str) -> None:
        assert folder
        assert paths(platform, "claude-code") == [".claude.json"]
        assert paths(platform, "cursor") == [".cursor/mcp.json"]


def test_on_windows_the_packaged_claude_desktop_has_a_folder_of_its_own_which_comes_first() -> None:
    packaged, _ = paths("win32", "claude-desktop")
    assert packaged.startswith("AppData/Local/Packages/Claude_")


@pytest.mark.parametrize(
    ("platform", "variable", "client", "path"),
    [
        ("linux", "XDG_CONFIG_HOME", "vscode", "moved/Code/User/mcp.json"),
        ("win32", "APPDATA", "vscode", "moved/Code/User/mcp.json"),
        ("darwin", "CLAUDE_CONFIG_DIR", "claude-code", "moved/.claude.json"),
    ],
)
def test_a_variable_moves_a_clients_folder(platform: str, variable: str, client: str, path: str) -> None:
    assert paths(platform, client, **{variable: str(HOME / "moved")})[0] == path


def test_a_relative_folder_for_configuration_is_ignored_as_the_standard_says() -> None:
    assert paths("linux", "vscode", XDG_CONFIG_HOME="moved")[0] == ".config/Code/User/mcp.json"


def test_each_client_is_there_and_only_vs_code_calls_its_servers_servers() -> None:
    files = client_files("linux", HOME, {})
    assert {file.client for file in files} == set(CLIENTS)
    assert {file.client for file in files if file.servers_key == "servers"} == {"vscode"}


class TestTheFileToWrite:
    def test_is_the_first_whose_folder_is_there(self, tmp_path: Path) -> None:
        files = client_files("linux", tmp_path, {})
        (tmp_path / ".config" / "Code - Insiders" / "User").mkdir(parents=True)
        assert "Insiders" in str(usual_file("vscode", files).path)

    @pytest.mark.parametrize("client", ["vscode", "claude-desktop"])
    def test_is_the_ordinary_one_where_nothing_is_there(self, tmp_path: Path, client: str) -> None:
        chosen = str(usual_file(client, client_files("win32", tmp_path, {})).path)
        assert "Packages" not in chosen
        assert "Insiders" not in chosen

    def test_is_the_packages_where_claude_desktop_is_a_package(self, tmp_path: Path) -> None:
        files = client_files("win32", tmp_path, {})
        files[0].path.parent.mkdir(parents=True)
        assert usual_file("claude-desktop", files) == files[0]
