"""The skill as it is written for all tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.skill.folder import write_skill
from vapi_sessions_tools.skill.frontmatter import NAME
from vapi_sessions_tools.skill.texts import skill_texts

if TYPE_CHECKING:
    from pathlib import Path

    from vapi_sessions_tools.contract.loading import Contract

PROGRAM = "vapi-sessions-mcp"


@pytest.fixture(scope="session")
def texts(contract: Contract) -> dict[str, str]:
    """Its texts."""
    return skill_texts(contract, program=PROGRAM, version="1.2.3")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str]) -> Path:
    """Its folder."""
    made = tmp_path_factory.mktemp("skills") / NAME
    write_skill(made, texts, program=PROGRAM)
    return made
