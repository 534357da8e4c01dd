"""What the tests of the tools share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from vapi_sessions_tools.client import Client
from vapi_sessions_tools.retry import RetryPolicy
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.contract.loading import Contract


@pytest.fixture
async def toolset(contract: Contract, upstream: FakeUpstream) -> AsyncGenerator[Toolset]:
    """The shipped tools, connected to an upstream in this process, and repeating without a pause."""

    def connect() -> Client:
        transport = httpx.ASGITransport(upstream)
        return Client("http://localhost", transport=transport, retry=RetryPolicy(first_pause=0))

    toolset = Toolset(contract, connect)
    yield toolset
    await toolset.aclose()
