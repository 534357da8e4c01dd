"""Places of clients' files and of the key on each platform, and reading a client's file."""

from __future__ import annotations

import os
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from server_process import LONGEST
from vapi_sessions_mcp.clients.client_files import ClientFile, client_files, usual_file
from vapi_sessions_mcp.clients.paths import absolute
from vapi_sessions_mcp.clients.reading import read_servers
from vapi_sessions_mcp.clients.secret_file import key_file, making_command
from vapi_sessions_tools.errors import SettingsError

HOME = Path("/home/ada")
KEY = "a-very-private-key-1234"
POSIX = pytest.mark.skipif(os.name != "posix", reason="it needs a terminal, pipes or modes of POSIX")


def paths(platform: str, client: str, **environment: str) -> list[str]:
    files = client_files(platform, HOME, environment)
    return [str(file.path.relative_to(HOME)) for file in files if file.client == client]


@pytest.mark.parametrize(
    ("platform", "folder"),
    [("darwin", "Library/Application Support"), ("win32", "AppData/Roaming"), ("linux", ".config")],
)
def test_each_client_has_its_files(platform: str, folder: str) -> None:
    assert paths(platform, "vscode") == [
        f"{folder}/{code}/User/mcp.json" for code in ("Code", "Code - Insiders")
    ]
    *packaged, desktop = paths(platform, "claude-desktop")
    assert desktop == f"{folder}/Claude/claude_desktop_config.json"
    assert [path[:30] for path in packaged] == ["AppData/Local/Packages/Claude_"] * (platform == "win32")
    assert (paths(platform, "claude-code"), paths(platform, "cursor")) == (
        [".claude.json"],
        [".cursor/mcp.json"],
    )
    keys = {file.client: file.servers_key for file in client_files(platform, HOME, {})}
    assert [client for client, key in keys.items() if key == "servers"] == ["vscode"]


@pytest.mark.parametrize(
    ("platform", "variable", "value", "client", "path"),
    [
        ("linux", "XDG_CONFIG_HOME", "/home/ada/moved", "vscode", "moved/Code/User/mcp.json"),
        ("linux", "XDG_CONFIG_HOME", "moved", "vscode", ".config/Code/User/mcp.json"),  # by the standard
        ("win32", "APPDATA", "/home/ada/moved", "vscode", "moved/Code/User/mcp.json"),
        ("darwin", "CLAUDE_CONFIG_DIR", "/home/ada/moved", "claude-code", "moved/.claude.json"),
    ],
)
def test_a_variable_moves_the_folder_of_a_client(
    platform: str, variable: str, value: str, *, client: str, path: str
) -> None:
    assert paths(platform, client, **{variable: value})[0] == path


def test_the_file_to_write_is_the_first_whose_folder_exists_or_the_ordinary_one(tmp_path: Path) -> None:
    linux, windows = client_files("linux", tmp_path, {}), client_files("win32", tmp_path, {})
    assert "Insiders" not in str(usual_file("vscode", linux).path)
    (tmp_path / ".config" / "Code - Insiders" / "User").mkdir(parents=True)
    assert "Insiders" in str(usual_file("vscode", linux).path)
    assert "Packages" not in str(usual_file("claude-desktop", windows).path)
    windows[0].path.parent.mkdir(parents=True)
    assert usual_file("claude-desktop", windows) == windows[0]


def test_a_path_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (absolute("a b/c"), absolute("~/c")) == (tmp_path / "a b" / "c", Path.home() / "c")
    with pytest.raises(SettingsError, match="~no-such-user-here/c: the folder of that user is not known"):
        absolute("~no-such-user-here/c")


@pytest.mark.parametrize(
    ("platform", "environment", "path"),
    [
        ("linux", {}, "/home/ada/.config/vapi-sessions-mcp/api-key"),
        ("darwin", {}, "/home/ada/Library/Application Support/vapi-sessions-mcp/api-key"),
        ("win32", {}, "/home/ada/AppData/Local/vapi-sessions-mcp/api-key"),
        ("linux", {"VAPI_API_KEY_FILE": "/elsewhere/key"}, "/elsewhere/key"),
        ("linux", {"VAPI_API_KEY_FILE": "key"}, str(Path("key").absolute())),
    ],
    ids=range(5),
)
def test_the_key_file_is_found(platform: str, environment: dict[str, str], path: str) -> None:
    assert key_file(platform, HOME, environment) == Path(path)


def test_on_windows_the_key_is_read_hidden_and_the_file_is_closed_to_others_first() -> None:
    command = making_command(Path("C:\\Users\\ada o'b\\api-key"), "win32")
    assert command.startswith("$file = 'C:\\Users\\ada o''b\\api-key'; $key = Read-Host -AsSecureString")
    assert command.index("icacls $file /inheritance:r") < command.index("WriteAllText($file")


def typed(file: Path, text: str) -> str:
    """Run the command that makes a key file on a terminal, and type; return what the terminal showed."""
    command = making_command(file, "linux")
    terminal, end = os.openpty()
    with subprocess.Popen(["sh", "-c", command], stdin=end, stdout=end, stderr=end) as process:
        os.close(end)
        shown = b""
        while b"key: " not in shown:
            shown += os.read(terminal, 1024)
        os.write(terminal, text.encode())
        with suppress(OSError):  # how a terminal says that it ended
            while data := os.read(terminal, 1024):
                shown += data
        process.wait(LONGEST)
    os.close(terminal)
    return shown.decode() + command


@POSIX
@pytest.mark.parametrize("exists", [False, True])
def test_the_shell_command_writes_the_typed_key_privately(tmp_path: Path, *, exists: bool) -> None:
    file = tmp_path / "it's new" / "api-key"
    if exists:
        file.parent.mkdir(0o700)
        file.write_text("old")
        file.chmod(0o644)
        typed(file, "\n")
        assert file.read_text() == "old"
    assert KEY not in typed(file, f"{KEY}\n")
    assert file.read_text() == f"{KEY}\n"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent)] == [0o600, 0o700]


@pytest.fixture
def file(tmp_path: Path) -> ClientFile:
    return ClientFile("vscode", tmp_path / "mcp.json", "servers")


@pytest.mark.parametrize(
    ("content", "servers"),
    [
        (b'// mine\r\n{"servers": {"one": {"command": "x",},},}\r\n', {"one": {"command": "x"}}),
        (b'\xef\xbb\xbf{"servers": {"one": {"command": "x"}}}', {"one": {"command": "x"}}),
        *((content, {}) for content in (b" \n", b"{}", b'{"inputs": []}', b'{"servers": {}}')),
    ],
    ids=range(6),
)
def test_servers_are_read_by_name(file: ClientFile, content: bytes, servers: dict[str, object]) -> None:
    assert read_servers(file) == {}
    file.path.write_bytes(content)
    assert read_servers(file) == servers


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{\n"servers" {}}', "is no JSON, line 2, column 11: expected a colon"),
        (b"\n[]", "line 2: expected a JSON object"),
        (b'{\n\n"servers": []}', "line 3: servers is no JSON object"),
        (b'{\n"\xff"}', "line 2: no UTF-8"),
    ],
    ids=range(4),
)
def test_another_form_is_refused_with_its_line(file: ClientFile, content: bytes, words: str) -> None:
    file.path.write_bytes(content)
    with pytest.raises(SettingsError, match="correct it, or move it away") as refused:
        read_servers(file)
    assert str(file.path) in str(refused.value)
    assert words in str(refused.value)


@pytest.mark.parametrize("kind", ["folder", pytest.param("pipe", marks=POSIX)])
def test_a_folder_or_a_pipe_is_refused_and_not_waited_for(file: ClientFile, kind: str) -> None:
    os.mkfifo(file.path) if kind == "pipe" else file.path.mkdir()
    with pytest.raises(SettingsError, match="expected an ordinary file"):
        read_servers(file)


def test_an_unreadable_place_is_refused(file: ClientFile) -> None:
    file.path.write_text("")
    with pytest.raises(SettingsError, match="cannot be read: Not a directory"):
        read_servers(ClientFile("cursor", file.path / "mcp.json", "mcpServers"))
