"""Entries of clients' files, programs for frameworks, and the steps reported beside them."""

from __future__ import annotations

import ast
import base64
import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from vapi_sessions_mcp.clients.entries import KEY_INPUT, KeySource, client_entry, key_variable
from vapi_sessions_mcp.clients.frameworks import FRAMEWORKS, framework_snippet
from vapi_sessions_mcp.clients.install_links import cursor_link, vscode_link
from vapi_sessions_mcp.clients.launch import Launch
from vapi_sessions_mcp.clients.next_steps import (
    claude_code_command,
    inheritance_steps,
    key_steps,
    written_steps,
)
from vapi_sessions_mcp.clients.writing import Written
from vapi_sessions_mcp.command_line import CLIENTS

LAUNCH = Launch('C:\\Program Files\\it\'s "here".exe', ("--tools", "a,b & ü"))
KEY = KeySource("VAPI_TOKEN", Path("/home/ada/key"))


@pytest.mark.parametrize(
    ("client", "env"),
    [
        ("claude-desktop", {"VAPI_API_KEY_FILE": "/home/ada/key"}),
        ("claude-code", {"VAPI_TOKEN": "${VAPI_TOKEN}"}),
        ("cursor", {"VAPI_TOKEN": "${env:VAPI_TOKEN}"}),
        ("vscode", {"VAPI_API_KEY": "${input:vapi-api-key}"}),
    ],
)
def test_an_entry_has_command_arguments_and_where_the_key_is(client: str, env: dict[str, str]) -> None:
    server = client_entry(client, LAUNCH, KEY).server
    assert (server["command"], server["args"], server["env"]) == (LAUNCH.command, [*LAUNCH.arguments], env)
    keyless = client_entry(client, LAUNCH, None)
    assert "env" not in keyless.server
    assert keyless.document("servers") == {"servers": {"vapi-sessions": keyless.server}}


def test_vs_code_asks_for_the_key_as_a_password() -> None:
    assert client_entry("vscode", LAUNCH, KEY).document("servers")["inputs"] == [KEY_INPUT]
    assert KEY_INPUT["password"] is True


@pytest.mark.parametrize(
    ("environment", "variable"),
    [
        ({}, "VAPI_API_KEY"),
        ({"VAPI_TOKEN": "x"}, "VAPI_TOKEN"),
        ({"VAPI_TOKEN": "x", "VAPI_API_KEY": "y"}, "VAPI_API_KEY"),
        ({"VAPI_TOKEN": "x", "VAPI_API_KEY": "${VAPI_API_KEY}"}, "VAPI_TOKEN"),
        ({"VAPI_API_KEY_FILE": "/home/ada/key"}, "VAPI_API_KEY_FILE"),
    ],
)
def test_the_variable_of_the_key_is_the_one_that_is_set(environment: dict[str, str], variable: str) -> None:
    assert key_variable(environment) == variable


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("variable", [None, "VAPI_TOKEN"])
def test_the_program_for_a_framework_is_valid_python(framework: str, variable: str | None) -> None:
    assert framework in CLIENTS
    module = ast.parse(framework_snippet(framework, LAUNCH, variable))
    (server,) = (
        node.value
        for node in module.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SERVER"
    )
    written = eval(ast.unparse(server), {"os": type("os", (), {"environ": {"VAPI_TOKEN": "secret"}})})
    expected = {"command": LAUNCH.command, "args": [*LAUNCH.arguments]}
    assert written == {**expected, **({"env": {"VAPI_TOKEN": "secret"}} if variable else {})}
    imports = [node for node in ast.walk(module) if isinstance(node, (ast.Import, ast.ImportFrom))]
    used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    assert {alias.name.split(".")[0] for node in imports for alias in node.names} <= used


def test_install_links_have_the_entry_and_what_to_ask_for() -> None:
    entry = client_entry("vscode", LAUNCH, KEY)
    link = dict(parse_qsl(urlsplit(vscode_link(entry)).query, strict_parsing=True))
    assert (link["name"], json.loads(link["config"]), json.loads(link["inputs"])) == (
        *("vapi-sessions", entry.server, [KEY_INPUT]),
    )
    assert "inputs" not in vscode_link(client_entry("vscode", LAUNCH, None))
    entry = client_entry("cursor", LAUNCH, KEY)
    link = dict(parse_qsl(urlsplit(cursor_link(entry)).query, strict_parsing=True))
    assert json.loads(base64.b64decode(link["config"], validate=True)) == entry.server


@pytest.mark.parametrize(
    ("client", "key", "environment", "words"),
    [
        ("claude-desktop", None, {}, "No key is needed"),
        ("cursor", KEY, {}, "not set in this shell"),
        ("cursor", KEY, {"VAPI_TOKEN": "x"}, "VAPI_TOKEN"),
        (
            "claude-code",
            KeySource("VAPI_API_KEY_FILE", Path("/key")),
            {"VAPI_API_KEY_FILE": "/key"},
            "is read from the file that the variable VAPI_API_KEY_FILE names",
        ),
        ("vscode", KEY, {}, "asks for the key"),
    ],
)
def test_the_step_for_the_key_is_reported(
    client: str, key: KeySource | None, environment: dict[str, str], words: str
) -> None:
    first, *_ = key_steps(client, key, environment, "linux")
    assert words in first
    assert ("not set" in first) == (client == "cursor" and not environment)


def test_the_command_that_makes_the_key_file_is_reported_until_the_file_exists(tmp_path: Path) -> None:
    key = KeySource("VAPI_API_KEY", tmp_path / "key")
    assert "sh -c" in key_steps("claude-desktop", key, {}, "linux")[1]
    assert "in PowerShell" in key_steps("claude-desktop", key, {}, "win32")[0]
    key.file.write_text("secret")
    assert key_steps("claude-desktop", key, {}, "linux") == [f"The key is read from {key.file}."]


def test_claude_code_can_add_the_server_by_a_command() -> None:
    entry = client_entry("claude-code", Launch("/a b/x", ("--sandbox",)), KEY)
    assert claude_code_command(entry, "linux") == (
        "claude mcp add vapi-sessions --scope user --env 'VAPI_TOKEN=${VAPI_TOKEN}' -- '/a b/x' --sandbox"
    )


def test_variables_that_a_client_may_lack_are_named_without_their_values() -> None:
    (step,) = inheritance_steps({"HTTPS_PROXY": "http://ada:secret@proxy", "SSL_CERT_FILE": "/ca.pem"})
    assert ("HTTPS_PROXY and SSL_CERT_FILE" in step, "secret" in step) == (True, False)
    assert inheritance_steps({}) == []


def test_what_was_written_is_reported() -> None:
    path, backup = Path("/f/mcp.json"), Path("/f/mcp.json.backup-1")
    gone = ("--read-only", "VAPI_REGION")
    assert "nothing was changed" in written_steps(path, Written(changed=False))[0]
    assert written_steps(path, Written(changed=True)) == ["Made /f/mcp.json."]
    assert len(written_steps(path, Written(changed=True, backup=backup))) == 1
    replaced, lost, held = written_steps(path, Written(changed=True, backup=backup, gone=gone, held_key=True))
    assert str(backup) in replaced
    assert {"--read-only, VAPI_REGION" in step or "remove the backup" in step for step in (lost, held)} == {
        True
    }
