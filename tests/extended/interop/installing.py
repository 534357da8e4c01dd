"""An environment for each package: made once, and again when its requirement changes."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

from extended.tools import LONGEST, ToolError, node, npm_install, npm_package

if TYPE_CHECKING:
    from extended.interop.matrix import Client

SCRIPTS = Path(__file__).with_name("clients")
_VERSIONS = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"


def install(client: Client, folder: Path) -> Path:
    """Install a client's package and return its environment, whose name is that of the package."""
    home = folder.absolute() / client.folder
    marker = home / "requirement"
    if marker.is_file() and marker.read_text("utf-8") == client.requirement:
        return home
    print(f"installing {client.requirement}", flush=True)
    shutil.rmtree(home, ignore_errors=True)
    if client.language == "Python":
        venv.create(home, with_pip=True)
        pip = [python(home), "-m", "pip", "--disable-pip-version-check", "--quiet"]
        run([*pip, "install", client.requirement])
    else:
        npm_install(home, client.requirement)
    marker.write_text(client.requirement, "utf-8")
    return home


def command(client: Client, home: Path) -> list[str]:
    """Return what runs a client's script."""
    if client.language == "Python":
        return [python(home), str(SCRIPTS / client.script)]
    for file in SCRIPTS.glob("*.mjs"):
        shutil.copy(file, home)  # Node finds only packages that lie above a script
    return [node(), str(home / client.script)]


def version(client: Client, home: Path) -> str:
    """Return the installed version, with that of the package beneath it."""
    names = [client.package, *([client.beneath] if client.beneath else [])]
    if client.language == "Python":
        versions = run([python(home), "-c", _VERSIONS, *names]).split()
    else:
        versions = [npm_package(home, name)["version"] for name in names]
    return f"{versions[0]} (with `{client.beneath}` {versions[1]})" if client.beneath else versions[0]


def python(home: Path) -> str:
    return str(home / ("Scripts" if sys.platform == "win32" else "bin") / "python")


def run(words: list[str]) -> str:
    ended = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=LONGEST, check=False)
    if ended.returncode:
        raise ToolError(f"{' '.join(words)} failed:\n{(ended.stdout + ended.stderr)[-2000:]}")
    return ended.stdout
