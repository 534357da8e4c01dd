"""A server started as a client starts it, and called as an agent calls it."""

from __future__ import annotations

import json
import tempfile
from typing import TYPE_CHECKING, Any

import anyio
from mcp import Client
from mcp.client.stdio import stdio_client

from release.stopped import Stopped

if TYPE_CHECKING:
    from mcp import StdioServerParameters

LONGEST = 120.0
"""Seconds for a server to start and answer: the first start may fetch packages."""

_SHOWN = 2000


def answer(server: StdioServerParameters, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Start a server, call one of its tools, end it, and return the result, or the error.

    Args:
        server: How it is started.
        tool: The tool's name.
        arguments: Of the call.

    Raises:
        Stopped: It did not start, or did not answer.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        try:
            return anyio.run(_answer, server, tool, arguments, log)
        except Exception as error:  # noqa: BLE001  whatever kept it from answering is told
            log.seek(0)
            told = f"{type(error).__name__}: {error}\n{log.read()[-_SHOWN:]}".strip()
            started = " ".join((server.command, *server.args))
            raise Stopped(
                f"`{started}` did not answer {tool}: {told}", "read what it said; then start it by hand"
            ) from None


async def _answer(
    server: StdioServerParameters, tool: str, arguments: dict[str, Any], log: Any
) -> dict[str, Any]:
    with anyio.fail_after(LONGEST):
        async with Client(stdio_client(server, errlog=log)) as client:
            result = await client.call_tool(tool, arguments)
    (block,) = result.content
    found: dict[str, Any] = json.loads(block.model_dump()["text"])
    return found


def must_work(server: StdioServerParameters) -> None:
    """Let a server on the sandbox create a session.

    Raises:
        Stopped: It did not.
    """
    name = "A trial"
    found = answer(server, "create_session", {"name": name})
    if found.get("name") != name or not found.get("id"):
        raise Stopped(f"create_session answered {found}", "find out with `make demo` why the sandbox fails")


def must_ask_for_a_key(server: StdioServerParameters) -> None:
    """Let a server without a key and without the sandbox say what it lacks.

    Raises:
        Stopped: It said something else.
    """
    found = answer(server, "list_sessions", {})
    if found.get("error", {}).get("kind") != "no_key":
        raise Stopped(
            f"without a key list_sessions answered {found}", "see how settings take what is not filled in"
        )
