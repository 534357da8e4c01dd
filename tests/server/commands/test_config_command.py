"""`config` as a person runs it: what is printed starts the server, and what is written loses nothing."""

from __future__ import annotations

import ast
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from server_process import LONGEST, environment, run_program
from vapi_sessions_mcp.clients.client_files import client_files
from vapi_sessions_mcp.clients.entries import KEY_INPUT
from vapi_sessions_mcp.clients.frameworks import FRAMEWORKS
from vapi_sessions_mcp.command_line import CLIENTS

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "a-very-private-key-1234"
FILED = tuple(client for client in CLIENTS if client not in FRAMEWORKS)
SERVERS_KEY = {"vscode": "servers"}
READING = ["list_sessions", "get_session"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="HOME is where the files are")


@dataclass(frozen=True)
class Ran:
    """What a run of the program came to."""

    status: int
    out: str
    err: str

    @property
    def server(self) -> dict[str, Any]:
        """The entry of the server in what was printed."""
        document: dict[str, Any] = json.loads(self.out)
        held: dict[str, Any] = document.get("mcpServers") or document["servers"]
        entry: dict[str, Any] = held["vapi-sessions"]
        return entry


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "the home"


@pytest.fixture
def config(home: Path) -> Callable[..., Ran]:
    home.mkdir()
    moving = ("XDG_CONFIG_HOME", "CLAUDE_CONFIG_DIR", "HTTPS_PROXY", "SSL_CERT_FILE")

    def run(*arguments: str, **variables: str) -> Ran:
        env = {name: value for name, value in environment().items() if name not in moving}
        ran = run_program("config", *arguments, env={**env, "HOME": str(home), **variables})
        return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())

    return run


def own_file(client: str, home: Path) -> Path:
    return next(file.path for file in client_files(sys.platform, home, {}) if file.client == client)


def program_server(program: str) -> dict[str, Any]:
    tree = ast.parse(program)
    (value,) = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    server: dict[str, Any] = ast.literal_eval(value)
    return server


async def offered(server: dict[str, Any]) -> list[str]:
    """Start a server as a client does that was given an entry, and return the names of its tools."""
    parameters = StdioServerParameters(
        command=server["command"], args=server["args"], env=environment(**server.get("env", {})), cwd="/"
    )
    with tempfile.TemporaryFile("w") as log, anyio.fail_after(LONGEST):
        async with Client(stdio_client(parameters, errlog=log)) as client:
            return [tool.name for tool in (await client.list_tools()).tools]


@pytest.mark.parametrize("client", CLIENTS)
class TestEveryClient:
    async def test_starts_the_server_with_what_is_printed(
        self, client: str, config: Callable[..., Ran]
    ) -> None:
        ran = config(client, "--sandbox", "--read-only")
        server = program_server(ran.out) if client in FRAMEWORKS else ran.server
        assert ran.status == 0
        assert "env" not in server
        assert Path(server["command"]).is_absolute()
        assert sorted(await offered(server)) == sorted(READING)

    def test_is_never_given_the_key(self, client: str, config: Callable[..., Ran], home: Path) -> None:
        places = {"VAPI_API_KEY": KEY, "VAPI_TOKEN": f"{KEY}-2", "VAPI_PRIVATE_API_KEY": f"{KEY}-3"}
        ran = config(client, **places)
        told = ran.out + ran.err
        if client in FILED:
            written = config(client, "--write", **places)
            told += written.out + written.err + own_file(client, home).read_text()
        assert ran.status == 0
        assert KEY not in told

    def test_is_not_configured_with_a_wrong_setting(self, client: str, config: Callable[..., Ran]) -> None:
        ran = config(client, "--region", "uk")
        assert (ran.status, ran.out) == (2, "")
        assert "region (--region, VAPI_REGION) is 'uk'; expected us or eu" in ran.err


def test_restrictions_of_this_shell_are_in_the_entry(config: Callable[..., Ran]) -> None:
    ran = config("cursor", "--sandbox", VAPI_TOOLS="list_sessions", VAPI_CONFIRM="list_sessions")
    assert ran.server["args"][-5:] == ["--sandbox", "--tools", "list_sessions", "--confirm", "list_sessions"]
    widened = config("cursor", "--tools", "delete_session", VAPI_TOOLS="list_sessions")
    assert (widened.status, widened.out) == (2, "")
    assert "--tools names delete_session, but VAPI_TOOLS allows only list_sessions" in widened.err


@pytest.mark.parametrize("client", FILED)
class TestEveryClientWithAFile:
    def test_finds_there_what_would_be_printed(
        self, client: str, config: Callable[..., Ran], home: Path
    ) -> None:
        printed, written = config(client, "--region", "eu"), config(client, "--region", "eu", "--write")
        assert (written.status, written.out) == (0, "")
        assert own_file(client, home).read_text() == printed.out
        assert f"Made {own_file(client, home)}." in written.err

    def test_keeps_its_other_servers_and_comments(
        self, client: str, config: Callable[..., Ran], home: Path
    ) -> None:
        path = own_file(client, home)
        path.parent.mkdir(parents=True, exist_ok=True)
        key = SERVERS_KEY.get(client, "mcpServers")
        before = f'{{\n\t"{key}": {{ "mine": {{"command":"x"}}, }}, // mine\n\t"other":[1,2]\n}}'
        path.write_text(before)
        assert config(client, "--write", "--sandbox").status == 0
        after = path.read_text()
        assert '{ "mine": {"command":"x"}, ' in after
        assert '}, // mine\n\t"other":[1,2]' in after
        assert path.with_name(f"{path.name}.backup-1").read_text() == before
        again = config(client, "--write", "--sandbox")
        assert "nothing was changed" in again.err
        assert len(list(path.parent.glob("*.backup-*"))) == 1

    def test_is_told_of_a_file_that_is_no_json(
        self, client: str, config: Callable[..., Ran], home: Path
    ) -> None:
        path = own_file(client, home)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{\n  "a": 1\n  "b": 2\n}')
        ran = config(client, "--write")
        assert (ran.status, ran.out) == (2, "")
        assert f"{path} is no JSON, line 3, column 3: expected a comma or }}; correct it" in ran.err

    def test_can_be_given_the_file_of_a_project(
        self, client: str, config: Callable[..., Ran], tmp_path: Path, home: Path
    ) -> None:
        file = tmp_path / "project" / ".mcp.json"
        assert config(client, "--write", "--sandbox", "--file", str(file)).status == 0
        assert "vapi-sessions" in file.read_text()
        assert not own_file(client, home).exists()
        assert f"This belongs into {file}; --write" in config(client, "--file", str(file)).err


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("flags", [["--write"], ["--file", "x.json"]])
def test_a_framework_has_no_file(framework: str, flags: list[str], config: Callable[..., Ran]) -> None:
    ran = config(framework, *flags)
    assert (ran.status, ran.out) == (2, "")
    assert f"{framework} keeps no configuration that {flags[0]} could mean" in ran.err


def test_claude_desktop_reads_the_key_from_the_file_that_is_named(config: Callable[..., Ran]) -> None:
    ran = config("claude-desktop", VAPI_API_KEY_FILE="/elsewhere/the key")
    assert ran.server["env"] == {"VAPI_API_KEY_FILE": "/elsewhere/the key"}


def test_claude_desktop_is_told_how_to_make_that_file(config: Callable[..., Ran], home: Path) -> None:
    ran = config("claude-desktop")
    assert ran.server["env"]["VAPI_API_KEY_FILE"].startswith(str(home))
    assert "asks for the key and makes it:\n  sh -c " in ran.err


def test_vs_code_asks_for_the_key(config: Callable[..., Ran]) -> None:
    assert json.loads(config("vscode").out)["inputs"] == [KEY_INPUT]
    assert "inputs" not in json.loads(config("vscode", "--sandbox").out)


def test_claude_code_can_add_the_server_itself(config: Callable[..., Ran]) -> None:
    assert "\n  claude mcp add vapi-sessions --scope user " in config("claude-code").err
    assert "claude mcp add" not in config("claude-code", "--file", "/x/.mcp.json").err


def test_a_key_that_an_entry_held_is_replaced_and_not_shown(config: Callable[..., Ran], home: Path) -> None:
    path = own_file("cursor", home)
    path.parent.mkdir()
    path.write_text(json.dumps({"mcpServers": {"vapi-sessions": {"env": {"VAPI_API_KEY": KEY}}}}))
    ran = config("cursor", "--write")
    assert KEY not in ran.out + ran.err + path.read_text()
    assert "The entry held the key itself: remove the backup" in ran.err
