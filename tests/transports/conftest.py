"""One client after the other, over every transport."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from answering_user import User
from fake_upstream import FakeUpstream, serving
from transports.connect import TRANSPORTS, Servers, Transport, connect, in_memory
from vapi_sessions_tools.sessions.emulator import SessionStore, create_emulator

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from real_client import Connected


@pytest.fixture(scope="session")
def shared_upstream() -> Generator[FakeUpstream]:
    """The API that all servers call: the emulator, unless a test prepares a response."""
    with SessionStore.open(None) as store:
        yield FakeUpstream(create_emulator(store))


@pytest.fixture
def upstream(shared_upstream: FakeUpstream) -> FakeUpstream:
    """The same API without earlier requests and responses."""
    shared_upstream.reset()
    return shared_upstream


@pytest.fixture(scope="session")
def servers(shared_upstream: FakeUpstream) -> Generator[Servers]:
    with serving(shared_upstream) as url, ExitStack() as ending:
        yield Servers(url, ending)


@pytest.fixture(scope="session", params=TRANSPORTS, ids=lambda transport: transport.name)
def transport(request: pytest.FixtureRequest) -> Transport:
    """Each transport."""
    chosen: Transport = request.param
    return chosen


@pytest.fixture(scope="session")
def session_user() -> User:
    return User()


@pytest.fixture
def user(session_user: User) -> User:
    """The user of `api`, who agrees to everything."""
    session_user.answer = "accept"
    session_user.asked.clear()
    return session_user


@pytest.fixture(scope="session")
async def api(transport: Transport, servers: Servers, session_user: User) -> AsyncGenerator[Connected]:
    """A client over the transport."""
    async with connect(transport, servers, session_user) as made:
        yield made


@pytest.fixture(scope="session")
async def reference(transport: Transport, servers: Servers, session_user: User) -> AsyncGenerator[Connected]:
    """A client of the same era without a wire: every transport must bring the same."""
    async with in_memory(servers, transport.era, session_user) as made:
        yield made
