"""`vapi-sessions-mcp demo`: the real server, a real client, the built-in sandbox, and no account."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import anyio

from vapi_sessions_mcp.narrator import Narrator

if TYPE_CHECKING:
    import mcp_types as types
    from mcp import Client

_LONGEST_SECONDS = 30.0


def run() -> int:
    """Show each tool once, over a subprocess and its pipes, and return 0 when all went as told."""
    return anyio.run(_show)


async def _show() -> int:
    from mcp import Client, StdioServerParameters

    server = StdioServerParameters(command=sys.executable, args=["-m", "vapi_sessions_mcp", "--sandbox"])
    narrator = Narrator(sys.stdout)
    narrator.opening(f"{server.command} {' '.join(server.args)}")
    with anyio.fail_after(_LONGEST_SECONDS):
        async with Client(server) as client:
            await Demo(client, narrator).play()
    narrator.closing()
    return 0


class Demo:
    """The story: one customer's session from its first message to its end.

    Args:
        client: Connected to the server.
        narrator: Tells what is done and what came of it.
    """

    def __init__(self, client: Client, narrator: Narrator) -> None:
        self._client = client
        self._narrator = narrator

    async def play(self) -> None:
        """Make every call of the story."""
        self._narrator.tools((await self._client.list_tools()).tools)
        created = await self._call(
            "A customer writes. A session is created with an ordinary chat message.",
            "create_session",
            {
                "name": "Order 1042",
                "customer": {"number": "+14155551234", "name": "Ada"},
                "messages": [{"role": "user", "content": "Where is my order?"}],
            },
        )
        identity = {"id": created["id"]}
        await self._call(
            "Later, another agent looks for that customer's sessions.",
            "list_sessions",
            {"number": "+14155551234", "limit": 5},
        )
        await self._call("It reads the one it found.", "get_session", identity)
        await self._call(
            "The matter is settled: the session is completed.",
            "update_session",
            {**identity, "status": "completed"},
        )
        await self._call(
            "A mistake is refused before anything is sent, and told what is right.",
            "update_session",
            {**identity, "status": "done", "expirationSeconds": 5},
            fails=True,
        )
        await self._call(
            "An agent that does not know what a voice is made of asks, and is told.",
            "create_session",
            {"assistant": {"voice": {"provider": "lmnt"}}},
            fails=True,
        )
        await self._call("The customer asks to be forgotten.", "delete_session", identity)
        await self._call("What is gone is gone.", "get_session", identity, fails=True)

    async def _call(
        self, story: str, tool: str, arguments: dict[str, Any], *, fails: bool = False
    ) -> dict[str, Any]:
        answer = await self._client.call_tool(tool, arguments)
        result = _text_of(answer)
        self._narrator.call(story, tool, arguments, result, failed=bool(answer.is_error))
        if bool(answer.is_error) != fails:
            raise RuntimeError(f"the demo did not go as told: {tool} answered {json.dumps(result)}")
        return result


def _text_of(answer: types.CallToolResult) -> dict[str, Any]:
    block: Any = answer.content[0]
    result: dict[str, Any] = json.loads(block.text)
    return result
