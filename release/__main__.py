"""A release: everything that is published is built and tried; nothing is uploaded.

python -m release              builds into dist/ what a release uploads, and says how
python -m release --rehearse   does the same beside it, also where a release would be refused

It needs the dependency group `release`, git, and the package registries in reach.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from release import bundle, changelog, packages, registry_entry, source_tree
from release.project import Project, read_project
from release.stopped import Stopped
from release.telling import step, told_commands


def main() -> int:
    """Make a release and return 0, or say what stops it and return 1."""
    parser = argparse.ArgumentParser(prog="python -m release", description="Build and try what is published.")
    parser.add_argument(
        "--rehearse", action="store_true", help="build beside dist/, also where a release would be refused"
    )
    project = read_project()
    try:
        if parser.parse_args().rehearse:
            _rehearse(project)
        else:
            _release(project)
    except Stopped as stopped:
        print(f"release: {stopped}", file=sys.stderr)
        return 1
    return 0


def _release(project: Project) -> None:
    if found := obstacles(project):
        raise Stopped("\n  ".join(("this cannot be released:", *found)), "see each; then start again")
    folder = project.root / "dist"
    for old in folder.glob(f"{project.name.replace('-', '?')}-*"):
        old.unlink()
    _build_and_try(project, folder)
    print(told_commands(project, folder))


def _rehearse(project: Project) -> None:
    for found in obstacles(project):
        print(f"A release would be refused: {found}.")
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        _build_and_try(project, Path(folder))
    print(f"{project.name} {project.version}: everything that a release does, went well.")


def obstacles(project: Project) -> list[str]:
    """Return what keeps a project from being released, each with the way out."""
    history = (project.root / "CHANGELOG.md").read_text("utf-8")
    manifest = json.loads((project.root / "manifest.json").read_text("utf-8"))
    entry = registry_entry.faults(registry_entry.read_entry(project), project)
    found = [*source_tree.obstacles(project), *changelog.obstacles(history, project.version)]
    if manifest["version"] != project.version:
        found.append(f"manifest.json is of {manifest['version']}: run `make snapshots`")
    found += [f"server.json: {fault}: run `make snapshots`, or correct it" for fault in entry]
    return found


def _build_and_try(project: Project, folder: Path) -> None:
    """Build everything that is published into a folder, and try it."""
    with step("packages are built"):
        source, wheel = packages.build(project, folder)
    with step("their metadata is as the index wants it"):
        packages.check_metadata(source, wheel)
    with step("the wheel works where nothing else is installed"):
        packages.must_install(project, wheel)
    with step("uvx runs it"):
        packages.must_run_with_uvx(project, wheel)
    with step("the bundle is packed"):
        packed = bundle.make(project, folder)
    with step("hosts can start it"):
        bundle.must_start(packed)
    with step("the registry's entry and the notes are written"):
        _write_entry(project, folder, bundle.digest(packed))
        history = (project.root / "CHANGELOG.md").read_text("utf-8")
        notes = changelog.sections(history).get(project.version, "")
        (folder / "notes.md").write_text(f"{notes}\n", "utf-8")


def _write_entry(project: Project, folder: Path, sha256: str) -> None:
    entry = registry_entry.with_bundle(registry_entry.read_entry(project), project, sha256)
    if wrong := registry_entry.faults(entry, project):
        raise Stopped(f"the registry would refuse server.json: {'; '.join(wrong)}", "run `make snapshots`")
    (folder / "server.json").write_text(json.dumps(entry, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
