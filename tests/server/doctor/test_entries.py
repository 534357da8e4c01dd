"""The clients' files: what in them starts this server, and what nobody can read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_mcp.clients.client_files import ClientFile
from vapi_sessions_mcp.doctor.entries import Configured, configured

if TYPE_CHECKING:
    from pathlib import Path


def found(folder: Path, content: str) -> Configured:
    file = folder / "mcp.json"
    file.write_text(content, "utf-8")
    return configured(
        [ClientFile("cursor", file, "mcpServers"), ClientFile("vscode", folder / "no", "servers")]
    )


def with_servers(folder: Path, **servers: Any) -> Configured:
    return found(folder, json.dumps({"mcpServers": servers}))


@pytest.mark.parametrize(
    "entry",
    [
        {"command": "vapi-sessions-mcp"},
        {"command": "/opt/bin/vapi-sessions-mcp", "args": ["--sandbox"]},
        {"command": "C:\\Programs\\vapi-sessions-mcp.exe"},
        {"command": "uvx", "args": ["vapi-sessions-mcp@1.0"]},
        {"command": "python", "args": ["-m", "vapi_sessions_mcp"]},
    ],
)
def test_ours_are_known_by_command_or_arguments(tmp_path: Path, entry: dict[str, Any]) -> None:
    (ours,) = with_servers(tmp_path, mine=entry).entries
    assert (ours.client, ours.name, ours.command) == ("cursor", "mine", entry["command"])
    assert ours.needs_uv == (entry["command"] == "uvx")


@pytest.mark.parametrize(
    "entry",
    [
        {"command": "npx", "args": ["other-server"], "env": {"OTHER_TOKEN": "a-token-of-another-server"}},
        {"url": "http://127.0.0.1/mcp", "headers": {"authorization": "Bearer a-token-of-another-server"}},
        {"command": 7, "args": "none"},
        "no entry",
    ],
)
def test_of_others_nothing_is_told(tmp_path: Path, entry: Any) -> None:
    both = with_servers(tmp_path, theirs=entry)
    assert both.entries == ()
    (file,) = both.findings
    assert file.status == "ok"
    assert "no entries of this server" in file.found
    assert "theirs" not in str(file.as_json())


@pytest.mark.parametrize(
    "entry",
    [
        {"command": "vapi-sessions-mcp", "args": "--sandbox"},
        {"command": "uvx", "args": ["vapi-sessions-mcp", 7]},
        {"command": "vapi-sessions-mcp", "env": ["VAPI_API_KEY"]},
        {"command": ["vapi-sessions-mcp"], "args": ["vapi-sessions-mcp"]},
    ],
)
def test_a_malformed_one_is_a_problem(tmp_path: Path, entry: dict[str, Any]) -> None:
    made = with_servers(tmp_path, mine=entry)
    assert made.entries == ()
    assert [each.status for each in made.findings] == ["problem", "ok"]


def test_backslashes_that_became_tabs_are_explained(tmp_path: Path) -> None:
    made = with_servers(tmp_path, mine={"command": "C:\tools\new.exe", "args": ["vapi-sessions-mcp"]})
    assert made.findings[0].status == "problem"
    assert "written twice" in made.findings[0].next_step


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"mcpServers": ', "Correct it"),
        ('{"mcpServers": {"mine": {"command": "C:\\Users\\me\\vapi-sessions-mcp.exe"}}}', "written twice"),
        ("[]", "Correct it"),
    ],
)
def test_a_file_that_no_client_can_read_is_a_problem(tmp_path: Path, content: str, words: str) -> None:
    (file,) = found(tmp_path, content).findings
    assert (file.name, file.status) == ("cursor", "problem")
    assert words in file.next_step


def test_a_file_is_told_of_by_its_place_and_not_by_what_it_holds(tmp_path: Path) -> None:
    (file,) = found(
        tmp_path, '{"mcpServers": {"mine": {"env": {"VAPI_API_KEY": "a-very-private-key"}}'
    ).findings
    assert "a-very-private-key" not in str(file.as_json())


def test_no_file_is_one_line(tmp_path: Path) -> None:
    (none,) = configured([ClientFile("vscode", tmp_path / "no", "servers")]).findings
    assert none.status == "skipped"


def test_numbers_in_the_environment_are_texts_and_what_is_neither_is_left_out(tmp_path: Path) -> None:
    entry = {"command": "vapi-sessions-mcp", "env": {"VAPI_TIMEOUT": 9, "X": None}, "cwd": "/"}
    (ours,) = with_servers(tmp_path, mine=entry).entries
    assert (ours.variables, ours.folder) == ({"VAPI_TIMEOUT": "9"}, "/")
