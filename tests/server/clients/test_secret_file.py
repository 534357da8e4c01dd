"""The file that holds the key: where it is, and the command that makes it without the key in any history."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from server_process import LONGEST
from vapi_sessions_mcp.clients.secret_file import key_file, making_command

HOME = Path("/home/ada")
KEY = "a-very-private-key-1234"


@pytest.mark.parametrize(
    ("platform", "path"),
    [
        ("linux", "/home/ada/.config/vapi-sessions-mcp/api-key"),
        ("darwin", "/home/ada/Library/Application Support/vapi-sessions-mcp/api-key"),
        ("win32", "/home/ada/AppData/Local/vapi-sessions-mcp/api-key"),
    ],
)
def test_it_is_in_a_folder_of_the_users(platform: str, path: str) -> None:
    assert key_file(platform, HOME, {}) == Path(path)


def test_it_is_the_one_that_is_named_already() -> None:
    assert key_file("linux", HOME, {"VAPI_API_KEY_FILE": "/elsewhere/key"}) == Path("/elsewhere/key")
    assert key_file("linux", HOME, {"VAPI_API_KEY_FILE": "key"}).is_absolute()


def test_on_windows_the_key_is_asked_for_without_being_shown_and_nobody_else_may_read_it() -> None:
    command = making_command(Path("C:\\Users\\ada o'b\\api-key"), "win32")
    assert command.startswith("$file = 'C:\\Users\\ada o''b\\api-key'; $key = Read-Host -AsSecureString")
    assert command.index("icacls $file /inheritance:r") < command.index("WriteAllText($file")


def typed(command: str, text: bytes) -> bytes:
    """Run a command on a terminal, type when asked, and return what the terminal showed."""
    terminal, end = os.openpty()
    with subprocess.Popen(["sh", "-c", command], stdin=end, stdout=end, stderr=end) as process:
        os.close(end)
        shown = b""
        while b"key: " not in shown:
            shown += os.read(terminal, 1024)
        os.write(terminal, text)
        with suppress(OSError):  # how a terminal says that it ended
            while data := os.read(terminal, 1024):
                shown += data
        process.wait(LONGEST)
    os.close(terminal)
    return shown


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of POSIX")
class TestOnPosix:
    def test_the_key_is_asked_for_and_written_for_its_owner_alone(self, tmp_path: Path) -> None:
        file = tmp_path / "it's new" / "api-key"
        command = making_command(file, "linux")
        shown = typed(command, f"{KEY}\n".encode())
        assert file.read_text() == f"{KEY}\n"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert KEY not in shown.decode() + command

    def test_a_file_that_others_could_read_is_closed_to_them(self, tmp_path: Path) -> None:
        file = tmp_path / "api-key"
        file.write_text("old")
        file.chmod(0o644)
        typed(making_command(file, "linux"), f"{KEY}\n".encode())
        assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == (f"{KEY}\n", 0o600)

    def test_nothing_typed_writes_nothing(self, tmp_path: Path) -> None:
        file = tmp_path / "api-key"
        file.write_text("old")
        typed(making_command(file, "linux"), b"\n")
        assert file.read_text() == "old"
