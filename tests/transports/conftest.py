"""One client after the other, over every transport: what a test says once must hold for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fake_upstream import FakeUpstream, serving
from transports.connect import TRANSPORTS, Connect, Servers, Transport, in_memory
from vapi_sessions_tools.sessions.emulator import SessionStore, create_emulator

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from real_client import Connected


@pytest.fixture(scope="session")
def story_upstream() -> Generator[FakeUpstream]:
    """The API that all servers call."""
    with SessionStore.open(None) as store:
        yield FakeUpstream(create_emulator(store))


@pytest.fixture(scope="session")
def servers(story_upstream: FakeUpstream) -> Generator[Servers]:
    """The servers in front of it."""
    with serving(story_upstream) as url, Servers(url) as running:
        yield running


@pytest.fixture
def upstream(story_upstream: FakeUpstream) -> FakeUpstream:
    """The same API, having seen nothing yet."""
    story_upstream.reset()
    return story_upstream


@pytest.fixture(scope="session", params=TRANSPORTS, ids=lambda transport: transport.name)
def transport(request: pytest.FixtureRequest) -> Transport:
    """Each transport, with what is said of it."""
    chosen: Transport = request.param
    return chosen


@pytest.fixture(scope="session")
def connect(transport: Transport, servers: Servers) -> Connect:
    """What connects clients over it."""
    return Connect(transport, servers)


@pytest.fixture(scope="module")
async def api(connect: Connect) -> AsyncGenerator[Connected]:
    """A client over it, which cannot ask the user and is never asked to."""
    async with connect() as made:
        yield made


@pytest.fixture(scope="module")
async def reference(transport: Transport, servers: Servers) -> AsyncGenerator[Connected]:
    """A client of the same era in this process: over every transport the same is told."""
    async with in_memory(servers, transport.era) as made:
        yield made
