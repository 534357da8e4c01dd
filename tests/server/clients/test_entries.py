"""What each client's file says: which command, and where the key is, never the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from vapi_sessions_mcp.clients.entries import KEY_INPUT, KeySource, client_entry, key_variable
from vapi_sessions_mcp.clients.launch import Launch

LAUNCH = Launch("C:\\Program Files\\x.exe", ("--region", "eu"))
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
class TestEachClient:
    def test_takes_the_key_from_where_it_can(self, client: str, env: dict[str, str]) -> None:
        assert client_entry(client, LAUNCH, KEY).server["env"] == env

    def test_starts_the_command_with_its_arguments(self, client: str, env: dict[str, str]) -> None:
        assert env
        server = client_entry(client, LAUNCH, KEY).server
        assert (server["command"], server["args"]) == (LAUNCH.command, ["--region", "eu"])

    def test_has_no_key_where_none_is_needed(self, client: str, env: dict[str, str]) -> None:
        assert env
        entry = client_entry(client, LAUNCH, None)
        assert "env" not in entry.server
        assert entry.document("servers") == {"servers": {"vapi-sessions": entry.server}}


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
def test_the_variable_is_the_one_that_the_user_has(environment: dict[str, str], variable: str) -> None:
    assert key_variable(environment) == variable
