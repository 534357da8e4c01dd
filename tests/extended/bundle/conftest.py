"""The bundle as `make bundle` packs it, and as a host has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release import bundle, host
from release.fresh_machine import fresh_machine
from release.project import read_project

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle, packed from the source as it is."""
    return bundle.make(read_project(), tmp_path_factory.mktemp("packed"))


@pytest.fixture(scope="module")
def installed(packed: Path) -> Generator[host.Installed]:
    """The bundle, unpacked on a machine that has uv, below a path as people have them."""
    with fresh_machine() as machine:
        yield host.install(packed, machine.home / "Ana María" / "Désktop extensions" / "vapi", machine)
