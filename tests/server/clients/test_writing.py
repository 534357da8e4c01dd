"""Writing a client's file: with a backup, atomically, and with everything else about the file kept."""

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
POSIX = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


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


def test_a_missing_file_is_created_with_its_folder_for_its_owner_alone(file: ClientFile) -> None:
    written = write_entry(file, ENTRY)
    assert (written.changed, written.backup, names(file)) == (True, None, ["mcp.json"])
    assert json.loads(file.path.read_bytes()) == {"mcpServers": {"vapi-sessions": ENTRY.server}}
    assert os.name != "posix" or stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_every_change_has_its_own_backup(present: ClientFile) -> None:
    backups = [write_entry(present, entry).backup for entry in (ENTRY, OTHER)]
    contents = [backup.read_bytes() for backup in backups if backup is not None]
    assert (contents[0], len(set(contents))) == (BEFORE, 2)
    assert names(present) == sorted(["mcp.json", *(backup.name for backup in backups if backup is not None)])


def test_a_file_without_changes_is_not_written(present: ClientFile) -> None:
    write_entry(present, ENTRY)
    before, there = present.path.stat(), names(present)
    assert not write_entry(present, ENTRY).changed
    assert (present.path.stat().st_mtime_ns, names(present)) == (before.st_mtime_ns, there)


def test_byte_order_mark_and_line_ends_are_kept(present: ClientFile) -> None:
    present.path.write_bytes(b'\xef\xbb\xbf{\r\n  "mcpServers": {}\r\n}\r\n')
    write_entry(present, ENTRY)
    content = present.path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf{\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") > 3


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_the_file_and_its_backup_keep_the_mode(present: ClientFile, mode: int) -> None:
    present.path.chmod(mode)
    backup = write_entry(present, ENTRY).backup
    assert backup is not None
    assert {stat.S_IMODE(path.stat().st_mode) for path in (present.path, backup)} == {mode}


@POSIX
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_a_link(file: ClientFile, tmp_path: Path, *, exists: bool) -> None:
    if exists:
        file.path.parent.mkdir()
        file.path.write_bytes(BEFORE)
    link = ClientFile("cursor", tmp_path / "link.json", "mcpServers")
    link.path.symlink_to(file.path)
    write_entry(link, ENTRY)
    assert link.path.is_symlink()
    assert "vapi-sessions" in file.path.read_text()


@pytest.mark.parametrize("content", [b'{"mcpServers": ', b"[]", b"\xff"], ids=range(3))
def test_a_file_of_another_form_is_not_changed(present: ClientFile, content: bytes) -> None:
    present.path.write_bytes(content)
    with pytest.raises(SettingsError, match="correct it, or move it away"):
        write_entry(present, ENTRY)
    assert (present.path.read_bytes(), names(present)) == (content, ["mcp.json"])


def test_a_read_only_file_is_not_changed(present: ClientFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_, **__: False)  # root may write everything
    with pytest.raises(SettingsError, match="cannot be written: it is read-only; without --write"):
        write_entry(present, ENTRY)
    assert present.path.read_bytes() == BEFORE


def test_an_error_of_the_folder_is_reported(file: ClientFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    with pytest.raises(SettingsError, match="cannot be written: Permission denied; without --write"):
        write_entry(file, ENTRY)


def test_a_file_that_a_client_changed_meanwhile_is_not_overwritten(present: ClientFile) -> None:
    with pytest.raises(SettingsError, match="was changed by somebody else just now"):
        replace_content(present.path, b"what was read", b"what is to be written")
    assert (present.path.read_bytes(), names(present)) == (BEFORE, ["mcp.json"])
