"""Vapi sessions from Python alone: no model, no MCP, and without a key no account either.

    pip install vapi-sessions-mcp
    python examples/plain.py

With `VAPI_API_KEY` set, the same happens in your account: a session is created, changed, and deleted again.
"""

from __future__ import annotations

import asyncio
import os

from vapi_sessions_tools import CallError, SessionsToolset, open_toolset

CUSTOMER = "+14155551234"


async def main() -> None:
    """Run the story, in the sandbox where there is no key."""
    async with open_toolset(sandbox="VAPI_API_KEY" not in os.environ) as toolset:
        await story(toolset)


async def story(toolset: SessionsToolset) -> None:
    """Make each call once, and one that is refused."""
    session = await toolset.call(
        "create_session",
        {
            "name": "Order 1042",
            "customer": {"number": CUSTOMER, "name": "Ada"},
            "messages": [{"role": "user", "content": "Where is my order?"}],
        },
    )
    print("created:", session["name"], session["status"])

    page = await toolset.call("list_sessions", {"number": CUSTOMER, "limit": 5})
    for found in page["results"]:
        print("found:", found.get("name"), "messages:", found["messageCount"])

    try:
        await toolset.call("update_session", {"id": session["id"], "status": "done"})
    except CallError as error:
        print("refused:", error.kind, [f"{problem.path} {problem.rule}" for problem in error.problems])

    updated = await toolset.call("update_session", {"id": session["id"], "status": "completed"})
    print("updated:", updated["status"])

    deleted = await toolset.call("delete_session", {"id": session["id"]})
    print("deleted:", deleted["deleted"])


if __name__ == "__main__":
    asyncio.run(main())
