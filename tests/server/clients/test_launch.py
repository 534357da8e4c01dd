"""The command that starts this installation, its arguments, and its quoting for shells."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from server_process import LONGEST
from vapi_sessions_mcp.clients.launch import Launch, origin_of, this_installation
from vapi_sessions_mcp.clients.server_flags import arguments_of, checked, with_restrictions
from vapi_sessions_mcp.clients.shells import powershell_quoted, shell_command
from vapi_sessions_mcp.settings import Flags
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.version import __version__

PROGRAM = "vapi-sessions-mcp"
CACHES = (
    "/home/ada/.cache/uv/archive-v0/AbC",
    "/home/ada/.cache/uv/environments-v2/0f",
    r"C:\Users\ada\AppData\Local\uv\cache\archive-v0\AbC",
)
POSIX = pytest.mark.skipif(os.name != "posix", reason="the shell and the paths are POSIX's")


def made(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return folder


def test_this_installation_is_started_by_an_absolute_command() -> None:
    launch = this_installation(os.environ, executable=sys.executable, prefix=sys.prefix)
    assert Path(launch.command).is_absolute()
    command = [launch.command, *launch.arguments, "--version"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=True, cwd="/")
    assert ran.stdout == f"{PROGRAM} {__version__}\n"


@pytest.mark.parametrize("script", [PROGRAM, f"{PROGRAM}.exe"])
def test_the_command_is_the_program_beside_python_or_the_package(tmp_path: Path, script: str) -> None:
    python = made(tmp_path / "a b" / "bin", "python") / "python"
    launch = this_installation({}, executable=str(python), prefix=str(tmp_path))
    assert launch == Launch(str(python), ("-m", "vapi_sessions_mcp"))
    made(python.parent, script)
    assert this_installation({}, executable=str(python), prefix=str(tmp_path)) == Launch(
        str(python.parent / script)
    )


@pytest.mark.parametrize("prefix", CACHES)
def test_an_environment_in_the_cache_of_uv_is_made_again_by_uv(tmp_path: Path, prefix: str) -> None:
    def launch(**environment: str) -> Launch:
        return this_installation(environment, executable=f"{prefix}/bin/python", prefix=prefix)

    uv = str(made(tmp_path, "uv") / "uv")
    by_uv = launch(UV=uv, PATH="")
    assert (by_uv.command, by_uv.arguments[:2], by_uv.arguments[-1]) == (uv, ("tool", "run"), PROGRAM)
    assert launch(PATH=str(tmp_path)) == by_uv
    with pytest.raises(SettingsError, match=r"uvx is not found on PATH.*add uv's folder to PATH, or install"):
        launch(UV=str(tmp_path / "gone"), PATH=str(tmp_path / "gone"))
    uvx = str(made(tmp_path, "uvx") / "uvx")
    assert launch(UV=uv, PATH="").command == launch(PATH=str(tmp_path)).command == uvx
    Path(uv).unlink()
    assert launch(PATH=str(tmp_path)).command == uvx


@POSIX
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
        ({"url": "https://host.test/x.whl", "archive_info": {}}, f"{PROGRAM} @ https://host.test/x.whl"),
        ({}, None),
    ],
)
def test_uvx_installs_from_the_same_source(direct_url: dict[str, Any], source: str | None) -> None:
    assert origin_of(direct_url) == source


def test_flags_become_arguments_with_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    flags = Flags(region="eu", timeout="20", read_only=True, tools="a,b", confirm="a", reveal_links=True)
    assert arguments_of(flags) == (
        *("--region", "eu", "--timeout", "20", "--read-only", "--tools", "a,b", "--confirm", "a"),
        "--reveal-links",
    )
    assert arguments_of(Flags(region="", base_url="${VAPI_BASE_URL}")) == ()
    files = ("--sandbox-db", str(tmp_path / "a b.db"), "--openapi", str(Path.home() / "api.json"))
    assert arguments_of(Flags(sandbox_db="a b.db", openapi="~/api.json")) == files
    assert arguments_of(Flags(openapi="https://host.test/a.json"))[-1] == "https://host.test/a.json"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (Flags(region="uk"), "--region"),
        (Flags(timeout="soon"), "--timeout"),
        (Flags(tools="list_session"), "list_session"),
        (Flags(confirm="delete"), "delete"),
        (Flags(openapi="/no/such/file"), "/no/such/file"),
    ],
)
def test_a_wrong_flag_is_refused(flags: Flags, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        checked(flags)


def test_flags_are_checked_without_effects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checked(Flags(sandbox_db=str(tmp_path / "new.db"))).sandbox
    assert list(tmp_path.iterdir()) == []
    assert checked(Flags(openapi="https://host.invalid/api.json")).openapi is not None  # which is not fetched
    monkeypatch.setenv("VAPI_SANDBOX", "true")
    assert not checked(Flags()).sandbox


@pytest.mark.parametrize(
    ("flags", "environment", "carried"),
    [
        (
            Flags(tools="get_session", confirm="list_sessions"),
            {
                "VAPI_READ_ONLY": "1",
                "VAPI_TOOLS": "list_sessions,get_session",
                "VAPI_CONFIRM": "get_session",
                "VAPI_SANDBOX": "true",
                "VAPI_TIMEOUT": "9",
            },
            Flags(read_only=True, tools="get_session", confirm="get_session,list_sessions"),
        ),
        (Flags(), {"VAPI_TOOLS": " , "}, Flags(tools=",")),
        (Flags(timeout="7"), {"VAPI_READ_ONLY": "0"}, Flags(timeout="7")),
        (Flags(), {"VAPI_OPENAPI": "a.yaml"}, Flags()),
        (
            Flags(),
            {"VAPI_OPENAPI": "a.yaml", "VAPI_TOOLS": "get_book"},
            Flags(openapi="a.yaml", tools="get_book"),
        ),
    ],
)
def test_restrictions_are_kept(flags: Flags, environment: dict[str, str], carried: Flags) -> None:
    assert with_restrictions(flags, environment) == carried


def test_a_flag_does_not_loosen_a_restriction() -> None:
    with pytest.raises(SettingsError, match="VAPI_TOOLS allows only list_sessions"):
        with_restrictions(Flags(tools="delete_session"), {"VAPI_TOOLS": "list_sessions"})
    with pytest.raises(SettingsError, match="VAPI_REVEAL_LINKS is false"):
        with_restrictions(Flags(reveal_links=True), {"VAPI_REVEAL_LINKS": "false"})


@POSIX
def test_a_posix_shell_passes_every_word_on_as_it_is() -> None:
    words = ["a b", "", "it's", '"', "$HOME", "`id`", "\\", "*", "!x", "ü\n", "~", "a;b", "--", "#"]
    ran = subprocess.run(
        ["sh", "-c", shell_command(["printf", "%s|", *words], "linux")],
        capture_output=True,
        timeout=LONGEST,
        check=True,
    )
    assert ran.stdout.decode().split("|")[:-1] == words


def test_powershell_words_are_quoted_where_needed() -> None:
    words = ["claude", "--env", "A=${A}", "--", "C:\\Program Files\\it's.exe", "--tools", "a,b", ""]
    assert shell_command(words, "win32") == (
        "claude --env 'A=${A}' '--' 'C:\\Program Files\\it''s.exe' --tools 'a,b' ''"
    )
    assert shell_command(["C:\\a b\\x.exe", "y"], "win32") == "& 'C:\\a b\\x.exe' y"
    assert powershell_quoted("it's") == "'it''s'"
