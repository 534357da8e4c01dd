"""The real server in front of an upstream on a real port."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fake_upstream import FakeUpstream, serving
from real_client import ERAS, KEY, Connected, connected
from silent_upstream import SilentUpstream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator


@pytest.fixture(scope="module")
def upstream_of_module() -> FakeUpstream:
    """One upstream for all tests of a module, as one server process calls it."""
    return FakeUpstream()


@pytest.fixture(scope="module")
def upstream_url(upstream_of_module: FakeUpstream) -> Generator[str]:
    """Where it is."""
    with serving(upstream_of_module) as url:
        yield url


@pytest.fixture
def upstream(upstream_of_module: FakeUpstream) -> FakeUpstream:
    """The same, having seen nothing yet."""
    upstream_of_module.reset()
    return upstream_of_module


@pytest.fixture(scope="module", params=ERAS)
async def api(request: pytest.FixtureRequest, upstream_url: str) -> AsyncGenerator[Connected]:
    """A client of each protocol era, in front of the upstream."""
    async with connected("--base-url", upstream_url, mode=request.param, VAPI_API_KEY=KEY) as made:
        yield made


@pytest.fixture
def silence() -> Generator[SilentUpstream]:
    """An upstream that never answers."""
    with SilentUpstream().serving() as upstream:
        yield upstream
