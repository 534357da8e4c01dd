"""Writing a client's file: with a backup, at one stroke, and with everything else about the file kept."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.clients.client_files import ClientFile
from vapi_sessions_mcp.clients.entries import ClientEntry
from vapi_sessions_mcp.clients.writing import replace_content, write_entry
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = ClientEntry({"command": "/new", "args": []})
OTHER = ClientEntry({"command": "/other", "args": []})
BEFORE = b'{"mcpServers": {"other": {}}}\n'


@pytest.fixture
def file(tmp_path: Path) -> ClientFile:
    return ClientFile("cursor", tmp_path / "client" / "mcp.json", "mcpServers")


@pytest.fixture
def present(file: ClientFile) -> ClientFile:
    file.path.parent.mkdir()
    file.path.write_bytes(BEFORE)
    return file


def names(file: ClientFile) -> list[str]:
    return sorted(path.name for path in file.path.parent.iterdir())


class TestAFileThatIsNotThere:
    def test_is_made_with_its_folder_for_its_owner_alone(self, file: ClientFile) -> None:
        written = write_entry(file, ENTRY)
        assert (written.changed, written.backup) == (True, None)
        assert json.loads(file.path.read_bytes()) == {"mcpServers": {"vapi-sessions": ENTRY.server}}
        assert names(file) == ["mcp.json"]
        if os.name == "posix":
            assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


class TestAFileThatIsThere:
    def test_is_kept_beside_itself_as_it_was(self, present: ClientFile) -> None:
        written = write_entry(present, ENTRY)
        assert written.backup is not None
        assert written.backup.read_bytes() == BEFORE
        assert names(present) == ["mcp.json", written.backup.name]

    def test_loses_no_older_backup(self, present: ClientFile) -> None:
        first, second = write_entry(present, ENTRY).backup, write_entry(present, OTHER).backup
        assert first is not None
        assert second is not None
        assert first.read_bytes() == BEFORE
        assert second.read_bytes() != BEFORE

    def test_is_left_alone_where_there_is_nothing_to_change(self, present: ClientFile) -> None:
        write_entry(present, ENTRY)
        before, there = present.path.stat(), names(present)
        assert not write_entry(present, ENTRY).changed
        assert (present.path.stat().st_mtime_ns, names(present)) == (before.st_mtime_ns, there)

    def test_keeps_the_mark_at_its_beginning_and_its_line_ends(self, present: ClientFile) -> None:
        present.path.write_bytes(b'\xef\xbb\xbf{\r\n  "mcpServers": {}\r\n}\r\n')
        write_entry(present, ENTRY)
        content = present.path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf{\r\n")
        assert content.count(b"\n") == content.count(b"\r\n") > 3

    @pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
    @pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
    def test_keeps_its_mode_and_so_does_the_backup(self, present: ClientFile, mode: int) -> None:
        present.path.chmod(mode)
        backup = write_entry(present, ENTRY).backup
        assert backup is not None
        assert {stat.S_IMODE(path.stat().st_mode) for path in (present.path, backup)} == {mode}

    def test_that_is_a_link_stays_one(self, present: ClientFile, tmp_path: Path) -> None:
        link = ClientFile("cursor", tmp_path / "link.json", "mcpServers")
        link.path.symlink_to(present.path)
        write_entry(link, ENTRY)
        assert link.path.is_symlink()
        assert "vapi-sessions" in present.path.read_text()

    def test_that_is_a_link_to_nothing_makes_what_it_names(self, file: ClientFile, tmp_path: Path) -> None:
        link = ClientFile("cursor", tmp_path / "link.json", "mcpServers")
        link.path.symlink_to(file.path)
        write_entry(link, ENTRY)
        assert link.path.is_symlink()
        assert file.path.is_file()

    @pytest.mark.parametrize("content", [b'{"mcpServers": ', b"[]", b'{"mcpServers": []}', b"\xff"])
    def test_that_is_no_such_file_stays_as_it_is(self, present: ClientFile, content: bytes) -> None:
        present.path.write_bytes(content)
        with pytest.raises(SettingsError, match="correct it, or move it away"):
            write_entry(present, ENTRY)
        assert present.path.read_bytes() == content
        assert names(present) == ["mcp.json"]


class TestWhatCannotBeWritten:
    @pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
    @pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everything")
    def test_is_refused_where_the_file_is_read_only(self, present: ClientFile) -> None:
        present.path.chmod(0o400)
        with pytest.raises(SettingsError, match="cannot be written: it is read-only; without --write"):
            write_entry(present, ENTRY)
        assert present.path.read_bytes() == BEFORE

    @pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="a folder in which nobody can make one")  # noqa: PTH112
    def test_is_refused_where_the_folder_cannot_be_made(self, tmp_path: Path) -> None:
        path = type(tmp_path)("/proc/self/no-such-folder/mcp.json")
        with pytest.raises(
            SettingsError, match=r"cannot be written: .*; without --write the entry is printed"
        ):
            write_entry(ClientFile("cursor", path, "mcpServers"), ENTRY)

    def test_leaves_nothing_behind_where_the_file_changed_meanwhile(self, present: ClientFile) -> None:
        """A client that writes its own file is not overwritten: the second look finds what it wrote."""
        with pytest.raises(SettingsError, match="was changed by somebody else just now"):
            replace_content(present.path, b"what was read", b"what is to be written")
        assert present.path.read_bytes() == BEFORE
        assert names(present) == ["mcp.json"]
