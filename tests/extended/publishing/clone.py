"""A clone of the source as it is, in which a release can be tried without touching this one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from release.project import ROOT

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 280.0
"""Seconds for a release: packages are built and installed in it."""

_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".*_cache", ".hypothesis", ".coverage*", "__pycache__", "dist"
)
_BY_NOBODY = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.com")


@dataclass(frozen=True)
class Clone:
    """A repository with one commit.

    Args:
        folder: Where it lies.
    """

    folder: Path

    def git(self, *arguments: str) -> None:
        """Run git in it, whatever is set up for the present user."""
        variables = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(
            ["git", *_BY_NOBODY, *arguments],
            cwd=self.folder,
            env={**os.environ, **variables},
            check=True,
            capture_output=True,
            timeout=LONGEST,
        )

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "As it is")

    def replace(self, name: str, text: str) -> None:
        """Write a file anew."""
        (self.folder / name).write_text(text, "utf-8")

    def release(self, *flags: str) -> subprocess.CompletedProcess[str]:
        """Make a release of it."""
        command = [sys.executable, "-m", "release", *flags]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, encoding="utf-8", timeout=LONGEST, check=False
        )


def make_clone(folder: Path) -> Clone:
    """Copy the source into a folder that is not there yet, and commit it."""
    shutil.copytree(ROOT, folder, ignore=_LEFT_OUT)
    clone = Clone(folder)
    clone.git("init", "--quiet")
    clone.commit()
    return clone
