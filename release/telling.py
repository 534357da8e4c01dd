"""What a release tells: each step as it ends, and what is left to whoever publishes."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from uv import find_uv_bin

if TYPE_CHECKING:
    from collections.abc import Generator

    from release.project import Project


@contextmanager
def step(what: str) -> Generator[None]:
    """Say that something is so once it is, and how long it took."""
    began = time.monotonic()
    yield
    print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)


def told_commands(project: Project, folder: Path) -> str:
    """Return what to upload and in which order, as commands.

    The registry comes last: it looks for the package's README on the index, and fetches the bundle.

    Args:
        project: What is released.
        folder: The one with what was built.
    """
    place = folder.relative_to(project.root)
    stem = f"{place}/{project.name.replace('-', '_')}-{project.version}"
    wheel, source = f"{stem}-py3-none-any.whl", f"{stem}.tar.gz"
    uv = Path(find_uv_bin())
    uv = uv.relative_to(project.root) if uv.is_relative_to(project.root) else Path("uv")
    return f"""
Nothing is uploaded yet. {project.name} {project.version} is published by, in this order:

  git tag --annotate {project.tag} --message "{project.name} {project.version}"
  git push origin {project.tag}
  {uv} publish {source} {wheel}
  gh release create {project.tag} --verify-tag --title "{project.tag}" --notes-file {place}/notes.md \\
      {place}/{project.bundle_name}
  mcp-publisher login github
  mcp-publisher publish {place}/server.json

`uv publish` asks for the index's token, `gh` and `mcp-publisher` for GitHub's."""
