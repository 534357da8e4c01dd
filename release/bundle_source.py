"""What a bundle is packed from: the source, without what only its development needs, and with a lock.

Whoever starts a bundle gets the very versions that it was tried with. Without the lock, uv would look for
versions at the first start, of the development's tools too: where those disagree, the server would not start.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from release.stopped import Stopped

if TYPE_CHECKING:
    from pathlib import Path

    from release.fresh_machine import FreshMachine
    from release.project import Project

_INDEX = "https://pypi.org/simple"
_FILES = (".mcpbignore", "LICENSE", "README.md", "manifest.json")
_FOLDERS = ("bundle", "server", "tools")
_GROUPS = re.compile(r"^\[dependency-groups\]\n.*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)


def lay_out(project: Project, machine: FreshMachine) -> Path:
    """Return a folder on a machine that holds what a bundle is packed from.

    Args:
        project: What is packed.
        machine: The one whose uv finds the versions.

    Raises:
        Stopped: No versions agree with one another, or they are not on the public index.
    """
    folder = machine.home / "source"
    folder.mkdir()
    for name in _FILES:
        shutil.copy2(project.root / name, folder / name)
    for name in _FOLDERS:
        shutil.copytree(project.root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    described = (project.root / "pyproject.toml").read_text("utf-8")
    (folder / "pyproject.toml").write_text(without_groups(described), "utf-8")
    _lock(folder, machine)
    return folder


def _lock(folder: Path, machine: FreshMachine) -> None:
    """Write the versions down that are installed; the lock goes to everybody, and so do its addresses."""
    way_out = "see that the requirements in pyproject.toml agree, and that the package index is in reach"
    machine.run((machine.program("uv"), "lock", "--directory", folder, "--default-index", _INDEX), way_out)
    if foreign_indexes((folder / "uv.lock").read_text("utf-8")):
        raise Stopped("packages were found on an index that is not the public one", "unset UV_INDEX")


def foreign_indexes(lock: str) -> set[str]:
    """Return the package indexes that a lock names beside the public one."""
    return set(re.findall(r'registry = "([^"]+)"', lock)) - {_INDEX}


def without_groups(described: str) -> str:
    """Return a pyproject.toml without its dependency groups."""
    return _GROUPS.sub("", described)
