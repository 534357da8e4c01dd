"""Existing files of the skill's folder are overwritten with force alone, and other files stay."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.skill.folder import write_skill

TEXTS = {"SKILL.md": "# One\n", "references/a.md": "# A\n", "references/b.md": "# B\n"}


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def write(folder: Path, texts: dict[str, str] = TEXTS, *, force: bool = False) -> int:
    return write_skill(folder, texts, program="program", force=force)


def test_folders_are_made_and_files_written(tmp_path: Path) -> None:
    assert write(tmp_path / "new" / "skill") == 3
    assert files(tmp_path / "new" / "skill") == TEXTS.keys()
    assert (
        (tmp_path / "new" / "skill" / "SKILL.md")
        .read_bytes()
        .startswith(b"# One\n\n<!-- Written by program;")
    )


def test_the_same_texts_make_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    write(tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in files(tmp_path)} == before


def test_what_it_wrote_before_and_no_longer_has_is_removed(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, {"SKILL.md": "# Two\n", "references/a.md": "# A\n"}, force=True)
    assert files(tmp_path) == {"SKILL.md", "references/a.md"}
    assert (tmp_path / "SKILL.md").read_text(encoding="utf-8").startswith("# Two\n")


def test_files_of_other_names_stay(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "references" / "ours.md").write_text("ours", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("notes", encoding="utf-8")
    write(tmp_path, {"SKILL.md": "# Two\n"}, force=True)
    assert files(tmp_path) == {"SKILL.md", "references/ours.md", "notes.txt"}


def test_without_force_no_file_is_overwritten_and_nothing_else_is_written(tmp_path: Path) -> None:
    (tmp_path / "references").mkdir()
    (tmp_path / "references" / "b.md").write_text("# My own\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"b\.md exists; add --force to overwrite it, or name another"):
        write(tmp_path)
    assert files(tmp_path) == {"references/b.md"}
    assert (tmp_path / "references" / "b.md").read_text(encoding="utf-8") == "# My own\n"
    assert write(tmp_path, force=True) == 3
    assert (tmp_path / "references" / "b.md").read_text(encoding="utf-8").startswith("# B\n")


def test_without_force_its_own_files_are_not_changed_either(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(SettingsError, match=r"SKILL\.md exists; add --force"):
        write(tmp_path, {**TEXTS, "SKILL.md": "# Two\n"})
    assert (tmp_path / "SKILL.md").read_text(encoding="utf-8").startswith("# One\n")


def test_without_force_a_file_that_is_no_longer_made_is_not_removed(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(SettingsError, match=r"b\.md exists; add --force"):
        write(tmp_path, {"SKILL.md": "# One\n", "references/a.md": "# A\n"})
    assert files(tmp_path) == TEXTS.keys()


def test_a_link_is_an_existing_file_even_where_it_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "SKILL.md").symlink_to(tmp_path / "nowhere")
    with pytest.raises(SettingsError, match=r"SKILL\.md exists; add --force"):
        write(tmp_path)
    assert not (tmp_path / "nowhere").exists()


def test_line_endings_that_a_repository_changed_make_no_stranger(tmp_path: Path) -> None:
    write(tmp_path)
    path = tmp_path / "SKILL.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert write(tmp_path) == 3


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"file.* cannot be written: .*; name a folder in which folders"):
        write(tmp_path / place)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder where not even root can write")
def test_a_folder_that_cannot_be_written_is_told() -> None:
    with pytest.raises(SettingsError, match=r"/proc/vapi-sessions.* cannot be written: "):
        write(Path("/proc/vapi-sessions"))
