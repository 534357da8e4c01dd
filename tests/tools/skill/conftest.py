"""The skill as it is exported for all tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.skill.texts import skill_texts

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract


@pytest.fixture(scope="session")
def texts(contract: Contract) -> dict[str, str]:
    """The text of each file, by its place in the folder."""
    return skill_texts(contract, program="vapi-sessions-mcp", version="1.2.3")
