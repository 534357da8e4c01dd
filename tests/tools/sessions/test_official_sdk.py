"""The API's official Python SDK works with the emulator on a real port.

Its pins exclude the pydantic that this project uses, so it has an environment of its own, made once.
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

SDK = "vapi_server_sdk==3.0.0"
HOME = Path(sys.prefix) / "official-sdk"
STORY = Path(__file__).with_name("official_sdk_story.py")


@pytest.fixture(scope="module")
def sdk_python() -> Path:
    """The interpreter of an environment that has the SDK."""
    folder = "Scripts" if sys.platform == "win32" else "bin"
    python = HOME / folder / "python"
    made = HOME / SDK
    if not made.exists():
        venv.create(HOME, with_pip=True, clear=True)
        install: list[str | Path] = [
            python,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--quiet",
            "install",
            SDK,
        ]
        subprocess.run(install, check=True, timeout=300)
        made.touch()
    return python


def test_it_creates_lists_reads_updates_and_deletes(sdk_python: Path) -> None:
    with SessionStore.open(None) as store, serving(create_emulator(store)) as url:
        told = subprocess.run([sdk_python, STORY, url], capture_output=True, timeout=120, check=False)
    assert told.returncode == 0, told.stderr.decode()
    assert json.loads(told.stdout) == {
        "created": "From the SDK",
        "listed": ["From the SDK"],
        "total": 1,
        "read": True,
        "updated": "completed",
        "created_at_is_a_time": True,
        "gone": 404,
        "refused": 400,
    }
