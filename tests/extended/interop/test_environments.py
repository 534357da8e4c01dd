"""Environments are made once, and again when what is asked for changes; nothing is fetched here."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from extended.interop.environments import InstallationError, environment_of
from extended.interop.matrix import Package
from server_process import LONGEST

if TYPE_CHECKING:
    from pathlib import Path


def python_package(folder: Path, version: str) -> Package:
    """An empty package of Python, in a file; what is beneath it is there anyway."""
    wheel = folder / f"empty-{version}-py3-none-any.whl"
    about = f"empty-{version}.dist-info"
    with ZipFile(wheel, "w") as file:
        file.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: empty\nVersion: {version}\n")
        file.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{about}/RECORD", "")
    return Package("empty", "Python", str(wheel), "empty", beneath="pip")


def node_package(folder: Path, version: str) -> Package:
    """An empty package of JavaScript, in a folder."""
    place = folder / f"empty-{version}"
    place.mkdir()
    (place / "package.json").write_text(json.dumps({"name": "empty", "version": version}))
    return Package("empty", "JavaScript", str(place), "empty")


@pytest.mark.parametrize("kind", [python_package, node_package])
def test_an_environment_is_made_once_for_each_requirement(kind: object, tmp_path: Path) -> None:
    make = python_package if kind is python_package else node_package
    first, second = make(tmp_path, "1.0.0"), make(tmp_path, "2.0.0")
    cache = tmp_path / "cache"
    environment = environment_of(first, cache)
    environment.make()
    (environment.home / "here").touch()

    again = environment_of(first, cache)
    again.make()
    assert again.version().split(" (with `pip` ")[0] == "1.0.0"
    assert (environment.home / "here").exists()

    other = environment_of(second, cache)
    other.make()
    assert other.version().split(" (with `pip` ")[0] == "2.0.0"
    assert not (environment.home / "here").exists()


@pytest.mark.parametrize("kind", [python_package, node_package])
def test_what_could_not_be_installed_is_told_and_counts_as_not_made(kind: object, tmp_path: Path) -> None:
    make = python_package if kind is python_package else node_package
    there = make(tmp_path, "1.0.0")
    missing = Package("empty", there.language, str(tmp_path / "missing.whl"), "empty")
    environment = environment_of(missing, tmp_path / "cache")
    with pytest.raises(InstallationError, match=r"missing\.whl could not be installed:\n.*\w"):
        environment.make()
    assert not (environment.home / "requirement").exists()


def test_a_script_of_javascript_runs_on_a_node_that_every_client_takes(tmp_path: Path) -> None:
    environment = environment_of(Package("none", "JavaScript", "none", "none"), tmp_path)
    environment.home.mkdir()
    (environment.home / "version.mjs").write_text("console.log(process.version)")
    ended = subprocess.run(
        environment.command("version.mjs"), capture_output=True, text=True, timeout=LONGEST, check=True
    )
    major, minor, _ = ended.stdout.strip().removeprefix("v").split(".")
    assert (int(major), int(minor)) >= (22, 19)
