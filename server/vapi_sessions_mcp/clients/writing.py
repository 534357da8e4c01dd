"""A client's file written anew: after a backup, at one stroke, and only if there is something to change."""

from __future__ import annotations

import codecs
import itertools
import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vapi_sessions_mcp.clients.merging import merged
from vapi_sessions_mcp.clients.reading import read_content, text_of
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from vapi_sessions_mcp.clients.client_files import ClientFile
    from vapi_sessions_mcp.clients.entries import ClientEntry

_OWNER_ALONE = 0o600


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a file.

    Args:
        changed: Whether it was written.
        backup: Where what it held before is kept; None where there was nothing.
        held_key: Whether the entry that was there held a key itself.
        gone: The settings of that entry which are no longer in it.
    """

    changed: bool
    backup: Path | None = None
    held_key: bool = False
    gone: tuple[str, ...] = ()


def write_entry(file: ClientFile, entry: ClientEntry) -> Written:
    """Put an entry into a client's file, which is made where there is none.

    Raises:
        SettingsError: The file cannot be read, understood or written; it is as it was.
    """
    before = read_content(file.path)
    mark = codecs.BOM_UTF8 if (before or b"").startswith(codecs.BOM_UTF8) else b""
    result = merged(text_of(before or b"", file.path), entry, file)
    after = mark + result.text.encode("utf-8")
    if after == before:
        return Written(changed=False)
    try:
        target = file.path.resolve()  # a link stays a link
        target.parent.mkdir(parents=True, exist_ok=True)
        backup = None if before is None else _back_up(target, before)
        replace_content(target, before, after)
    except OSError as error:
        raise SettingsError(
            f"{file.path} cannot be written: {error.strerror}; without --write the entry is printed instead"
        ) from error
    return Written(changed=True, backup=backup, held_key=result.held_key, gone=result.gone)


def _back_up(path: Path, content: bytes) -> Path:
    """Keep a file's content beside it, under the first free number, as private as the file is."""
    if not os.access(path, os.W_OK):
        raise PermissionError(13, "it is read-only", str(path))
    for number in itertools.count(1):
        backup = path.with_name(f"{path.name}.backup-{number}")
        with suppress(FileExistsError):
            descriptor = os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ALONE)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
            _like(backup, path)
            return backup
    raise AssertionError


def replace_content(path: Path, before: bytes | None, after: bytes) -> None:
    """Put new content in place of a file's, at one stroke.

    Args:
        path: The file.
        before: What it is taken to hold; None where it is taken not to be there.
        after: What it is to hold.

    Raises:
        SettingsError: Somebody else has done so meanwhile.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    made = type(path)(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(after)
            stream.flush()
            os.fsync(stream.fileno())
        if before is not None:
            _like(made, path)
        _check_unchanged(path, before)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)  # it is there only where that failed


def _check_unchanged(path: Path, before: bytes | None) -> None:
    if read_content(path) != before:
        raise SettingsError(f"{path} was changed by somebody else just now; close the client and try again")


def _like(path: Path, other: Path) -> None:
    """Give a file the mode and, where that is allowed, the owner of another."""
    status = other.stat()
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(path, status.st_uid, status.st_gid)
    path.chmod(stat.S_IMODE(status.st_mode))
