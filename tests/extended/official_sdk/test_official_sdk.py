"""The API's official Python SDK works with the emulator on a real port.

Its pins exclude the pydantic that this project uses, so it has an environment and pins of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from fake_upstream import serving
from vapi_sessions_tools.sessions.emulator import SessionStore, create_emulator

HOME = Path(sys.prefix) / "official-sdk"
STORY = Path(__file__).with_name("official_sdk_story.py")
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


@pytest.fixture(scope="module")
def sdk_python() -> Path:
    """Return the interpreter of the SDK's environment, which is made when the pins have changed."""
    python = HOME / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    made = HOME / "requirements.txt"
    if not made.is_file() or made.read_bytes() != REQUIREMENTS.read_bytes():
        venv.create(HOME, with_pip=True, clear=True)
        pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        result = subprocess.run([*pip, "install", "--requirement", REQUIREMENTS], check=False, timeout=300)
        if result.returncode:
            pytest.fail(f"the packages of {REQUIREMENTS} cannot be installed; they need a package index")
        made.write_bytes(REQUIREMENTS.read_bytes())
    return python


def test_the_sdk_creates_lists_reads_updates_and_deletes(sdk_python: Path) -> None:
    with SessionStore.open(None) as store, serving(create_emulator(store)) as url:
        result = subprocess.run([sdk_python, STORY, url], capture_output=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr.decode()
    assert json.loads(result.stdout) == {
        "created": "From the SDK",
        "listed": ["From the SDK"],
        "total": 1,
        "read": True,
        "updated": "completed",
        "created_at_is_a_time": True,
        "gone": 404,
        "refused": 400,
    }
