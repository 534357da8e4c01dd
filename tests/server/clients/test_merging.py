"""A client's file with the server in it: what it says besides stays, and what is no such file is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vapi_sessions_mcp.clients.client_files import ClientFile
from vapi_sessions_mcp.clients.entries import KEY_INPUT, ClientEntry
from vapi_sessions_mcp.clients.jsonc import parse
from vapi_sessions_mcp.clients.merging import merged
from vapi_sessions_tools.errors import SettingsError

CURSOR = ClientFile("cursor", Path("/home/ada/.cursor/mcp.json"), "mcpServers")
VSCODE = ClientFile("vscode", Path("/home/ada/mcp.json"), "servers")
ENTRY = ClientEntry(
    {
        "type": "stdio",
        "command": "/new",
        "args": ["--read-only"],
        "env": {"VAPI_API_KEY": "${env:VAPI_API_KEY}"},
    }
)
WITH_INPUT = ClientEntry({"command": "/new", "args": []}, [KEY_INPUT])


def entry_after(old: Any, entry: ClientEntry = ENTRY) -> dict[str, Any]:
    text = json.dumps({"mcpServers": {"vapi-sessions": old}}, indent=2)
    found: dict[str, Any] = parse(merged(text, entry, CURSOR).text).value["mcpServers"]["vapi-sessions"]
    return found


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_blank_file_is_made_of_the_entry_alone(text: str) -> None:
    made = merged(text, ENTRY, CURSOR).text
    assert json.loads(made) == {"mcpServers": {"vapi-sessions": ENTRY.server}}
    assert made.endswith("}\n")


def test_everything_else_in_a_file_stays_as_it_is_to_the_byte() -> None:
    before = (
        "// my servers\r\n{\r\n\t\"theme\" : 'kept' ,\r\n".replace("'", '"')
        + '\t"mcpServers": {\r\n\t\t"other": {"command":"x", "args":[ ]}, // not ours\r\n\t},\r\n}\r\n'
    )
    after = merged(before, ENTRY, CURSOR).text
    start = after.index('\r\n\t\t"vapi-sessions"')
    end = after.index("\r\n\t},\r\n}")
    assert after[:start] + after[end:] == before
    assert parse(after).value["mcpServers"]["vapi-sessions"] == ENTRY.server


def test_merging_twice_is_merging_once() -> None:
    once = merged('{"mcpServers": {"other": {}}}', ENTRY, CURSOR).text
    assert merged(once, ENTRY, CURSOR).text == once


class TestAnEntryThatIsThere:
    def test_gets_the_new_command_and_arguments(self) -> None:
        assert entry_after({"command": "/old", "args": ["--sandbox"], "type": "stdio"}) == ENTRY.server

    def test_keeps_what_the_user_added_and_its_order(self) -> None:
        found = entry_after({"disabled": True, "command": "/old", "autoApprove": ["get_session"]})
        assert list(found) == ["disabled", "command", "autoApprove", "type", "args", "env"]
        assert (found["disabled"], found["autoApprove"]) == (True, ["get_session"])

    def test_keeps_other_variables_and_gives_up_the_programs_own(self) -> None:
        env = {"HTTPS_PROXY": "http://proxy", "VAPI_SANDBOX": "true", "VAPI_API_KEY": "secret"}
        assert entry_after({"command": "/old", "env": env})["env"] == {
            "HTTPS_PROXY": "http://proxy",
            "VAPI_API_KEY": "${env:VAPI_API_KEY}",
        }

    def test_that_was_a_server_elsewhere_is_no_longer(self) -> None:
        assert entry_after({"type": "http", "url": "http://x/mcp", "headers": {"A": "b"}}) == ENTRY.server

    @pytest.mark.parametrize("old", [None, [], "text", {"env": 1}])
    def test_of_another_shape_is_replaced(self, old: Any) -> None:
        assert entry_after(old) == ENTRY.server

    def test_needs_no_env_in_the_sandbox(self) -> None:
        sandbox = ClientEntry({"command": "/new", "args": ["--sandbox"]})
        assert entry_after(ENTRY.server, sandbox) == sandbox.server

    def test_keeps_its_comments_where_nothing_is_taken_away(self) -> None:
        text = '{"mcpServers": {"vapi-sessions": {\n  "command": "/old", // mine\n  "args": [] }}}'
        assert '"/new", // mine' in merged(text, ENTRY, CURSOR).text

    def test_tells_that_the_headers_of_a_server_elsewhere_may_have_held_it(self) -> None:
        text = json.dumps({"mcpServers": {"vapi-sessions": {"headers": {"Authorization": "Bearer x"}}}})
        assert merged(text, ENTRY, CURSOR).held_key

    @pytest.mark.parametrize(
        ("old", "gone"),
        [
            ({"args": ["--sandbox", "--region", "eu"]}, ("--sandbox", "--region")),
            ({"args": ["-m", "vapi_sessions_mcp", "--tools=get_session"]}, ("--tools",)),
            ({"args": ["--from", "/a", "vapi-sessions-mcp"]}, ()),
            ({"env": {"VAPI_READ_ONLY": "1", "VAPI_API_KEY": "x", "HTTPS_PROXY": "p"}}, ("VAPI_READ_ONLY",)),
            ({"args": "--read-only", "env": []}, ()),
            ({}, ()),
        ],
    )
    def test_names_the_settings_that_it_no_longer_has(self, old: Any, gone: tuple[str, ...]) -> None:
        text = json.dumps({"mcpServers": {"vapi-sessions": old}})
        assert merged(text, ENTRY, CURSOR).gone == gone

    def test_names_none_that_are_given_anew(self) -> None:
        text = json.dumps({"mcpServers": {"vapi-sessions": {"args": ["--read-only", "--sandbox"]}}})
        anew = ClientEntry({"command": "/new", "args": ["--read-only"]})
        assert merged(text, anew, CURSOR).gone == ("--sandbox",)

    @pytest.mark.parametrize("word", ["VAPI_API_KEY=secret", "--env=VAPI_TOKEN=secret"])
    def test_tells_that_a_key_among_its_arguments_was_held(self, word: str) -> None:
        text = json.dumps({"mcpServers": {"vapi-sessions": {"args": ["-e", word]}}})
        result = merged(text, ENTRY, CURSOR)
        assert result.held_key
        assert "secret" not in result.text

    @pytest.mark.parametrize(
        ("variables", "held"),
        [
            ({"VAPI_API_KEY": "secret"}, True),
            ({"VAPI_TOKEN": "secret"}, True),
            ({"VAPI_API_KEY": "${env:VAPI_API_KEY}"}, False),
            ({"VAPI_API_KEY": ""}, False),
            ({"VAPI_API_KEY": 1}, False),
            ({"VAPI_API_KEY_FILE": "/a/file"}, False),
        ],
    )
    def test_tells_whether_it_held_the_key_itself(self, variables: dict[str, Any], held: bool) -> None:  # noqa: FBT001
        text = json.dumps({"mcpServers": {"vapi-sessions": {"env": variables}}})
        result = merged(text, ENTRY, CURSOR)
        assert result.held_key is held
        assert "secret" not in result.text


class TestWhatVsCodeAsksFor:
    def test_is_added_once(self) -> None:
        text = merged('{"servers": {}, "inputs": [{"id": "other"}]}', WITH_INPUT, VSCODE).text
        assert parse(text).value["inputs"] == [{"id": "other"}, KEY_INPUT]
        assert merged(text, WITH_INPUT, VSCODE).text == text

    def test_is_made_where_there_is_none(self) -> None:
        assert parse(merged("{}", WITH_INPUT, VSCODE).text).value["inputs"] == [KEY_INPUT]

    def test_stays_as_the_user_has_it(self) -> None:
        own = {"id": KEY_INPUT["id"], "type": "command", "command": "vault.read"}
        text = merged(json.dumps({"inputs": [own]}), WITH_INPUT, VSCODE).text
        assert parse(text).value["inputs"] == [own]

    def test_must_be_an_array(self) -> None:
        with pytest.raises(SettingsError, match=r"mcp\.json: inputs is no JSON array; correct it"):
            merged('{"inputs": {}}', WITH_INPUT, VSCODE)


@pytest.mark.parametrize("text", ["{", "[]", '{"mcpServers": 1}', '"text"'])
def test_what_is_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="correct it, or move it away"):
        merged(text, ENTRY, CURSOR)
