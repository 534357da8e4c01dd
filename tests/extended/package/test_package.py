"""The wheel and the source distribution: built, installed outside the checkout, and used."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from extended.tools import packaged, uv
from server_process import environment
from vapi_sessions_tools.version import __version__

ROOT = Path(__file__).parents[3]
PACKAGES = ("vapi_sessions_mcp", "vapi_sessions_tools")
LONGEST = 300.0
"""Seconds for a command that installs something."""
IMPORT_EVERYTHING = f"""
import importlib, pkgutil
for name in {PACKAGES}:
    for module in pkgutil.walk_packages(importlib.import_module(name).__path__, name + "."):
        if module.name.endswith(".__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            assert error.name.startswith("opentelemetry."), error  # the extra `otel` has it
"""


def run(folder: Path, *command: str | Path) -> str:
    """Run a command outside the checkout and return its output."""
    variables = environment(UV_PYTHON=sys.executable, UV_PYTHON_DOWNLOADS="never", UV_SYSTEM_CERTS="true")
    ended = subprocess.run(
        command,
        cwd=folder,
        env=variables,
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The source distribution, and the wheel built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(folder, uv(), "build", "--out-dir", folder, ROOT)
    stem = f"vapi_sessions_mcp-{__version__}"
    return folder / f"{stem}.tar.gz", folder / f"{stem}-py3-none-any.whl"


def test_the_wheel_holds_the_packages_and_nothing_else(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        names = wheel.namelist()
    about = f"vapi_sessions_mcp-{__version__}.dist-info"
    assert {name.split("/")[0] for name in names} == {*PACKAGES, about}
    assert {"vapi_sessions_mcp/py.typed", "vapi_sessions_tools/py.typed"} <= {*names}
    assert {f"vapi_sessions_tools/contract/{name}" for name in ("contract.json", "facts.json")} <= {*names}
    assert f"{about}/licenses/LICENSE" in names
    assert [name for name in names if "__pycache__" in name or "test" in name.split("/")[-1]] == []


def test_the_source_distribution_holds_the_source_and_no_environment(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as source:
        names = {name.split("/", 1)[-1] for name in source.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "server/vapi_sessions_mcp/cli.py"} <= names
    assert [name for name in names if name.startswith((".venv", ".git/", "dist"))] == []


def test_the_package_index_accepts_the_metadata(built: tuple[Path, Path], tmp_path: Path) -> None:
    packaged("twine", "twine")
    run(tmp_path, sys.executable, "-m", "twine", "check", "--strict", *built)


def test_the_installed_wheel_works_without_the_checkout(built: tuple[Path, Path], tmp_path: Path) -> None:
    run(tmp_path, uv(), "venv", "environment")
    programs = tmp_path / "environment" / ("Scripts" if sys.platform == "win32" else "bin")
    run(tmp_path, uv(), "pip", "install", "--python", programs / "python", built[1])
    run(tmp_path, programs / "python", "-I", "-c", IMPORT_EVERYTHING)
    program = programs / "vapi-sessions-mcp"
    assert run(tmp_path, program, "--version") == f"vapi-sessions-mcp {__version__}\n"
    created = run(tmp_path, program, "call", "create_session", '{"name": "A trial"}', "--sandbox")
    assert json.loads(created)["name"] == "A trial"
