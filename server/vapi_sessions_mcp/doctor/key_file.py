"""The file that holds the key: whether it can be read, by whom, and whether it holds one line of text."""

from __future__ import annotations

import codecs
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from vapi_sessions_tools.environment_key import KEY_FILE_VARIABLE, LARGEST_KEY_FILE

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ONE_LINE_NEXT = "Write the key alone into it: one line of UTF-8."


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What is found of the file.

    Args:
        problem: Why no key can be read from it, or nothing.
        next_step: The way out of that.
        readable_by_others: Whether other users of this machine can read it.
        content: Its bytes; none where they were not read.
    """

    problem: str = ""
    next_step: str = ""
    readable_by_others: bool = False
    content: bytes = b""


def look_at_key_file(name: str) -> KeyFile:
    """Return what is found of a key file.

    Args:
        name: The path as it was given.
    """
    try:
        path = Path(name).expanduser()
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            return _unreadable(name, "it is no ordinary file")
        if state.st_size > LARGEST_KEY_FILE:
            return _unreadable(name, f"it has {state.st_size:,} bytes, which is no key")
        content = path.read_bytes()
    except (OSError, RuntimeError, ValueError) as error:
        return _unreadable(name, getattr(error, "strerror", None) or "its name is no path")
    shared = os.name == "posix" and bool(state.st_mode & (stat.S_IRGRP | stat.S_IROTH))
    return KeyFile(_content_problem(name, content), ONE_LINE_NEXT, readable_by_others=shared, content=content)


def _unreadable(name: str, reason: str) -> KeyFile:
    return KeyFile(
        f"{KEY_FILE_VARIABLE} names {name}, which cannot be read: {reason}",
        f"Put your private key into that file, or set {KEY_FILE_VARIABLE} to the file that holds it.",
    )


def _content_problem(name: str, content: bytes) -> str:
    stated = f"{KEY_FILE_VARIABLE} names {name}, which"
    if content.startswith(_WIDE_MARKS) or b"\0" in content:
        return f"{stated} is UTF-16 text, as some programs of Windows write it"
    lines = content.split()
    if not lines:
        return f"{stated} is empty"
    if len(content.strip().splitlines()) > 1:
        return f"{stated} has several lines"
    return ""
