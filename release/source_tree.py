"""The source: whether what would be released is what is committed, and was not released before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release.running import run

if TYPE_CHECKING:
    from release.project import Project

_NO_GIT = "release from a clone of the repository, on a machine with git"


def obstacles(project: Project) -> list[str]:
    """Return what keeps a folder from being released, each with the way out.

    Raises:
        Stopped: It is no git repository, or there is no git.
    """
    changed = run(("git", "status", "--porcelain"), _NO_GIT, folder=project.root).splitlines()
    tagged = run(("git", "tag", "--list", project.tag), _NO_GIT, folder=project.root).strip()
    wrong: list[str] = []
    if changed:
        names = ", ".join(line[3:] for line in changed[:5]) + (", ..." if len(changed) > 5 else "")
        wrong.append(f"the tree has changes that are not committed ({names}): commit or remove them")
    if tagged:
        wrong.append(
            f"{project.tag} is tagged already: state the next version in "
            "tools/vapi_sessions_tools/version.py, and run `make snapshots`"
        )
    return wrong
