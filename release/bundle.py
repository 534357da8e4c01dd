"""The bundle for desktop hosts: packed, looked through, unpacked and started.

python -m release.bundle

It writes dist/NAME-VERSION.mcpb, and needs the dependency group `release`.
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from release import bundle_source, mcpb_tool
from release.fresh_machine import KEPT, fresh_machine
from release.host import install
from release.project import read_project
from release.stopped import Stopped
from release.trial import must_ask_for_a_key, must_work

if TYPE_CHECKING:
    from release.project import Project

LARGEST = 1_000_000
"""Bytes of a bundle."""

BESIDE_THE_PACKAGES = frozenset(
    {
        *("LICENSE", "README.md", "manifest.json", "pyproject.toml", "uv.lock"),
        *("bundle/icon.png", "bundle/start.py"),
    }
)
"""The files of a bundle that are not of the packages."""

PACKAGES = ("server/vapi_sessions_mcp/", "tools/vapi_sessions_tools/")
_OF_A_PACKAGE = frozenset({".py", ".json", ".yaml", ".typed"})


def make(project: Project, folder: Path) -> Path:
    """Pack the bundle into a folder, look through it, and return it.

    Args:
        project: What is packed.
        folder: Where the bundle goes.

    Raises:
        Stopped: The manifest is not valid, or the bundle holds what it should not.
    """
    program = mcpb_tool.fetch(KEPT / "mcpb")
    mcpb_tool.validate(program, project.root / "manifest.json")
    bundle = folder / project.bundle_name
    with fresh_machine() as machine:
        source = bundle_source.lay_out(project, machine)
        mcpb_tool.pack(program, source, bundle)
    if wrong := faults(bundle):
        raise Stopped(f"{bundle.name} is not as it should be: {'; '.join(wrong)}", "correct .mcpbignore")
    return bundle


def faults(bundle: Path) -> list[str]:
    """Return what is wrong with a bundle's size and files."""
    with zipfile.ZipFile(bundle) as packed:
        names = set(packed.namelist())
    size = bundle.stat().st_size
    too_large = [f"it has {size:,} bytes, at most {LARGEST:,} are allowed"] if size > LARGEST else []
    missing = [f"{name} is missing" for name in sorted(BESIDE_THE_PACKAGES - names)]
    strange = [f"{name} does not belong there" for name in sorted(names) if not _belongs(name)]
    return [*too_large, *missing, *strange]


def _belongs(name: str) -> bool:
    path = PurePosixPath(name)
    if name.startswith(PACKAGES):
        return path.suffix in _OF_A_PACKAGE and not any(part.startswith(".") for part in path.parts)
    return name in BESIDE_THE_PACKAGES


def must_start(bundle: Path) -> None:
    """Unpack a bundle on a fresh machine and start it in both ways that hosts have.

    Raises:
        Stopped: It did not start, or did not answer as it should.
    """
    with fresh_machine() as machine:
        installed = install(bundle, machine.home / "Désktop extensions" / bundle.stem, machine)
        must_work(installed.as_stated({"sandbox": True}))
        must_work(installed.by_entry_point({"sandbox": True}))
        must_ask_for_a_key(installed.as_stated({}))


def digest(bundle: Path) -> str:
    """Return a bundle's SHA-256, as the registry states it."""
    return hashlib.sha256(bundle.read_bytes()).hexdigest()


def main() -> int:
    """Make the bundle in dist/ and return 0, or say what went wrong and return 1."""
    project = read_project()
    try:
        bundle = make(project, project.root / "dist")
        must_start(bundle)
    except Stopped as stopped:
        print(f"bundle: {stopped}", file=sys.stderr)
        return 1
    print(f"{bundle.relative_to(project.root)}: {bundle.stat().st_size:,} bytes, starts and answers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
