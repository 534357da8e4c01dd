"""Commands run to their end, each bounded in time, each failure told with the way out."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from release.stopped import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LONGEST = 300.0
"""Seconds for a command: packages may be fetched in it."""
_SHOWN = 2000


def run(
    command: Sequence[str | Path],
    way_out: str,
    *,
    folder: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run a command and return what it wrote to its standard output.

    Args:
        command: The program and its arguments.
        way_out: What to do when it fails.
        folder: The one it runs in, the present one when left out.
        env: Its environment, the present one when left out.

    Raises:
        Stopped: It failed, or did not end in time.
    """
    words = [str(word) for word in command]
    told = " ".join(words)
    try:
        ended = subprocess.run(
            words, cwd=folder, env=env, capture_output=True, encoding="utf-8", timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        raise Stopped(f"`{told}` did not end within {LONGEST:g} s", way_out) from None
    except OSError as error:
        raise Stopped(f"`{told}` could not be started: {error.strerror}", way_out) from None
    if ended.returncode:
        said = f"{ended.stdout}\n{ended.stderr}".strip()[-_SHOWN:]
        raise Stopped(f"`{told}` failed:\n{said}", way_out)
    return ended.stdout
