"""Paths as a person writes them, made absolute: a client starts the server in some other folder."""

from __future__ import annotations

from pathlib import Path

from vapi_sessions_tools.errors import SettingsError


def absolute(text: str) -> Path:
    """Return the absolute path that a text means; `~` is the user's own folder.

    Raises:
        SettingsError: It is not known where that folder is.
    """
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise SettingsError(
            f"{text}: the folder of that user is not known; set HOME, or write it out"
        ) from error
