"""A desk at which a model, a person and a log reader sit: all that any of them is told is kept.

The server's real parts in this process: the MCP client and server, the tools, and a recording upstream.
"""

from __future__ import annotations

import io
import json
import logging
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from mcp import Client as McpClient
from mcp.shared.exceptions import MCPError

from answering_user import User
from fake_upstream import FakeUpstream
from vapi_sessions_mcp.caller import only_caller
from vapi_sessions_mcp.confirmation import Confirmation
from vapi_sessions_mcp.logs import configure_logs
from vapi_sessions_mcp.registration import build_server
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.retry import RetryPolicy
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Generator

    from pydantic import BaseModel

    from security.planting.secret_texts import Secret
    from vapi_sessions_tools.contract.loading import Contract


OURS = ("vapi_sessions_mcp", "vapi_sessions_tools")
"""The packages whose log is written at the level that is asked for."""


@dataclass(repr=False)
class Desk:
    """What sits before the server and behind it.

    Args:
        client: Asks.
        upstream: Answers for the API.
        user: Is asked before a call is made, where the server is to ask.
        key: The API key.
        log: What the server logs.
    """

    client: McpClient
    upstream: FakeUpstream
    user: User
    key: Secret
    log: io.StringIO = field(default_factory=io.StringIO)

    def clear(self) -> None:
        """Forget all that was told before."""
        self.upstream.reset()
        self.user.asked.clear()
        self.log.seek(0)
        self.log.truncate()

    async def told(self, asked: Awaitable[BaseModel]) -> str:
        """Return all that is told on asking: the reply or the protocol error, the question, the log."""
        try:
            reply = spread((await asked).model_dump(mode="json"))
        except MCPError as error:
            reply = spread([str(error), error.error.model_dump(mode="json")])
        questions = [question.message for question in self.user.asked]
        return "\n".join([reply, *questions, self.log.getvalue()])

    async def call(self, tool: str, arguments: dict[str, Any]) -> str:
        """Call a tool, and return all that is told."""
        return await self.told(self.client.call_tool(tool, arguments))


def spread(value: Any) -> str:
    """Return a JSON value as text, and each of its texts as it is."""
    return json.dumps(value) + "\n" + "\n".join(_texts(value))


def _texts(value: Any) -> Generator[str]:
    if isinstance(value, str):
        yield value
    elif is_object(value):
        for key, child in value.items():
            yield key
            yield from _texts(child)
    elif is_list(value):
        for item in value:
            yield from _texts(item)


@asynccontextmanager
async def desk_of(
    contract: Contract, key: Secret, *, confirm: tuple[str, ...] = (), url: str | None = None
) -> AsyncGenerator[Desk]:
    """Set up a desk.

    Args:
        contract: Whose tools are offered.
        key: With which the API is called.
        confirm: The tools before which the user is asked, who declines.
        url: Where the API is; the upstream in this process when left out.
    """
    upstream, user = FakeUpstream(), User("decline")
    credential = Credential(key.text)

    def connect() -> Client:
        transport = httpx.ASGITransport(upstream) if url is None else None
        return Client(url or "http://localhost", transport=transport, retry=RetryPolicy(attempts=1))

    toolset = Toolset(contract, connect)
    server = build_server(toolset, only_caller(credential), Confirmation(confirm))
    with logged_at_debug(credential) as log:
        async with McpClient(server, mode="legacy", elicitation_callback=user) as client:
            yield Desk(client, upstream, user, key, log)
    await toolset.aclose()


@contextmanager
def logged_at_debug(credential: Credential) -> Generator[io.StringIO]:
    """Give what the server writes to its log at the most talkative level."""
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in OURS]
    handlers, levels = root.handlers[:], [logger.level for logger in (root, *ours)]
    configure_logs("debug", credential)
    (made,) = root.handlers
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(made.formatter)
    root.handlers[:] = [handler]
    root.handlers.extend(handlers)
    yield log
    root.removeHandler(handler)
    for logger, level in zip((root, *ours), levels, strict=True):
        logger.setLevel(level)
