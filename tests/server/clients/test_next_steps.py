"""What a person is told beside a configuration."""

from __future__ import annotations

from pathlib import Path

from vapi_sessions_mcp.clients.entries import KeySource, client_entry
from vapi_sessions_mcp.clients.launch import Launch
from vapi_sessions_mcp.clients.next_steps import (
    claude_code_command,
    inheritance_steps,
    key_steps,
    written_steps,
)
from vapi_sessions_mcp.clients.writing import Written

KEY = KeySource("VAPI_API_KEY", Path("/no/such/key"))


def test_in_the_sandbox_no_key_is_spoken_of() -> None:
    assert key_steps("claude-desktop", None, {}, "linux") == [
        "No key is needed: the built-in sandbox answers instead of the API."
    ]


def test_the_command_that_makes_the_file_is_told_until_it_is_there(tmp_path: Path) -> None:
    key = KeySource("VAPI_API_KEY", tmp_path / "key")
    assert "sh -c" in key_steps("claude-desktop", key, {}, "linux")[1]
    assert "in PowerShell" in key_steps("claude-desktop", key, {}, "win32")[0]
    key.file.write_text("secret")
    assert key_steps("claude-desktop", key, {}, "linux") == [f"The key is read from {key.file}."]


def test_a_variable_that_is_not_set_is_told() -> None:
    assert "not set in this shell" in key_steps("cursor", KEY, {}, "linux")[0]
    assert "not set" not in key_steps("cursor", KEY, {"VAPI_API_KEY": "x"}, "linux")[0]


def test_a_variable_that_names_a_file_is_told_as_such() -> None:
    key = KeySource("VAPI_API_KEY_FILE", Path("/key"))
    (told,) = key_steps("claude-code", key, {"VAPI_API_KEY_FILE": "/key"}, "linux")
    assert told == "The key is read from the file that the variable VAPI_API_KEY_FILE names."


def test_vs_code_asks_by_itself() -> None:
    assert "asks for the key" in key_steps("vscode", KEY, {}, "linux")[0]


def test_claude_code_can_add_the_server_itself() -> None:
    entry = client_entry("claude-code", Launch("/a b/x", ("--sandbox",)), KEY)
    assert claude_code_command(entry, "linux") == (
        "claude mcp add vapi-sessions --scope user --env 'VAPI_API_KEY=${VAPI_API_KEY}' -- '/a b/x' --sandbox"
    )


def test_variables_that_a_client_may_lack_are_named_without_what_they_hold() -> None:
    environment = {"HTTPS_PROXY": "http://ada:secret@proxy", "SSL_CERT_FILE": "/ca.pem"}
    (told,) = inheritance_steps(environment)
    assert "HTTPS_PROXY and SSL_CERT_FILE" in told
    assert "secret" not in told
    assert inheritance_steps({}) == []


def test_what_became_of_a_file_is_told() -> None:
    path, backup = Path("/f/mcp.json"), Path("/f/mcp.json.backup-1")
    assert "nothing was changed" in written_steps(path, Written(changed=False))[0]
    assert written_steps(path, Written(changed=True)) == ["Made /f/mcp.json."]
    assert str(backup) in written_steps(path, Written(changed=True, backup=backup))[0]
    gone = written_steps(path, Written(changed=True, backup=backup, gone=("--read-only", "VAPI_REGION")))
    assert "--read-only, VAPI_REGION" in gone[1]
    assert "remove the backup" in written_steps(path, Written(changed=True, backup=backup, held_key=True))[1]
