"""The house: two rooms, one arrow; one version; and a wheel that holds what it needs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from vapi_sessions_tools.version import __version__

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / "tools" / "vapi_sessions_tools"
SERVER = ROOT / "server" / "vapi_sessions_mcp"


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def breaches(folder: Path, forbidden: str) -> list[str]:
    return [
        str(path.relative_to(ROOT))
        for path in folder.rglob("*.py")
        if any(name == forbidden or name.startswith(forbidden + ".") for name in imported(path))
    ]


@pytest.mark.parametrize(
    ("room", "never"),
    [
        (TOOLS, "vapi_sessions_mcp"),
        (TOOLS, "mcp"),
        (TOOLS / "engine", "vapi_sessions_tools.sessions"),
        (TOOLS / "engine", "vapi_sessions_tools.toolset"),
        (TOOLS / "engine", "vapi_sessions_tools.client"),
        (TOOLS / "sessions" / "emulator", "vapi_sessions_tools.engine"),
        (TOOLS / "sessions" / "emulator", "vapi_sessions_tools.contract"),
        (TOOLS / "sessions" / "emulator", "vapi_sessions_tools.client"),
    ],
)
def test_the_arrows_go_one_way(room: Path, never: str) -> None:
    assert breaches(room, never) == []


@pytest.mark.parametrize("room", [TOOLS / "engine", SERVER], ids=["engine", "server"])
def test_no_field_of_the_api_is_named_outside_its_place(room: Path) -> None:
    """What is about sessions stands in the contract; the engine and the server would serve any API."""
    fields = {"assistantId", "squadId", "phoneNumberId", "customerId", "expirationSeconds", "twilioAuthToken"}
    stories = {"demo_command.py"}  # the demo is a story about sessions
    named = {
        f"{path.name}: {node.value}"
        for path in room.rglob("*.py")
        if path.name not in stories
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in fields
    }
    assert named == set()


def test_the_changelog_knows_this_version() -> None:
    released = re.findall(
        r"^## \[(\d[^\]]*)\] - \d{4}-\d{2}-\d{2}$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert released[0] == __version__


def test_the_wheel_holds_both_packages_and_their_data(tmp_path: Path) -> None:
    build = [
        sys.executable,
        "-m",
        "pip",
        "--quiet",
        "wheel",
        "--no-deps",
        "--wheel-dir",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in names} == {
        *("vapi_sessions_mcp", "vapi_sessions_tools", f"vapi_sessions_mcp-{__version__}.dist-info")
    }
    assert {
        *("vapi_sessions_tools/contract/contract.json", "vapi_sessions_tools/contract/facts.json"),
        *("vapi_sessions_tools/contract/overlay.yaml", "vapi_sessions_tools/py.typed"),
        *("vapi_sessions_mcp/py.typed", f"vapi_sessions_mcp-{__version__}.dist-info/licenses/LICENSE"),
    } <= names
