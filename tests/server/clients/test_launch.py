"""What starts this installation: an absolute command, wherever it was installed, and whoever starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from server_process import LONGEST
from vapi_sessions_mcp.clients.launch import Launch, origin_of, this_installation
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.version import __version__

PROGRAM = "vapi-sessions-mcp"


def made(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return folder


def test_this_very_installation_is_started_by_what_is_told() -> None:
    launch = this_installation(os.environ, executable=sys.executable, prefix=sys.prefix)
    assert Path(launch.command).is_absolute()
    command = [launch.command, *launch.arguments, "--version"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=True, cwd="/")
    assert ran.stdout == f"{PROGRAM} {__version__}\n"


@pytest.mark.parametrize("script", [PROGRAM, f"{PROGRAM}.exe"])
def test_the_program_beside_python_is_the_command(tmp_path: Path, script: str) -> None:
    folder = made(tmp_path / "a b" / "bin", "python", script)
    launch = this_installation({}, executable=str(folder / "python"), prefix=str(tmp_path))
    assert launch == Launch(str(folder / script))


def test_without_it_python_is_told_which_package_to_run(tmp_path: Path) -> None:
    python = made(tmp_path, "python") / "python"
    launch = this_installation({}, executable=str(python), prefix=str(tmp_path))
    assert launch == Launch(str(python), ("-m", "vapi_sessions_mcp"))


class TestAnEnvironmentThatUvThrowsAway:
    PREFIXES = (
        "/home/ada/.cache/uv/archive-v0/AbC",
        "/home/ada/.cache/uv/environments-v2/0f",
        r"C:\Users\ada\AppData\Local\uv\cache\archive-v0\AbC",
    )

    @staticmethod
    def launch(prefix: str, **environment: str) -> Launch:
        return this_installation(environment, executable=f"{prefix}/bin/python", prefix=prefix)

    @pytest.mark.parametrize("prefix", PREFIXES)
    def test_is_not_named_but_uvx_which_makes_it_again(self, tmp_path: Path, prefix: str) -> None:
        folder = made(tmp_path, "uv", "uvx")
        launch = self.launch(prefix, UV=str(folder / "uv"), PATH="")
        assert launch.command == str(folder / "uvx")
        assert launch.arguments[-1] == PROGRAM

    def test_is_made_again_by_the_uvx_on_path(self, tmp_path: Path) -> None:
        assert self.launch(self.PREFIXES[0], PATH=str(made(tmp_path, "uvx"))).command == str(tmp_path / "uvx")

    def test_is_made_again_by_uv_where_there_is_no_uvx(self, tmp_path: Path) -> None:
        uv = made(tmp_path, "uv") / "uv"
        launch = self.launch(self.PREFIXES[0], UV=str(uv), PATH="")
        assert launch.command == str(uv)
        assert launch.arguments[:2] == ("tool", "run")

    def test_is_refused_without_uv_with_the_way_out(self, tmp_path: Path) -> None:
        with pytest.raises(
            SettingsError, match=r"uvx is not found on PATH.*add uv's folder to PATH, or install"
        ):
            self.launch(self.PREFIXES[0], UV=str(tmp_path / "gone"), PATH=str(tmp_path))


@pytest.mark.parametrize(
    ("direct_url", "source"),
    [
        ({"url": "file:///srv/my%20clone", "dir_info": {}}, "/srv/my clone"),
        ({"url": "file:///srv/some.whl", "archive_info": {}}, "/srv/some.whl"),
        (
            {"url": "https://git.test/a/b.git", "vcs_info": {"vcs": "git", "commit_id": "0f0f"}},
            "git+https://git.test/a/b.git@0f0f",
        ),
        (
            {"url": "https://ada:token@git.test/b", "vcs_info": {"vcs": "git", "requested_revision": "main"}},
            "git+https://git.test/b@main",
        ),
        (
            {"url": "https://host.test/some.whl", "archive_info": {}},
            f"{PROGRAM} @ https://host.test/some.whl",
        ),
        ({}, None),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="the paths are POSIX's")
def test_what_uvx_installs_from_is_where_this_was_installed_from(
    direct_url: dict[str, Any], source: str | None
) -> None:
    assert origin_of(direct_url) == source
