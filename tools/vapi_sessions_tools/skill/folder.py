"""The skill's folder: written anew each time, and never over what somebody else wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MARK = "<!-- Written by {program}; changes are lost when it is written again. -->\n"


def write_skill(folder: Path, texts: Mapping[str, str], *, program: str) -> int:
    """Write the skill's files, and remove those of its files that are no longer among them.

    Args:
        folder: The skill's own folder; it is made where it is missing.
        texts: The files' texts by their places in it.
        program: What wrote them, as the last line of each says.

    Returns:
        How many files were written.

    Raises:
        SettingsError: The folder cannot be written, or a file in it is somebody else's.
    """
    mark = _MARK.format(program=program)
    try:
        written = (*folder.glob("*.md"), *folder.glob("references/*.md"))
        former = {path for path in written if _is_marked(path, mark)}
        new = {folder / place: f"{text}\n{mark}" for place, text in texts.items()}
        _refuse_foreign([path for path in new if path.exists() and path not in former], program)
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


def _is_marked(path: Path, mark: str) -> bool:
    return path.is_file() and path.read_bytes().replace(b"\r\n", b"\n").endswith(mark.encode())


def _refuse_foreign(paths: list[Path], program: str) -> None:
    """Refuse to write over files without the mark.

    Raises:
        SettingsError: There are some.
    """
    if paths:
        raise SettingsError(
            f"{paths[0]} is there, and {program} did not write it; move it away, or name another folder"
        )
