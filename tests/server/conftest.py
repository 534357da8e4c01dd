"""The server's parts in this process: a toolset whose requests a recording upstream answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from vapi_sessions_mcp.caller import only_caller
from vapi_sessions_mcp.registration import build_server
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from typing import Any

    from mcp.server.lowlevel.server import Server

    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.contract.loading import Contract


@pytest.fixture
async def toolset(contract: Contract, upstream: FakeUpstream) -> AsyncGenerator[Toolset]:
    """The shipped tools, calling the upstream in this process."""
    made = Toolset(
        contract,
        lambda: Client("http://127.0.0.1:1", transport=httpx.ASGITransport(upstream)),
    )
    yield made
    await made.aclose()


@pytest.fixture
def server(toolset: Toolset) -> Server[Any]:
    """An MCP server that offers them."""
    return build_server(toolset, only_caller(Credential("a-private-key")))
