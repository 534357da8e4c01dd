"""How a client starts this installation: with an absolute command, for it does not know the shell's PATH."""

from __future__ import annotations

import json
import re
import shutil
import sys
import sysconfig
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from vapi_sessions_mcp.command_line import PROGRAM
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_THROWN_AWAY = re.compile(r"[/\\](archive|environments)-v\d+[/\\]")
"""What the path of an environment holds that uv made in its cache and may remove: its names for such."""


@dataclass(frozen=True, slots=True)
class Launch:
    """A command and its arguments.

    Args:
        command: The program, as an absolute path.
        arguments: What it is started with.
    """

    command: str
    arguments: tuple[str, ...] = ()

    def followed_by(self, *arguments: str) -> Launch:
        """Return the same command with further arguments."""
        return replace(self, arguments=(*self.arguments, *arguments))


def this_installation(environment: Mapping[str, str], *, executable: str, prefix: str) -> Launch:
    """Return what starts the server that is running now.

    Args:
        environment: The variables, among them what uv says of itself.
        executable: The path of this Python.
        prefix: The folder of its environment.

    Raises:
        SettingsError: The environment is one that uv throws away, and uv's own command is not found.
    """
    if _THROWN_AWAY.search(f"{prefix}/"):
        return _uvx(environment).followed_by(*_from(_origin()), PROGRAM)
    folders = [Path(executable).parent]
    if executable == sys.executable:
        folders.append(Path(sysconfig.get_path("scripts")))
    for folder in folders:
        for script in (folder / PROGRAM, folder / f"{PROGRAM}.exe"):
            if script.is_file():
                return Launch(str(script.absolute()))
    return Launch(str(Path(executable).absolute()), ("-m", "vapi_sessions_mcp"))


def _uvx(environment: Mapping[str, str]) -> Launch:
    """Return uv's command that runs a package.

    Raises:
        SettingsError: There is none.
    """
    uv = environment.get("UV") or shutil.which("uv", path=environment.get("PATH"))
    if uv:
        for beside in (Path(uv).with_name("uvx"), Path(uv).with_name("uvx.exe")):
            if beside.is_file():
                return Launch(str(beside.absolute()))
    if found := shutil.which("uvx", path=environment.get("PATH")):
        return Launch(str(Path(found).absolute()))
    if uv and Path(uv).is_file():
        return Launch(str(Path(uv).absolute()), ("tool", "run"))
    raise SettingsError(
        "this was started by uvx, whose environment does not last, and uvx is not found on PATH, so a client "
        "could not start it again; add uv's folder to PATH, or install it to stay "
        f"(uv tool install {PROGRAM}, or pip install {PROGRAM}) and run config from there"
    )


def _from(origin: str | None) -> Sequence[str]:
    return () if origin is None else ("--from", origin)


def _origin() -> str | None:
    """Return where this package was installed from, or None where that is the package index."""
    try:
        stated = distribution(PROGRAM).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    return None if stated is None else origin_of(json.loads(stated))


def origin_of(direct_url: Mapping[str, Any]) -> str | None:
    """Return what uvx takes after `--from` to install a package from where it came from.

    Args:
        direct_url: What the installer wrote down of it (PyPA's "direct URL" record).
    """
    parts = urlsplit(str(direct_url.get("url", "")))
    if parts.scheme == "file":
        return url2pathname(parts.path)
    if not parts.hostname:
        return None
    bare = parts._replace(
        netloc=parts.netloc.rpartition("@")[2]
    ).geturl()  # who may log in is nobody's business
    source: Mapping[str, str] | None = direct_url.get("vcs_info")
    if source is None:
        return f"{PROGRAM} @ {bare}"
    commit = source.get("requested_revision") or source.get("commit_id")
    return f"{source.get('vcs', 'git')}+{bare}" + (f"@{commit}" if commit else "")
