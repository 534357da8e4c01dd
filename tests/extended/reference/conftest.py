"""The published documents, which are not part of this project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def folder() -> Path:
    """The folder of the published documents."""
    named = os.environ.get("REFERENCE", "")
    assert named, "REFERENCE must name the folder of the published documents"
    assert Path(named).is_dir(), f"REFERENCE={named} is not a folder"
    return Path(named)
