"""The packages: built, their metadata checked, and the wheel tried where nothing else is installed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mcp import StdioServerParameters

from release.fresh_machine import fresh_machine
from release.running import run
from release.stopped import Stopped
from release.trial import must_work

if TYPE_CHECKING:
    from release.fresh_machine import FreshMachine
    from release.project import Project

_EVERY_MODULE = Path(__file__).with_name("every_module.py")


def build(project: Project, folder: Path) -> tuple[Path, Path]:
    """Build the source distribution, and the wheel from it, and return both.

    Args:
        project: What is built.
        folder: Where they go.

    Raises:
        Stopped: They could not be built.
    """
    with fresh_machine() as machine:
        command = (machine.program("uv"), "build", "--out-dir", folder, project.root)
        way_out = "correct pyproject.toml; what the build itself requires must be in reach"
        machine.run(command, way_out)
    stem = f"{project.name.replace('-', '_')}-{project.version}"
    return folder / f"{stem}.tar.gz", folder / f"{stem}-py3-none-any.whl"


def check_metadata(*files: Path) -> None:
    """Let the index's own rules judge the metadata, and the README as it would be shown.

    Raises:
        Stopped: They found fault.
    """
    twine = (sys.executable, "-m", "twine", "check", "--strict")
    run([*twine, *map(str, files)], "correct what pyproject.toml states, or the README's markup")


def must_install(project: Project, wheel: Path) -> None:
    """Install a wheel into an environment of its own and use what it brings.

    Raises:
        Stopped: It does not install, lacks a dependency, or does not work.
    """
    way_out = "see that the wheel has every module, and that pyproject.toml names every dependency"
    with fresh_machine() as machine:
        place = machine.home / "environment"
        uv, programs = machine.program("uv"), place / "bin"
        machine.run((uv, "venv", place), way_out)
        install = (uv, "pip", "install", "--python", programs / "python", wheel)
        machine.run(install, way_out)
        python = (programs / "python", "-I")
        machine.run((*python, _EVERY_MODULE, *project.optional_modules), way_out)
        command = str(programs / project.name)
        _must_tell_its_version((command,), project, machine)
        machine.run((command, "tools"), way_out)
        machine.run((command, "call", "list_sessions", "{}", "--sandbox"), way_out)


def must_run_with_uvx(project: Project, wheel: Path) -> None:
    """Run a wheel as `uvx` does for whoever never installed it, and call it as a client does.

    Raises:
        Stopped: It does not run.
    """
    with fresh_machine() as machine:
        words = (machine.program("uvx"), "--from", str(wheel), project.name)
        _must_tell_its_version(words, project, machine)
        uvx, *arguments = words
        env = {**machine.environment, "VAPI_SANDBOX": "true"}
        must_work(StdioServerParameters(command=uvx, args=arguments, env=env, cwd=machine.home))


def _must_tell_its_version(command: tuple[str, ...], project: Project, machine: FreshMachine) -> None:
    said = machine.run((*command, "--version"), "see that the wheel has its command").strip()
    if said != f"{project.name} {project.version}":
        raise Stopped(f"--version says {said!r}", f"it should say {project.name} {project.version}")
