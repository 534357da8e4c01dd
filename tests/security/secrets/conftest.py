"""What the tests of secrets share: a desk for each test, whose examples sit down at it in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from security.planting.desk import Desk, desk_of
from security.planting.secret_texts import secret

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from vapi_sessions_tools.contract.loading import Contract


@pytest.fixture
async def desk(contract: Contract) -> AsyncGenerator[Desk]:
    """A desk before the shipped tools."""
    async with desk_of(contract, secret("the key", "vk-{a}-{b}")) as made:
        yield made


@pytest.fixture(params=["vk-{a}-{b}", 'vk+{a}/"{b}\\=%&'], ids=["plain", "marked"])
async def keyed(contract: Contract, request: pytest.FixtureRequest) -> AsyncGenerator[Desk]:
    """A desk whose key is of ordinary characters, and one whose key others write otherwise."""
    async with desk_of(contract, secret("the key", request.param)) as made:
        yield made
