"""What the project says of itself, each thing in the one place that states it."""

from __future__ import annotations

import itertools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from release.stopped import Stopped

ROOT = Path(__file__).parents[1]
"""The project's folder."""

_GITHUB = "https://github.com/"
_REQUIREMENT = re.compile(r"[\w-]+")
_VERSION = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)


@dataclass(frozen=True)
class Project:
    """What is published of a folder.

    Args:
        root: The folder.
        name: The package's, the command's and the bundle's.
        version: As the packages state it.
        repository: Where the source lives, without a slash at its end.
        optional_modules: What the packages may lack where no extra is installed.
    """

    root: Path
    name: str
    version: str
    repository: str
    optional_modules: tuple[str, ...]

    @property
    def tag(self) -> str:
        """The release's tag."""
        return f"v{self.version}"

    @property
    def registered_name(self) -> str:
        """The server's name in the MCP registry: it belongs to who owns the repository."""
        return f"io.github.{self.repository.removeprefix(_GITHUB)}"

    @property
    def bundle_name(self) -> str:
        """The bundle's file name."""
        return f"{self.name}-{self.version}.mcpb"

    @property
    def bundle_address(self) -> str:
        """Where the bundle can be had once it is released."""
        return f"{self.repository}/releases/download/{self.tag}/{self.bundle_name}"

    def page(self, path: str) -> str:
        """Return the address at which a file of the source can be read."""
        return f"{self.repository}/blob/main/{path}"


def read_project(root: Path = ROOT) -> Project:
    """Return what a folder's pyproject.toml and version state.

    Raises:
        Stopped: The version is not stated.
    """
    described = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    stated = described["project"]
    place = described["tool"]["hatch"]["version"]["path"]
    version = _VERSION.search((root / place).read_text("utf-8"))
    if version is None:
        raise Stopped(f"{place} states no version", 'write it as `__version__ = "..."`')
    extras = itertools.chain.from_iterable(stated["optional-dependencies"].values())
    modules = tuple(found[0].replace("-", ".") for extra in extras if (found := _REQUIREMENT.match(extra)))
    return Project(root, stated["name"], version[1], stated["urls"]["Source"], modules)
