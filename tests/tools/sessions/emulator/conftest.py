"""The emulator in memory, and a client of it in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from vapi_sessions_tools.sessions.emulator import SessionStore, create_emulator

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator


@pytest.fixture
def store() -> Generator[SessionStore]:
    with SessionStore.open(None) as opened:
        yield opened


@pytest.fixture
async def api(store: SessionStore) -> AsyncGenerator[httpx.AsyncClient]:
    transport, headers = httpx.ASGITransport(create_emulator(store)), {"authorization": "Bearer key-one"}
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator", headers=headers) as client:
        yield client
