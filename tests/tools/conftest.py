"""The toolset that the tests of the tools share."""

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
    """The shipped tools over the fake API, with one request at a time and no pause between attempts."""
    transport, retry = httpx.ASGITransport(upstream), RetryPolicy(first_pause=0)
    client = Client("http://localhost", transport=transport, retry=retry, most_in_flight=1)
    toolset = Toolset(contract, lambda: client)
    yield toolset
    await toolset.aclose()
