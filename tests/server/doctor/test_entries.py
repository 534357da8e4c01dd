"""The clients' files: entries that start this server, malformed ones, and filled placeholders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vapi_sessions_mcp.clients.client_files import ClientFile
from vapi_sessions_mcp.doctor.entries import Configured, Entry, configured
from vapi_sessions_mcp.doctor.placeholders import Filled, fill

OURS = "vapi-sessions-mcp"
TOKEN = "a-token-of-another-server"


def found(folder: Path, content: object) -> Configured:
    file, missing = folder / "mcp.json", folder / "missing"
    text = content if isinstance(content, str) else json.dumps({"mcpServers": {"mine": content}})
    file.write_text(text, "utf-8")
    return configured([ClientFile("cursor", file, "mcpServers"), ClientFile("vscode", missing, "servers")])


@pytest.mark.parametrize(
    "entry",
    [
        {"command": OURS},
        {"command": f"C:\\Programs\\{OURS}.exe", "args": ["--sandbox"]},
        {"command": "uvx", "args": [f"{OURS}@1.0"]},
        {"command": "python", "args": ["-m", "vapi_sessions_mcp"]},
    ],
)
def test_entries_of_this_server_are_found(tmp_path: Path, entry: dict[str, Any]) -> None:
    (ours,) = found(tmp_path, entry).entries
    assert (ours.client, ours.name, ours.command) == ("cursor", "mine", entry["command"])
    assert ours.needs_uv == (entry["command"] == "uvx")


@pytest.mark.parametrize(
    "entry",
    [
        {"command": "npx", "args": ["other-server"], "env": {"OTHER_TOKEN": TOKEN}},
        {"url": "http://127.0.0.1/mcp", "headers": {"authorization": f"Bearer {TOKEN}"}},
        {"command": 7, "args": "none"},
        "not an entry",
    ],
)
def test_other_servers_are_not_reported(tmp_path: Path, entry: Any) -> None:
    both = found(tmp_path, json.dumps({"mcpServers": {"theirs": entry}}))
    (file,) = both.findings
    assert (both.entries, file.status, "no entries of this server" in file.found) == ((), "ok", True)
    assert "theirs" not in str(file.as_json())


@pytest.mark.parametrize(
    ("entry", "next_step"),
    [
        ({"command": OURS, "args": "--sandbox"}, "config cursor --write"),
        ({"command": "uvx", "args": [OURS, 7]}, "config cursor --write"),
        ({"command": OURS, "env": ["VAPI_API_KEY"]}, "config cursor --write"),
        ({"command": [OURS], "args": [OURS]}, "config cursor --write"),
        ({"command": "C:\tools\new.exe", "args": [OURS]}, "written twice"),
    ],
)
def test_a_malformed_entry_is_a_problem(tmp_path: Path, entry: dict[str, Any], next_step: str) -> None:
    made = found(tmp_path, entry)
    assert made.entries == ()
    assert [each.status for each in made.findings] == ["problem", "ok"]
    assert next_step in made.findings[0].next_step


@pytest.mark.parametrize(
    ("content", "next_step"),
    [
        ('{"mcpServers": {"mine": {"env": {"VAPI_API_KEY": "a-very-private-key"}}', "Correct it"),
        ('{"mcpServers": {"mine": {"command": "C:\\Users\\me\\vapi-sessions-mcp.exe"}}}', "written twice"),
        ("[]", "Correct it"),
    ],
)
def test_an_unreadable_file_is_a_problem(tmp_path: Path, content: str, next_step: str) -> None:
    (file,) = found(tmp_path, content).findings
    assert (file.name, file.status) == ("cursor", "problem")
    assert next_step in file.next_step
    assert "a-very-private-key" not in str(file.as_json())


def test_without_a_file_the_check_is_skipped(tmp_path: Path) -> None:
    (none,) = configured([ClientFile("vscode", tmp_path / "no", "servers")]).findings
    assert none.status == "skipped"


def test_numbers_in_the_environment_become_texts(tmp_path: Path) -> None:
    (ours,) = found(tmp_path, {"command": OURS, "env": {"VAPI_TIMEOUT": 9, "X": None}, "cwd": "/"}).entries
    assert (ours.variables, ours.folder) == ({"VAPI_TIMEOUT": "9"}, "/")


def filled(client: str, value: str, argument: str = "serve") -> Filled:
    return fill(
        Entry(client, "mine", "server", (argument,), {"IT": value}, "/"), {"KEY": "the-key", "EMPTY": ""}
    )


@pytest.mark.parametrize(
    ("client", "value", "made"),
    [
        ("claude-code", "Bearer ${KEY}!", "Bearer the-key!"),
        ("claude-code", "${NONE:-else}", "else"),
        ("claude-code", "${KEY:-else}", "the-key"),
        ("claude-code", "plain", "plain"),
        ("claude-desktop", "${KEY}", "${KEY}"),
        ("cursor", "${env:KEY}", "the-key"),
        ("cursor", "${env:NONE}", ""),
        ("cursor", "${KEY}", "${KEY}"),
        ("cursor", "${userHome}/x", f"{Path.home()}/x"),
        ("vscode", "${env:KEY}-${env:KEY}", "the-key-the-key"),
    ],
)
def test_placeholders_are_filled_as_the_client_does(client: str, value: str, made: str) -> None:
    found = filled(client, value)
    assert found.entry.variables == {"IT": made}
    assert (found.asked, found.missing, found.startable) == ((), (), True)


def test_values_that_only_the_client_or_its_user_knows_are_left_out() -> None:
    asked = filled("vscode", "${input:vapi-key}")
    assert (asked.entry.variables, asked.asked, asked.startable) == ({}, ("IT",), True)
    assert filled("claude-code", "${NONE}").missing == ("NONE",)
    assert not filled("vscode", "x", "${workspaceFolder}/server").startable
