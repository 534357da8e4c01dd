"""Writes the skill's folder; existing files are changed only where the caller agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MARK = "<!-- Written by {program}; changes are lost when it is written again. -->\n"


def write_skill(folder: Path, texts: Mapping[str, str], *, program: str, force: bool = False) -> int:
    """Write the skill's files, and remove those that an earlier export wrote and this one does not.

    Args:
        folder: The skill's own folder; it is made where it is missing.
        texts: The files' texts by their places in it.
        program: What wrote them, as the last line of each says.
        force: Whether existing files are overwritten or removed.

    Returns:
        How many files were written.

    Raises:
        SettingsError: The folder cannot be written, or a file would change without `force`.
    """
    mark = _MARK.format(program=program)
    try:
        existing = (*folder.glob("*.md"), *folder.glob("references/*.md"))
        former = {path for path in existing if _text(path).endswith(mark)}
        new = {folder / place: f"{text}\n{mark}" for place, text in texts.items()}
        if not force:
            _refuse_changes(
                [path for path in sorted({*existing} & {*new} | former) if _text(path) != new.get(path)]
            )
        for path, text in new.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        for path in former - new.keys():
            path.unlink()
    except OSError as error:
        raise SettingsError(
            f"{error.filename or folder} cannot be written: {error.strerror or error}; "
            "name a folder in which folders may be made"
        ) from error
    return len(new)


def _text(path: Path) -> str:
    """Return a file's text with line feeds alone; nothing where it is not a file."""
    return path.read_bytes().decode(errors="replace").replace("\r\n", "\n") if path.is_file() else ""


def _refuse_changes(paths: list[Path]) -> None:
    """Refuse to change existing files.

    Raises:
        SettingsError: There are some.
    """
    if paths:
        raise SettingsError(f"{paths[0]} exists; add --force to overwrite it, or name another folder")
