"""The README's transcript of the demo is what the demo prints; `make snapshots` refreshes it."""

from __future__ import annotations

import io
import re

from mcp import Client

from readme import assert_generated
from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.caller import only_caller
from vapi_sessions_mcp.commands.demo_command import Demo
from vapi_sessions_mcp.narrator import Narrator
from vapi_sessions_mcp.registration import build_server
from vapi_sessions_mcp.settings import Flags, resolve

SHOWN = ("1", "5", "8")
"""The steps that the README shows."""

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_WIDTH = 118


async def printed_demo() -> str:
    """Return what the demo prints in the sandbox."""
    settings, out = resolve(Flags(sandbox=True), {}), io.StringIO()
    toolset = assemble(settings)
    async with Client(build_server(toolset, only_caller(settings.credential))) as client:
        await Demo(client, Narrator(out)).play()
    await toolset.aclose()
    return out.getvalue()


def excerpt(printed: str) -> str:
    """Return the tools and the shown steps; ids and times differ each time."""
    parts = _TIME.sub("2026-11-23T09:00:00.000Z", _ID.sub("971d210f-...", printed)).strip().split("\n\n")
    tools = next(part for part in parts if "tools are offered" in part)
    steps = [_shortened(part) for part in parts if part.split(".")[0] in SHOWN]
    return "\n\n".join([tools, *steps]) + "\n"


def _shortened(step: str) -> str:
    story, call, *answer = step.splitlines()
    return "\n".join([story, call if len(call) <= _WIDTH else call[: _WIDTH - 4] + " ...", *answer])


async def test_transcript_in_the_readme_is_up_to_date() -> None:
    made = excerpt(await printed_demo())
    assert made.count("\n\n") == len(SHOWN)
    assert_generated("demo", "```\n<!-- end of demo -->", made, fence="```text\n")
