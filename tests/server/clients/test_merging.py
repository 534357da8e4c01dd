"""The server in a client's file: everything else stays, and a file of another form is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vapi_sessions_mcp.clients.client_files import ClientFile
from vapi_sessions_mcp.clients.entries import KEY_INPUT, ClientEntry
from vapi_sessions_mcp.clients.jsonc import parse
from vapi_sessions_mcp.clients.merging import Merged, merged
from vapi_sessions_tools.errors import SettingsError

CURSOR = ClientFile("cursor", Path("/home/ada/.cursor/mcp.json"), "mcpServers")
VSCODE = ClientFile("vscode", Path("/home/ada/mcp.json"), "servers")
ENV = {"VAPI_API_KEY": "${env:VAPI_API_KEY}"}
ENTRY = ClientEntry({"type": "stdio", "command": "/new", "args": ["--read-only"], "env": ENV})
WITH_INPUT = ClientEntry({"command": "/new", "args": []}, [KEY_INPUT])


def over(old: Any, entry: ClientEntry = ENTRY) -> Merged:
    return merged(json.dumps({"mcpServers": {"vapi-sessions": old}}, indent=2), entry, CURSOR)


def entry_after(old: Any, entry: ClientEntry = ENTRY) -> dict[str, Any]:
    found: dict[str, Any] = parse(over(old, entry).text).value["mcpServers"]["vapi-sessions"]
    return found


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_blank_file_gets_the_entry_alone(text: str) -> None:
    made = merged(text, ENTRY, CURSOR).text
    assert json.loads(made) == {"mcpServers": {"vapi-sessions": ENTRY.server}}
    assert made.endswith("}\n")


def test_everything_else_in_a_file_stays_as_it_is_and_merging_again_changes_nothing() -> None:
    before = (
        '// my servers\r\n{\r\n\t"theme" : "kept" ,\r\n'
        '\t"mcpServers": {\r\n\t\t"other": {"command":"x", "args":[ ]}, // not ours\r\n\t},\r\n}\r\n'
    )
    after = merged(before, ENTRY, CURSOR).text
    start = after.index('\r\n\t\t"vapi-sessions"')
    end = after.index("\r\n\t},\r\n}")
    assert after[:start] + after[end:] == before
    assert parse(after).value["mcpServers"]["vapi-sessions"] == ENTRY.server
    assert merged(after, ENTRY, CURSOR).text == after


@pytest.mark.parametrize(
    "old",
    [
        {"command": "/old", "args": ["--sandbox"], "type": "stdio"},
        {"type": "http", "url": "http://x/mcp", "headers": {"A": "b"}},
        *(None, [], "text", {"env": 1}),
    ],
)
def test_an_old_entry_gets_the_new_command_and_arguments(old: Any) -> None:
    assert entry_after(old) == ENTRY.server


def test_additions_of_the_user_are_kept_in_their_order() -> None:
    env = {"HTTPS_PROXY": "http://proxy", "VAPI_SANDBOX": "true", "VAPI_API_KEY": "secret"}
    found = entry_after({"disabled": True, "command": "/old", "autoApprove": ["get_session"], "env": env})
    assert list(found) == ["disabled", "command", "autoApprove", "env", "type", "args"]
    assert found["env"] == {"HTTPS_PROXY": "http://proxy", **ENV}
    text = '{"mcpServers": {"vapi-sessions": {\n  "command": "/old", // mine\n  "args": [] }}}'
    assert '"/new", // mine' in merged(text, ENTRY, CURSOR).text
    sandbox = ClientEntry({"command": "/new", "args": ["--sandbox"]})
    assert entry_after(ENTRY.server, sandbox) == sandbox.server


@pytest.mark.parametrize(
    ("old", "gone"),
    [
        ({"args": ["--read-only", "--sandbox", "--region", "eu"]}, ("--sandbox", "--region")),
        ({"args": ["-m", "vapi_sessions_mcp", "--tools=get_session"]}, ("--tools",)),
        ({"args": ["--from", "/a", "vapi-sessions-mcp"]}, ()),
        ({"env": {"VAPI_REGION": "eu", "VAPI_API_KEY": "x", "HTTPS_PROXY": "p"}}, ("VAPI_REGION",)),
        ({"args": "--sandbox", "env": []}, ()),
        ({}, ()),
    ],
)
def test_settings_that_are_lost_are_reported(old: Any, gone: tuple[str, ...]) -> None:
    assert over(old).gone == gone


@pytest.mark.parametrize(
    ("old", "held"),
    [
        ({"env": {"VAPI_API_KEY": "secret"}}, True),
        ({"env": {"VAPI_TOKEN": "secret"}}, True),
        ({"args": ["-e", "VAPI_API_KEY=secret"]}, True),
        ({"args": ["-e", "--env=VAPI_TOKEN=secret"]}, True),
        ({"headers": {"Authorization": "Bearer secret"}}, True),
        ({"env": ENV}, False),
        ({"env": {"VAPI_API_KEY": ""}}, False),
        ({"env": {"VAPI_API_KEY": 1}}, False),
        ({"env": {"VAPI_API_KEY_FILE": "/a/file"}}, False),
    ],
)
def test_a_key_in_the_old_entry_is_reported_and_removed(old: Any, *, held: bool) -> None:
    result = over(old)
    assert (result.held_key, "secret" in result.text) == (held, False)


def test_the_input_of_vs_code_is_added_once_and_one_of_the_user_is_kept() -> None:
    text = merged('{"servers": {}, "inputs": [{"id": "other"}]}', WITH_INPUT, VSCODE).text
    assert parse(text).value["inputs"] == [{"id": "other"}, KEY_INPUT]
    assert merged(text, WITH_INPUT, VSCODE).text == text
    assert parse(merged("{}", WITH_INPUT, VSCODE).text).value["inputs"] == [KEY_INPUT]
    own = {"id": KEY_INPUT["id"], "type": "command", "command": "vault.read"}
    assert parse(merged(json.dumps({"inputs": [own]}), WITH_INPUT, VSCODE).text).value["inputs"] == [own]
    with pytest.raises(SettingsError, match=r"mcp\.json: inputs is no JSON array; correct it"):
        merged('{"inputs": {}}', WITH_INPUT, VSCODE)


@pytest.mark.parametrize("text", ["{", "[]", '{"mcpServers": 1}', '"text"'])
def test_a_file_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="correct it, or move it away"):
        merged(text, ENTRY, CURSOR)
