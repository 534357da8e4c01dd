"""What all tests share: the contract, and an upstream that writes down what reaches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recording_upstream import RecordingUpstream, serving
from vapi_sessions_tools.contract.loading import Contract, load_contract

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, which the pipes need."""
    return "asyncio"


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The contract that is shipped."""
    return load_contract()


@pytest.fixture
def upstream() -> RecordingUpstream:
    """An upstream in this process that accepts everything."""
    return RecordingUpstream()


@pytest.fixture
def upstream_url(upstream: RecordingUpstream) -> Generator[str]:
    """The same upstream on a real port."""
    with serving(upstream) as url:
        yield url
