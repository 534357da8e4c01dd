"""Existing files of a skill's folder are overwritten only with force, and other files stay."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.skill.folder import write_skill

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {"SKILL.md": "# One\n", "references/a.md": "# A\n", "references/b.md": "# B\n"}
WITHOUT_B = {"SKILL.md": "# Two\n", "references/a.md": "# A\n"}


def files(folder: Path) -> dict[str, str]:
    """Return the title of each file."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8").split("\n")[0] for path in paths}


def write(folder: Path, texts: dict[str, str] = TEXTS, *, force: bool = False) -> int:
    return write_skill(folder, texts, program="program", force=force)


def test_folders_and_files_are_created_with_a_mark(tmp_path: Path) -> None:
    assert write(tmp_path / "new" / "skill") == 3
    assert files(tmp_path / "new" / "skill") == {place: text.strip() for place, text in TEXTS.items()}
    text = (tmp_path / "new" / "skill" / "SKILL.md").read_bytes()
    assert text.startswith(b"# One\n\n<!-- Written by program;")


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_an_unchanged_skill_is_written_again_without_force(tmp_path: Path, newline: bytes) -> None:
    write(tmp_path)
    path = tmp_path / "SKILL.md"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"\n", newline))
    assert write(tmp_path) == 3
    assert path.read_bytes() == before


def test_force_overwrites_and_removes_own_files_and_keeps_others(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "references" / "ours.md").write_text("ours", "utf-8")
    (tmp_path / "notes.txt").write_text("notes", "utf-8")
    write(tmp_path, WITHOUT_B, force=True)
    assert files(tmp_path) == {
        "SKILL.md": "# Two",
        "references/a.md": "# A",
        "references/ours.md": "ours",
        "notes.txt": "notes",
    }


def test_without_force_a_file_of_another_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "references").mkdir()
    (tmp_path / "references" / "b.md").write_text("# My own\n", "utf-8")
    with pytest.raises(SettingsError, match=r"b\.md exists; add --force to overwrite it, or name another"):
        write(tmp_path)
    assert files(tmp_path) == {"references/b.md": "# My own"}


@pytest.mark.parametrize(
    ("texts", "name"),
    [({**TEXTS, "SKILL.md": "# Two\n"}, "SKILL"), ({"SKILL.md": "# One\n", "references/a.md": "# A\n"}, "b")],
    ids=["changed", "removed"],
)
def test_without_force_an_own_file_is_neither_changed_nor_removed(
    tmp_path: Path, texts: dict[str, str], name: str
) -> None:
    write(tmp_path)
    before = files(tmp_path)
    with pytest.raises(SettingsError, match=rf"{name}\.md exists; add --force"):
        write(tmp_path, texts)
    assert files(tmp_path) == before


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_dangling_link_is_an_existing_file(tmp_path: Path) -> None:
    (tmp_path / "SKILL.md").symlink_to(tmp_path / "nowhere")
    with pytest.raises(SettingsError, match=r"SKILL\.md exists; add --force"):
        write(tmp_path)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(SettingsError, match=r"file.* cannot be written: .*; name a folder"):
        write(tmp_path / place)
