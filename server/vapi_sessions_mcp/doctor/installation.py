"""What runs here: Python, this package, what it depends on, and how it is started."""

from __future__ import annotations

import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from vapi_sessions_mcp.command_line import PROGRAM
from vapi_sessions_mcp.doctor.finding import Finding
from vapi_sessions_mcp.doctor.requirements import dependencies
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UV_NEXT = (
    "Install uv (https://docs.astral.sh/uv/), or write the configuration anew with the absolute command of "
    f"this installation: {PROGRAM} config CLIENT --write."
)
_OLDEST = (3, 11)


def installation(need_uv: Sequence[str]) -> Iterator[Finding]:
    """Yield what is found of the installation.

    Args:
        need_uv: The clients that are configured to start the server with uv.
    """
    yield _python()
    yield _packages()
    yield _command()
    yield _uv(need_uv)


def _python() -> Finding:
    found = (
        f"{platform.python_implementation()} {platform.python_version()} on {platform.platform()}; "
        f"{sys.executable}"
    )
    if sys.version_info < _OLDEST:
        return Finding("installation", "python", "problem", found, "Use Python 3.11 or newer.")
    return Finding("installation", "python", "ok", found)


def _packages() -> Finding:
    own = f"{PROGRAM} {__version__}"
    try:
        asked = dependencies(PROGRAM)
    except metadata.PackageNotFoundError:
        found = f"{own}, not installed as a package: what it depends on cannot be compared"
        return Finding("installation", "packages", "warning", found, f"Install it: pip install {PROGRAM}.")
    wrong = [
        f"{each.name} is {each.installed or 'missing'}; {each.rules or 'any version'} is asked for"
        for each in asked
        if each.right is False or (each.installed is None and not each.optional)
    ]
    details = tuple(f"{each.name} {each.installed}" for each in asked if each.installed is not None)
    if wrong:
        found, way_out = f"{own}; {'; '.join(wrong)}", f"Install it anew: pip install --upgrade {PROGRAM}."
        return Finding("installation", "packages", "problem", found, way_out, details)
    untold = [f"{each.name} {each.installed}" for each in asked if each.installed and each.right is None]
    compared = f"; cannot be compared with what is asked for: {', '.join(untold)}" if untold else ""
    found = f"{own}, with {len(details)} packages of versions it asks for{compared}"
    return Finding("installation", "packages", "ok", found, details=details)


def _command() -> Finding:
    on_path = shutil.which(PROGRAM)
    started = Path(sys.argv[0]).name or "python"
    where = f"on PATH as {on_path}" if on_path else "not on PATH: clients need its absolute path"
    kind = "in a virtual environment" if sys.prefix != sys.base_prefix else "in Python's own environment"
    return Finding("installation", "command", "ok", f"started as {started}, {kind} ({sys.prefix}); {where}")


def _uv(need_uv: Sequence[str]) -> Finding:
    uv, uvx = shutil.which("uv"), shutil.which("uvx")
    if uv or uvx:
        return Finding("installation", "uv", "ok", f"on PATH as {uv or uvx}")
    if need_uv:
        found = (
            f"there is no uv on PATH, and the configuration of {', '.join(need_uv)} starts the server with it"
        )
        return Finding("installation", "uv", "warning", found, UV_NEXT)
    return Finding("installation", "uv", "skipped", "there is no uv on PATH, and nothing found here needs it")
