"""`config`: what it prints for a client, and what it writes into the client's file."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from in_process import Ended, run_main
from server_process import KEY
from vapi_sessions_mcp.clients.client_files import client_files
from vapi_sessions_mcp.clients.frameworks import FRAMEWORKS
from vapi_sessions_mcp.command_line import CLIENTS

if TYPE_CHECKING:
    from collections.abc import Callable

FILED = tuple(client for client in CLIENTS if client not in FRAMEWORKS)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="HOME is where the files are")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of somebody who has no configuration yet."""
    folder = tmp_path / "the home"
    folder.mkdir()
    return folder


@pytest.fixture
def config(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Runs the command there."""
    for name in ("XDG_CONFIG_HOME", "CLAUDE_CONFIG_DIR", "HTTPS_PROXY", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments, **variables: run_main("config", *arguments, **{"HOME": str(home), **variables})


def own_file(client: str, home: Path) -> Path:
    return next(file.path for file in client_files(sys.platform, home, {}) if file.client == client)


def entry(client: str, printed: str) -> dict[str, Any]:
    """Return the entry of the server in what was printed."""
    if client in FRAMEWORKS:
        (value,) = [node.value for node in ast.parse(printed).body if isinstance(node, ast.Assign)]
        made: dict[str, Any] = ast.literal_eval(value)
    else:
        document = json.loads(printed)
        made = document["servers" if client == "vscode" else "mcpServers"]["vapi-sessions"]
    return made


@pytest.mark.parametrize("client", CLIENTS)
class TestEveryClient:
    def test_starts_this_installation_with_flags_and_restrictions(
        self, client: str, config: Callable[..., Ended]
    ) -> None:
        ended = config(client, "--sandbox", VAPI_READ_ONLY="1")
        made = entry(client, ended.out)
        assert ended.status == 0
        assert "env" not in made
        assert Path(made["command"]).is_absolute()
        assert made["args"][-2:] == ["--sandbox", "--read-only"]

    def test_is_never_given_the_key(self, client: str, config: Callable[..., Ended], home: Path) -> None:
        places = {"VAPI_API_KEY": KEY, "VAPI_TOKEN": f"{KEY}-2", "VAPI_PRIVATE_API_KEY": f"{KEY}-3"}
        printed = config(client, **places)
        assert printed.status == 0
        shown = printed.out + printed.err
        if client in FILED:
            written = config(client, "--write", **places)
            assert (written.status, written.out) == (0, "")
            shown += written.err
            assert own_file(client, home).read_text() == printed.out
        assert KEY not in shown


def test_file_of_a_project_can_be_written(config: Callable[..., Ended], tmp_path: Path, home: Path) -> None:
    file = tmp_path / "project" / ".mcp.json"
    assert str(file) in config("claude-code", "--file", str(file)).err
    assert not file.exists()
    assert config("claude-code", "--write", "--sandbox", "--file", str(file)).status == 0
    assert "vapi-sessions" in file.read_text()
    assert not own_file("claude-code", home).exists()


@pytest.mark.parametrize("flags", [["--write"], ["--file", "x.json"]])
def test_framework_has_no_file(flags: list[str], config: Callable[..., Ended]) -> None:
    ended = config("langchain", *flags)
    assert (ended.status, ended.out) == (2, "")
    assert flags[0] in ended.err


def test_command_of_claude_code_is_shown_for_its_own_file_alone(config: Callable[..., Ended]) -> None:
    assert "\n  claude mcp add vapi-sessions --scope user " in config("claude-code").err
    assert "claude mcp add" not in config("claude-code", "--file", "/x/.mcp.json").err


def test_key_that_an_entry_held_is_replaced_and_not_shown(config: Callable[..., Ended], home: Path) -> None:
    path = own_file("cursor", home)
    path.parent.mkdir()
    path.write_text(json.dumps({"mcpServers": {"vapi-sessions": {"env": {"VAPI_API_KEY": KEY}}}}))
    ended = config("cursor", "--write")
    assert KEY not in ended.out + ended.err + path.read_text()
    assert "remove the backup" in ended.err
