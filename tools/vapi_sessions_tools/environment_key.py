"""The key that a process's environment gives: in a variable, or in a file that one names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.guidance import UNEXPANDED_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_VARIABLES = ("VAPI_API_KEY", "VAPI_TOKEN", "VAPI_PRIVATE_API_KEY")
"""Hold the key, the first before the others."""

KEY_FILE_VARIABLE = "VAPI_API_KEY_FILE"
"""Names a file that holds it, where no variable does."""

LARGEST_KEY_FILE = 65_536
"""Bytes: no key has as many, and what has no end is not read to it."""

_UNFILLED = re.compile(r"\A\$\{[^}]*\}\Z")
_QUOTED = re.compile(r"\A(['\"])(.*)\1\Z", re.DOTALL)
_BEARER = re.compile(r"\ABearer(\s+|\Z)")


def is_unfilled(text: str) -> bool:
    """Whether a setting's text is a placeholder such as `${KEY}` that nobody filled in."""
    return _UNFILLED.match(text.strip()) is not None


def given(text: str | None) -> str | None:
    """Return a setting's text, or None where nothing was given."""
    if text is None or not text.strip() or is_unfilled(text):
        return None
    return text.strip()


def find_key(environment: Mapping[str, str]) -> Credential | MissingKey:
    """Return the key that the environment gives, or what it has in its place."""
    instead = MissingKey()
    for name in KEY_VARIABLES:
        text = environment.get(name, "")
        if not (key := _bare(text)):
            continue
        if not _is_unexpanded(key):
            return _credential(text, name)
        if not instead.note:
            instead = _unexpanded(text, name)
    path = given(environment.get(KEY_FILE_VARIABLE))
    return instead if path is None else _key_of_file(path)


def _key_of_file(path: str) -> Credential | MissingKey:
    try:
        text = _text_of(Path(path).expanduser())
    except (OSError, RuntimeError, ValueError) as error:
        return MissingKey(f"{KEY_FILE_VARIABLE} names {path}, which cannot be read: {_reason(error)}.")
    if _is_unexpanded(_bare(text)):
        return _unexpanded(text, KEY_FILE_VARIABLE)
    return _credential(text, KEY_FILE_VARIABLE)


def _text_of(path: Path) -> str:
    """Read a file, which may be a pipe, and may begin with the mark that some editors write.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no text, or too long for a key.
    """
    with path.open("rb") as file:
        content = file.read(LARGEST_KEY_FILE + 1)
    if len(content) > LARGEST_KEY_FILE:
        raise ValueError(f"it has more than {LARGEST_KEY_FILE:,} bytes, which is no key")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is no text in UTF-8") from None


def _bare(text: str) -> str:
    """Return a key's text without the word that it is sent with, and the quotes that some shells leave on."""
    return _BEARER.sub("", _QUOTED.sub(r"\2", text.strip()))


def _is_unexpanded(key: str) -> bool:
    """Whether a key's text is what a client or a shell should have put a value for, closed or not."""
    return key.startswith("$")


def _unexpanded(text: str, name: str) -> MissingKey:
    return MissingKey(UNEXPANDED_KEY.format(name=name, text=text.strip()[:60]))


def _credential(text: str, name: str) -> Credential | MissingKey:
    try:
        return Credential(_bare(text))
    except ValueError as error:
        return MissingKey(f"{name} holds no API key: {error}.")


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
