"""The emulator in memory, and a client that speaks to it in-process."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from vapi_sessions_tools.sessions.emulator import SessionStore, create_emulator


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def store() -> Iterator[SessionStore]:
    with SessionStore.open(None) as opened:
        yield opened


@pytest.fixture
async def api(store: SessionStore) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_emulator(store)),
        base_url="http://emulator",
        headers={"authorization": "Bearer key-one"},
    ) as client:
        yield client
